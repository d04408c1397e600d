import type { Fargate } from './compute/fargate.ts';
import type { Functions, Handler } from './compute/functions.ts';
import type { TaskDefinition } from './compute/task-process.ts';
import type { Endpoints } from './endpoints.ts';
import type { EventBus } from './events/event-bus.ts';
import type { TargetName } from './events/targets.ts';
import type { Faults } from './faults/faults.ts';
import type { StepFunctions } from './states/step-functions.ts';

/** A rule of EventBridge: events by pattern, or one event again and again, such as `rate(5 minutes)`. */
export type RuleOptions = { name: string; target: TargetName } & (
  | { pattern: string; bus?: string }
  | { schedule: string }
);

export interface CloudOptions {
  /** Everything the cloud remembers is below it; a cloud started there again goes on where the last one stopped. */
  directory: string;
  /** Free ports by default. */
  ports?: { storage?: number; tables?: number; control?: number };
  /** Lambda handlers by function name; imported once the servers are up and their endpoints known. */
  functions: (environment: Record<string, string>) => Promise<Record<string, Handler>>;
  /** Fargate tasks by family; each gets the endpoints' environment as well as its own. */
  tasks?: Readonly<Record<string, TaskDefinition>>;
  /** Texts of definitions by state machine name, placeholders and all. */
  stateMachines: Readonly<Record<string, string>>;
  /** Patterns may have placeholders too. */
  rules: readonly RuleOptions[];
  substitutions?: Readonly<Record<string, string>>;
  /** Multiplies pauses: retries, Wait states, redeliveries. For tests. */
  timeScale?: number;
  /** Multiplies time-outs and heartbeats of states. For tests. */
  timeoutScale?: number;
  /** Invocations of one function at a time; default two per core. */
  functionConcurrency?: number;
  /** Fargate tasks at a time; default one per core. */
  taskCapacity?: number;
  /** Loses every status-change event, as EventBridge may. For tests, which may change it as they go. */
  dropStatusEvents?: boolean;
  /** Epoch milliseconds, for the period in which executions can be redriven. */
  now?: () => number;
}

export interface Cloud {
  /** Environment variables that lead any AWS SDK here. */
  environment: Record<string, string>;
  urls: Endpoints;
  states: StepFunctions;
  events: EventBus;
  fargate: Fargate;
  /** Breaks calls, for tests. */
  faults: Faults;
  functions: Functions;
  stop: () => Promise<void>;
}
