import { readdir, readFile } from 'node:fs/promises';
import { type Cloud, type CloudOptions, startCloud } from './cloud.ts';
import type { Handler } from './compute/functions.ts';
import type { TargetName } from './events/targets.ts';
import { FUNCTIONS, productEnvironment, RESOURCES, substitutions } from './resources.ts';

/** Where each event pattern's events go; Terraform has the same table. */
const TARGETS: Readonly<Record<string, TargetName>> = {
  'object-created': { stateMachine: RESOURCES.stateMachine },
  'object-deleted': { function: 'remove-outputs' },
  'execution-status': { function: 'record-outcome' },
  'task-stopped': { function: 'report-stopped-task' },
  'job-event': { topic: RESOURCES.topic },
};

const FOLDER = new URL('../state-machines/', import.meta.url);

/** The local cloud with the product in it: the same handlers, state machine and event patterns that Terraform deploys. */
export async function startProduct(
  options: Partial<CloudOptions> & Pick<CloudOptions, 'directory'>,
): Promise<Cloud> {
  const definition = await readFile(new URL(`${RESOURCES.stateMachine}.asl.json`, FOLDER), 'utf8');
  const cloud = await startCloud({
    functions: loadFunctions,
    stateMachines: { [RESOURCES.stateMachine]: definition },
    rules: await productRules(),
    substitutions: substitutions(),
    ...options,
  });
  return cloud;
}

/** Imports the handlers after the environment says where the cloud is: they read it once, as on Lambda. */
export async function loadFunctions(environment: Record<string, string>): Promise<Record<string, Handler>> {
  Object.assign(process.env, environment, productEnvironment(environment.AWS_ENDPOINT_URL_SQS ?? ''));
  const handlers: Record<string, Handler> = {};
  // One after the other: Jest's module loader cannot link modules that two imports want at once.
  for (const name of FUNCTIONS) {
    handlers[name] = ((await import(`../lambdas/${name}/handler.ts`)) as { handler: Handler }).handler;
  }
  return handlers;
}

export async function productRules(): Promise<CloudOptions['rules']> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.pattern.json'));
  return Promise.all(
    files.map(async (file) => {
      const name = file.slice(0, -'.pattern.json'.length);
      const target = TARGETS[name];
      if (!target) throw new Error(`No target for the event pattern ${file}`);
      return { name, pattern: await readFile(new URL(file, FOLDER), 'utf8'), target };
    }),
  );
}
