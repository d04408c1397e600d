import { TaskError } from './task-error.ts';

const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Timeout and heartbeat of one attempt of a task, in seconds. The signal aborts with the error that
 * the task then fails with.
 */
export class TaskClock {
  private readonly controller = new AbortController();
  private readonly execution: AbortSignal;
  private readonly seconds: { timeout: number; heartbeat: number | undefined };
  private readonly scale: number;
  private timeout: NodeJS.Timeout | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private readonly follow = () => this.controller.abort(this.execution.reason);

  constructor(
    execution: AbortSignal,
    seconds: { timeout: number; heartbeat: number | undefined },
    scale: number,
  ) {
    this.execution = execution;
    this.seconds = seconds;
    this.scale = scale;
    execution.addEventListener('abort', this.follow, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  start(): void {
    this.timeout = this.after(this.seconds.timeout, 'States.Timeout');
    this.beat();
  }

  beat(): void {
    const { heartbeat } = this.seconds;
    if (heartbeat === undefined || this.signal.aborted) return;
    clearTimeout(this.heartbeat);
    this.heartbeat = this.after(heartbeat, 'States.HeartbeatTimeout');
  }

  stop(): void {
    clearTimeout(this.timeout);
    clearTimeout(this.heartbeat);
    this.execution.removeEventListener('abort', this.follow);
  }

  private after(seconds: number, error: string): NodeJS.Timeout {
    const milliseconds = Math.min(seconds * 1000 * this.scale, LONGEST_TIMER);
    return setTimeout(() => this.controller.abort(new TaskError(error, '')), milliseconds);
  }
}
