import type { Server } from 'node:http';
import { availableParallelism } from 'node:os';
import { Fargate } from './compute/fargate.ts';
import { Functions, type Handler } from './compute/functions.ts';
import type { TaskDefinition } from './compute/task-process.ts';
import { endpointEnvironment } from './endpoints.ts';
import { EventBus } from './events/event-bus.ts';
import { putEvents } from './events/put-events.ts';
import { type TargetName, target } from './events/targets.ts';
import { Faults } from './faults/faults.ts';
import { awsJsonServer } from './http/aws-json.ts';
import { allowLocalPages } from './http/cors.ts';
import { listen } from './http/listen.ts';
import { ACCOUNT, RESOURCES } from './resources.ts';
import { stepFunctionsApi } from './states/api.ts';
import { substitute } from './states/definition.ts';
import { serviceIntegrations } from './states/integrations.ts';
import { ecsIntegration } from './states/run-ecs-task.ts';
import { statusEvent } from './states/status-event.ts';
import { StepFunctions } from './states/step-functions.ts';
import { objectEvent } from './storage/object-events.ts';
import { sequencer } from './storage/sequencer.ts';
import { startStorage } from './storage/storage.ts';
import { JOB_TABLE } from './tables/job-table.ts';
import { startTables } from './tables/tables.ts';

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
  /** Patterns are texts too. */
  rules: readonly { name: string; bus?: string; pattern: string; target: TargetName }[];
  substitutions?: Readonly<Record<string, string>>;
  /** Multiplies pauses: retries, Wait states, redeliveries. For tests. */
  timeScale?: number;
  /** Multiplies time-outs and heartbeats of states. For tests. */
  timeoutScale?: number;
  /** Invocations of one function at a time; default two per core. */
  functionConcurrency?: number;
  /** Fargate tasks at a time; default one per core. */
  taskCapacity?: number;
  /** Loses every status-change event, as EventBridge may. For tests. */
  dropStatusEvents?: boolean;
  /** Epoch milliseconds, for the period in which executions can be redriven. */
  now?: () => number;
}

export interface Cloud {
  /** Environment variables that lead any AWS SDK here. */
  environment: Record<string, string>;
  urls: { storage: string; tables: string; control: string };
  states: StepFunctions;
  events: EventBus;
  fargate: Fargate;
  /** Breaks calls, for tests. */
  faults: Faults;
  functions: Functions;
  stop: () => Promise<void>;
}

/** The cloud on one machine: S3, SQS, SNS, DynamoDB, EventBridge, Step Functions and Lambda on 127.0.0.1. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { directory, ports = {}, substitutions = {}, timeScale = 1, timeoutScale = 1 } = options;
  const cores = availableParallelism();
  const { functionConcurrency = 2 * cores, taskCapacity = cores, now = Date.now } = options;
  const nextSequencer = sequencer(directory);
  const faults = new Faults();
  const wrap = (server: Server) => {
    faults.middleware(server);
    allowLocalPages(server);
  };

  const storage = await startStorage({
    directory,
    port: ports.storage,
    buckets: [RESOURCES.mediaBucket, RESOURCES.outputBucket],
    queues: [RESOURCES.deadLetterQueue, RESOURCES.undeliveredQueue],
    topics: [RESOURCES.topic],
    wrap,
    changed: (change) => events.put(objectEvent(change, nextSequencer(), ACCOUNT)),
  });
  const tables = await startTables({ directory, port: ports.tables, tables: [JOB_TABLE], wrap });
  let environment: Record<string, string> = {};
  const functions = new Functions(() => options.functions(environment), functionConcurrency);
  const services = { storageUrl: storage.url, functions, states: () => states };
  const undelivered = target({ queue: RESOURCES.undeliveredQueue }, services);
  const events = new EventBus({
    directory,
    timeScale,
    rules: options.rules.map(({ name, bus, pattern, target: where }) => ({
      name,
      bus,
      pattern: JSON.parse(substitute(pattern, substitutions)) as unknown,
      deliver: target(where, services),
    })),
    deadLetter: (_rule, event) => undelivered(event),
  });
  const fargate = new Fargate({
    directory,
    definitions: options.tasks ?? {},
    environment: () => environment,
    capacity: taskCapacity,
    stopped: (event) => events.put(event),
  });
  const states = new StepFunctions({
    directory,
    timeScale,
    timeoutScale,
    now,
    stateMachines: Object.fromEntries(
      Object.entries(options.stateMachines).map(([name, text]) => [name, substitute(text, substitutions)]),
    ),
    integrations: {
      ...serviceIntegrations(functions, () => ({ tables: tables.url, control: control.url })),
      ...ecsIntegration(fargate),
    },
    statusChanged: (execution) => {
      if (!options.dropStatusEvents) events.put(statusEvent(execution));
    },
  });
  const server = awsJsonServer({
    ...stepFunctionsApi(states, now),
    'AWSEvents.PutEvents': (input: Parameters<typeof putEvents>[1]) => putEvents(events, input),
  });
  wrap(server);
  const control = await listen(server, ports.control);
  const urls = { storage: storage.url, tables: tables.url, control: control.url };
  environment = endpointEnvironment(urls);
  await functions.ready();
  states.resume();
  events.resume();

  const stop = async () => {
    events.close();
    states.close();
    await fargate.close();
    await Promise.all([storage.close(), tables.close(), control.close()]);
  };
  return { environment, urls, states, events, fargate, faults, functions, stop };
}
