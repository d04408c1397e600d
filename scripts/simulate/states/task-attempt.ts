import { cancel, type Timer, type VirtualClock } from '../virtual-clock.ts';
import { StateError } from './state-error.ts';

/** One try of a Task state: ends once, by its result, an error, a timeout or the end of the execution. */
export class TaskAttempt {
  readonly ended: Promise<unknown>;
  isOpen = true;
  private readonly clock: VirtualClock;
  private readonly heartbeat: number | undefined;
  private readonly timers: (Timer | undefined)[];
  private settle: { resolve: (result: unknown) => void; reject: (error: Error) => void } | undefined;

  constructor(clock: VirtualClock, timeoutSeconds: number, heartbeatSeconds: number | undefined) {
    this.clock = clock;
    this.heartbeat = heartbeatSeconds;
    this.ended = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    this.timers = [clock.after(timeoutSeconds * 1000, () => this.fail(new StateError('States.Timeout')))];
    this.beat();
  }

  /** Puts off the heartbeat timeout. */
  beat(): void {
    if (this.heartbeat === undefined) return;
    cancel(this.timers[1]);
    const late = () => this.fail(new StateError('States.HeartbeatTimeout'));
    this.timers[1] = this.clock.after(this.heartbeat * 1000, late);
  }

  succeed(result: unknown): void {
    if (this.close()) this.settle?.resolve(result);
  }

  fail(error: Error): void {
    if (this.close()) this.settle?.reject(error);
  }

  private close(): boolean {
    const wasOpen = this.isOpen;
    this.isOpen = false;
    for (const timer of this.timers) cancel(timer);
    return wasOpen;
  }
}
