import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EventEntry } from '../events/event.ts';
import { arn, RESOURCES } from '../resources.ts';
import { type Limiter, limiter } from './limiter.ts';
import { type EcsTask, taskStoppedEvent } from './task-event.ts';
import { killLeftovers, type TaskDefinition, TaskProcess } from './task-process.ts';

export interface FargateOptions {
  directory: string;
  definitions: Readonly<Record<string, TaskDefinition>>;
  /** Given to every task. */
  environment: () => Record<string, string>;
  /** Tasks at a time; more wait. */
  capacity: number;
  /** Told of every task that has stopped, as EventBridge is. */
  stopped: (event: EventEntry) => void;
}

export interface RunTask {
  family: string;
  container: string;
  environment: readonly { Name: string; Value: string }[];
  startedBy: string;
  /** Aborting it stops the task, or takes it out of the queue. */
  signal: AbortSignal;
  started: () => void;
}

/** RunTask answers with an entry in `failures`, not with an error. */
export class LaunchFailure extends Error {}

/** ECS's own default, in seconds. */
const STOP_TIMEOUT = 30;

/** Fargate: each task a process of this machine, as many at a time as there is room for. */
export class Fargate {
  private readonly options: FargateOptions;
  private readonly directory: string;
  private readonly room: Limiter;
  private readonly running = new Set<TaskProcess>();
  private closed = false;
  private refusals = 0;

  constructor(options: FargateOptions) {
    this.options = options;
    this.directory = join(options.directory, 'tasks');
    this.room = limiter(options.capacity);
    mkdirSync(this.directory, { recursive: true });
    killLeftovers(this.directory);
  }

  /** Lets the next launches find no capacity, for tests. */
  refuseLaunches(count: number): void {
    this.refusals = count;
  }

  /** Resolves when the task has been started. Throws `LaunchFailure` where there is no capacity. */
  async run({ family, container, environment, startedBy, signal, started }: RunTask): Promise<EcsTask> {
    const definition = this.options.definitions[family];
    if (!definition) throw new Error(`TaskDefinition not found: ${family}`);
    if (this.refusals > 0) {
      this.refusals--;
      throw new LaunchFailure('Capacity is unavailable at this time.');
    }
    const release = await this.room(signal);
    const id = randomUUID().replaceAll('-', '');
    const task: EcsTask = {
      arn: arn('ecs', `task/${RESOURCES.cluster}/${id}`),
      family,
      container,
      environment,
      startedBy,
      createdAt: new Date(),
    };
    const overrides = Object.fromEntries(environment.map(({ Name, Value }) => [Name, Value]));
    const merged = { ...this.options.environment(), ...definition.environment, ...overrides };
    const process = new TaskProcess(this.directory, id, { ...definition, environment: merged });
    this.running.add(process);
    let stopReason: string | undefined;
    const stop = () => {
      const { name, message } = signal.reason as Error;
      stopReason = `Task stopped: ${message || name}`;
      process.stop((definition.stopTimeout ?? STOP_TIMEOUT) * 1000);
    };
    signal.addEventListener('abort', stop, { once: true });
    started();
    void process.exited.then((exit) => {
      signal.removeEventListener('abort', stop);
      this.running.delete(process);
      release();
      if (!this.closed) this.options.stopped(taskStoppedEvent(task, exit, stopReason));
    });
    if (signal.aborted) stop();
    return task;
  }

  get runningTasks(): number {
    return this.running.size;
  }

  /** Ends all at once, as a power cut would: whoever goes on with the executions starts their tasks again. */
  async close(): Promise<void> {
    this.closed = true;
    const running = [...this.running];
    for (const process of running) process.killNow();
    await Promise.all(running.map(({ exited }) => exited));
  }
}
