import { availableParallelism } from 'node:os';
import { RESERVED_CONCURRENCY } from '../base/reserved-concurrency.ts';
import { jobTable } from '../core/jobs/job-table.ts';
import { queueTable } from '../core/queue/queue-table.ts';
import type { Cloud, CloudOptions } from './cloud-options.ts';
import { Fargate } from './compute/fargate.ts';
import { Functions } from './compute/functions.ts';
import { invokeApi } from './compute/invoke-api.ts';
import { lockDirectory } from './directory-lock.ts';
import { type Endpoints, endpointEnvironment } from './endpoints.ts';
import type { Event } from './events/event.ts';
import { EventBus } from './events/event-bus.ts';
import { putEvents } from './events/put-events.ts';
import { busRule } from './events/rules.ts';
import { target } from './events/targets.ts';
import { undeliveredSender } from './events/undelivered.ts';
import { refuseSkewedClocks } from './faults/clock-skew.ts';
import { Faults } from './faults/faults.ts';
import { throttleStates } from './faults/rate-limits.ts';
import { awsJsonServer } from './http/aws-json.ts';
import { allowLocalPages } from './http/cors.ts';
import { type Listening, listen } from './http/listen.ts';
import type { Middleware } from './http/middleware.ts';
import { ACCOUNT, RESOURCES } from './resources.ts';
import { stepFunctionsApi } from './states/api.ts';
import { serviceIntegrations } from './states/integrations.ts';
import { ecsIntegration } from './states/run-ecs-task.ts';
import { statusEvent } from './states/status-event.ts';
import { StepFunctions } from './states/step-functions.ts';
import { substitute } from './states/substitute.ts';
import { objectEvent } from './storage/object-events.ts';
import { sequencer } from './storage/sequencer.ts';
import { startStorage } from './storage/storage.ts';
import { startTables } from './tables/tables.ts';

/**
 * Concurrent invocations of an account by default, for functions without a reservation:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const UNRESERVED = 1000;

export type { Cloud, CloudOptions } from './cloud-options.ts';

/**
 * Starts the local cloud: S3, SQS, SNS, DynamoDB, EventBridge, Step Functions, Lambda and Fargate
 * on 127.0.0.1.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const unlock = lockDirectory(options.directory);
  const open: Listening[] = [];
  const closeAll = async () => {
    await Promise.all(open.map((server) => server.close()));
    unlock();
  };
  try {
    const urls: Endpoints = { storage: '', tables: '', control: '' };
    const parts = assemble(options, urls);
    await serve(options, parts, urls, open);
    await parts.functions.ready();
    parts.states.resume();
    parts.events.resume();
    const stop = async () => {
      parts.events.close();
      parts.states.close();
      await parts.fargate.close();
      await closeAll();
    };
    return { ...parts, environment: endpointEnvironment(urls), urls, stop };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

type Parts = Pick<Cloud, 'states' | 'events' | 'fargate' | 'faults' | 'functions'>;

/**
 * Creates everything except the servers, whose addresses are not known yet. Throws on an invalid
 * definition or pattern.
 */
function assemble(options: CloudOptions, urls: Endpoints): Parts {
  const { directory, substitutions = {}, timeScale = 1, timeoutScale = 1, now = Date.now } = options;
  const cores = availableParallelism();
  const { functionConcurrency: concurrency = 2 * cores, taskCapacity = cores } = options;
  const reservedConcurrency: Readonly<Record<string, number>> = {
    ...RESERVED_CONCURRENCY,
    ...options.reservedConcurrency,
  };
  const functions = new Functions(() => options.functions(endpointEnvironment(urls)), {
    ...{ concurrency, reserved: (name) => reservedConcurrency[name] ?? UNRESERVED },
  });
  const services = { urls, functions, states: () => states };
  const rules = options.rules.map((rule) => busRule(rule, substitutions, target(rule.target, services)));
  const deadLetter = undeliveredSender(options.rules, urls);
  const events = new EventBus({ directory, timeScale, rules, deadLetter });
  const fargate = new Fargate({
    directory,
    definitions: options.tasks ?? {},
    environment: () => endpointEnvironment(urls),
    capacity: taskCapacity,
    stopped: (event) => events.put(event),
  });
  const definitions = Object.entries(options.stateMachines);
  const states: StepFunctions = new StepFunctions({
    directory,
    timeScale,
    timeoutScale,
    now,
    stateMachines: Object.fromEntries(
      definitions.map(([name, text]) => [name, substitute(text, substitutions)]),
    ),
    integrations: { ...serviceIntegrations(functions, urls), ...ecsIntegration(fargate, timeScale) },
    statusChanged: (execution) => {
      if (!options.dropStatusEvents) events.put(statusEvent(execution));
    },
  });
  return { states, events, fargate, faults: new Faults(), functions };
}

/** Starts the servers and adds each to `open` as soon as it listens. */
async function serve(
  { directory, ports = {}, rules, now = Date.now, timeScale = 1 }: CloudOptions,
  { events, faults, functions, states }: Parts,
  urls: Endpoints,
  open: Listening[],
): Promise<void> {
  const nextSequencer = sequencer(directory);
  const wrap: Middleware = (server) => {
    // The last one sees a request first.
    refuseSkewedClocks(server);
    faults.middleware(server);
    allowLocalPages(server);
  };
  const opened = (server: Listening) => {
    open.push(server);
    return server.url;
  };
  const tables = [jobTable(RESOURCES.jobTable), queueTable(RESOURCES.queueTable)];
  urls.tables = opened(await startTables({ directory, port: ports.tables, tables, timeScale, wrap }));
  const api = awsJsonServer({
    ...stepFunctionsApi(states, now),
    'AWSEvents.PutEvents': (input: Parameters<typeof putEvents>[1]) => putEvents(events, input),
  });
  const enqueue = (name: string, payload: unknown) => {
    const rule = rules.find(({ target }) => 'function' in target && target.function === name);
    if (rule) events.accept(rule.name, payload as Event);
    return rule !== undefined;
  };
  invokeApi({ enqueue, invoke: (name, payload) => functions.invoke(name, payload) })(api);
  throttleStates(timeScale)(api);
  wrap(api);
  urls.control = opened(await listen(api, ports.control));
  const storage = await startStorage({
    directory,
    port: ports.storage,
    buckets: [RESOURCES.mediaBucket, RESOURCES.outputBucket],
    queues: [RESOURCES.deadLetterQueue, RESOURCES.undeliveredQueue],
    topics: [RESOURCES.topic],
    wrap,
    now,
    changed: (change) => events.put(objectEvent(change, nextSequencer(), ACCOUNT)),
  });
  urls.storage = opened(storage);
}
