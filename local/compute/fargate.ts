import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EventEntry } from '../events/event.ts';
import { arn, RESOURCES } from '../resources.ts';
import { type Limiter, limiter } from './limiter.ts';
import { type EcsTask, taskStoppedEvent } from './task-event.ts';
import { killLeftovers, type TaskDefinition, TaskProcess } from './task-process.ts';
import { type SizeOverrides, SMALLEST_SIZE, sizeOf } from './task-size.ts';

export interface FargateOptions {
  directory: string;
  definitions: Readonly<Record<string, TaskDefinition>>;
  /** Environment variables of every task. */
  environment: () => Record<string, string>;
  /** Maximum concurrent tasks; further ones wait. */
  capacity: number;
  /** Called with the EventBridge event of every task that has stopped. */
  stopped: (event: EventEntry) => void;
}

export interface RunTask {
  family: string;
  container: string;
  environment: readonly { Name: string; Value: string }[];
  size: SizeOverrides;
  startedBy: string;
  /** Stops the task, or removes it from the queue, when aborted. */
  signal: AbortSignal;
  started: () => void;
}

/** RunTask answers with an entry in `failures`, not with an error. */
export class LaunchFailure extends Error {}

/**
 * What ECS says of a container that the kernel killed:
 * https://github.com/aws/amazon-ecs-agent/issues/1187
 */
const OUT_OF_MEMORY = 'OutOfMemoryError: Container killed due to memory usage';
/** Default of ECS, in seconds. */
const STOP_TIMEOUT = 30;

/** Local Fargate: runs each task as a process, up to the configured capacity. */
export class Fargate {
  private readonly options: FargateOptions;
  private readonly directory: string;
  private readonly room: Limiter;
  private readonly running = new Set<TaskProcess>();
  private closed = false;
  private refusals = 0;
  private starving = 0;

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

  /** Kills the next tasks as if they ran out of memory, for tests. */
  exhaustMemory(count: number): void {
    this.starving = count;
  }

  /**
   * Resolves once the task has started. Throws `LaunchFailure` where there is no capacity, and another
   * error for a size that Fargate does not offer.
   */
  async run(request: RunTask): Promise<EcsTask> {
    const { family, container, environment, startedBy, signal, started } = request;
    const definition = this.options.definitions[family];
    if (!definition) throw new Error(`TaskDefinition not found: ${family}`);
    const size = sizeOf(definition.size ?? SMALLEST_SIZE, request.size);
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
      size,
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
    const containerReason = this.starving > 0 ? OUT_OF_MEMORY : undefined;
    if (containerReason) {
      this.starving--;
      process.killNow();
    }
    void process.exited.then((exit) => {
      signal.removeEventListener('abort', stop);
      this.running.delete(process);
      release();
      if (!this.closed) this.options.stopped(taskStoppedEvent(task, exit, { stopReason, containerReason }));
    });
    if (signal.aborted) stop();
    return task;
  }

  get runningTasks(): number {
    return this.running.size;
  }

  /**
   * Kills all tasks at once, like a power failure. When the executions are resumed, their tasks are
   * started again.
   */
  async close(): Promise<void> {
    this.closed = true;
    const running = [...this.running];
    for (const process of running) process.killNow();
    await Promise.all(running.map(({ exited }) => exited));
  }
}
