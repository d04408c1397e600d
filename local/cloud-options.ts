import type { Fargate } from './compute/fargate.ts';
import type { Functions, Handler } from './compute/functions.ts';
import type { TaskDefinition } from './compute/task-process.ts';
import type { Endpoints } from './endpoints.ts';
import type { EventBus } from './events/event-bus.ts';
import type { TargetName } from './events/targets.ts';
import type { Faults } from './faults/faults.ts';
import type { StepFunctions } from './states/step-functions.ts';

/** EventBridge rule: an event pattern, or a schedule such as `rate(5 minutes)`. */
export type RuleOptions = { name: string; target: TargetName } & (
  | { pattern: string; bus?: string }
  | { schedule: string }
);

export interface CloudOptions {
  /**
   * Holds all state. A cloud started with the same directory resumes where the last one stopped.
   */
  directory: string;
  /** Default: free ports. */
  ports?: { storage?: number; tables?: number; control?: number };
  /**
   * Loads Lambda handlers by function name, once the servers are up and their endpoints are known.
   */
  functions: (environment: Record<string, string>) => Promise<Record<string, Handler>>;
  /**
   * Task definitions by family. Each task gets the endpoints in its environment besides its own
   * variables.
   */
  tasks?: Readonly<Record<string, TaskDefinition>>;
  /** Definitions by state machine name, with placeholders. */
  stateMachines: Readonly<Record<string, string>>;
  /** Rules, whose patterns may have placeholders too. */
  rules: readonly RuleOptions[];
  substitutions?: Readonly<Record<string, string>>;
  /** Scales delays: retries, Wait states, redeliveries. For tests. */
  timeScale?: number;
  /** Scales timeouts and heartbeats of states. For tests. */
  timeoutScale?: number;
  /** Maximum concurrent invocations of one function; others wait. Default: two per core. */
  functionConcurrency?: number;
  /**
   * Invocations that each function may have, those that wait included; Step Functions is throttled
   * beyond them, as on AWS. Default: as Terraform reserves them.
   */
  reservedConcurrency?: Readonly<Record<string, number>>;
  /** Maximum concurrent Fargate tasks. Default: one per core. */
  taskCapacity?: number;
  /**
   * Drops all status-change events, as EventBridge may. For tests, which may change it while the
   * cloud runs.
   */
  dropStatusEvents?: boolean;
  /**
   * Returns epoch milliseconds, for the period in which executions can be redriven and the age of
   * old versions of objects.
   */
  now?: () => number;
}

export interface Cloud {
  /** Environment variables that point any AWS SDK at this cloud. */
  environment: Record<string, string>;
  urls: Endpoints;
  states: StepFunctions;
  events: EventBus;
  fargate: Fargate;
  /** Injects faults, for tests. */
  faults: Faults;
  functions: Functions;
  stop: () => Promise<void>;
}
