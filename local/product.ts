import { readdir, readFile } from 'node:fs/promises';
import { SETTINGS } from '../base/config.ts';
import { QUEUES } from '../core/queue/queues.ts';
import { type Cloud, type CloudOptions, startCloud } from './cloud.ts';
import type { Handler } from './compute/functions.ts';
import type { TargetName } from './events/targets.ts';
import { FUNCTIONS, productEnvironment, RESOURCES, substitutions, TASK_SIZES, TASKS } from './resources.ts';

/** Target of each event pattern; Terraform has the same table. */
const TARGETS: Readonly<Record<string, TargetName>> = {
  'object-created': { stateMachine: RESOURCES.stateMachine },
  'object-deleted': { function: 'remove-outputs' },
  'execution-status': { function: 'record-outcome' },
  'task-stopped': { function: 'report-stopped-task' },
  'job-event': { topic: RESOURCES.topic },
};

const FOLDER = new URL('../state-machines/', import.meta.url);

/**
 * Starts the local cloud with the product: the same handlers, state machine and event patterns that
 * Terraform deploys.
 */
export async function startProduct(
  options: Partial<CloudOptions> & Pick<CloudOptions, 'directory'>,
): Promise<Cloud> {
  const names = [RESOURCES.stateMachine, RESOURCES.backfillStateMachine];
  const stateMachines = await Promise.all(
    names.map(async (name) => [name, await readFile(new URL(`${name}.asl.json`, FOLDER), 'utf8')] as const),
  );
  const cloud = await startCloud({
    functions: loadFunctions,
    stateMachines: Object.fromEntries(stateMachines),
    rules: await productRules(),
    substitutions: substitutions(),
    tasks: taskDefinitions(),
    ...options,
  });
  return cloud;
}

/**
 * Imports the handlers once the environment has the endpoints: handlers read it once, as on Lambda.
 */
export async function loadFunctions(environment: Record<string, string>): Promise<Record<string, Handler>> {
  Object.assign(process.env, environment, productEnvironment(environment.AWS_ENDPOINT_URL_SQS ?? ''));
  // Here the machine limits the number of tasks, which compute/limiter.ts enforces.
  for (const { setting } of Object.values(QUEUES))
    if (SETTINGS[setting].parse(undefined) > 0) process.env[setting] ??= '1000';
  process.env.MAX_TENANT_TASK_PERCENT ??= '100';
  const handlers: Record<string, Handler> = {};
  // Sequentially: Jest's module loader cannot link a module that two imports request at the same
  // time.
  for (const name of FUNCTIONS) {
    handlers[name] = ((await import(`../lambdas/${name}/handler.ts`)) as { handler: Handler }).handler;
  }
  return handlers;
}

/**
 * Defines each task as a process of its program, with the settings of this shell in place of those
 * of a task definition.
 */
export function taskDefinitions(): NonNullable<CloudOptions['tasks']> {
  const environment = { ...productEnvironment('http://127.0.0.1'), ...shellSettings() };
  return Object.fromEntries(
    TASKS.map((name) => {
      const main = new URL(`../tasks/${name}/main.ts`, import.meta.url).pathname;
      return [
        name,
        {
          command: [process.execPath, '--disable-warning=ExperimentalWarning', main],
          environment,
          stopTimeout: 120,
          size: TASK_SIZES[name].normal,
        },
      ];
    }),
  );
}

/**
 * Returns the environment of the job API of this cloud: the settings of this shell, which the
 * handlers read too, and those of the cloud.
 */
export function apiEnvironment({ environment, urls }: Pick<Cloud, 'environment' | 'urls'>) {
  return { ...shellSettings(), ...environment, ...productEnvironment(urls.storage) };
}

function shellSettings(): Record<string, string> {
  const settings = Object.entries(process.env).filter(([name, value]) => name in SETTINGS && value);
  return Object.fromEntries(settings) as Record<string, string>;
}

async function productRules(): Promise<CloudOptions['rules']> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.pattern.json'));
  const listening = await Promise.all(
    files.map(async (file) => {
      const name = file.slice(0, -'.pattern.json'.length);
      const target = TARGETS[name];
      if (!target) throw new Error(`Expected a target for the event pattern ${file}, got none`);
      return { name, pattern: await readFile(new URL(file, FOLDER), 'utf8'), target };
    }),
  );
  const schedules = [
    { name: 'reconcile-jobs', schedule: 'rate(5 minutes)', target: { function: 'reconcile-jobs' } },
    { name: 'reconcile-queues', schedule: 'rate(1 minute)', target: { function: 'reconcile-queues' } },
  ];
  return [...listening, ...schedules];
}
