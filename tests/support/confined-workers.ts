import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { CloudOptions } from '../../local/cloud.ts';
import { loadFunctions, taskDefinitions } from '../../local/product.ts';
import type { FunctionOutcome } from './run-function.ts';

/** Functions that work on media. */
const WORKERS = ['process-image', 'process-document'] as const;
/** After which a function is killed, as Lambda does; no media of these tests takes as long. */
const TIMEOUT_MILLISECONDS = 120_000;
const RUN_FUNCTION = fileURLToPath(new URL('run-function.ts', import.meta.url));

/**
 * Runs each worker, function or task, as a program of its own, started by a shell script that a
 * test can change at any time. The script gets the program as its arguments, and must execute it.
 */
export async function confinedWorkers() {
  const directory = await mkdtemp(join(tmpdir(), 'confined-'));
  const script = join(directory, 'start.sh');
  const confine = (lines: string) => writeFile(script, `${lines}\n`);
  await confine('exec "$@"');
  return {
    directory,
    confine,
    options: (): Pick<CloudOptions, 'functions' | 'tasks'> => ({
      tasks: Object.fromEntries(
        Object.entries(taskDefinitions()).map(([family, definition]) => [
          family,
          { ...definition, command: ['sh', script, ...definition.command] },
        ]),
      ),
      functions: async (environment) => {
        const handlers = await loadFunctions(environment);
        const confined = WORKERS.map((name) => [
          name,
          (payload: unknown) => runFunction(script, directory, name, payload),
        ]);
        return { ...handlers, ...Object.fromEntries(confined) };
      },
    }),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Invokes a handler in a process of its own. Throws what it throws. */
async function runFunction(script: string, directory: string, name: string, payload: unknown) {
  const scratch = await mkdtemp(join(directory, `${name}-`));
  const child = spawn(
    'sh',
    [script, process.execPath, '--disable-warning=ExperimentalWarning', RUN_FUNCTION, name],
    {
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
      ...{ timeout: TIMEOUT_MILLISECONDS, killSignal: 'SIGKILL' },
      env: { ...process.env, NODE_OPTIONS: '', TMPDIR: scratch, HOME: scratch },
    },
  );
  const [, , errors, channel] = child.stdio;
  if (!errors || !channel || !('setEncoding' in channel)) throw new Error('Expected pipes to the function');
  child.stdin?.on('error', () => undefined).end(JSON.stringify(payload));
  const [outcome, complaints] = await Promise.all([text(channel), text(errors), once(child, 'exit')]);
  await rm(scratch, { recursive: true, force: true });
  // Lambda's name for a function that died.
  if (!outcome) throw Object.assign(new Error(complaints.slice(-2000)), { name: 'Runtime.ExitError' });
  const { result, error } = JSON.parse(outcome) as FunctionOutcome;
  if (error) throw Object.assign(new Error(error.message), { name: error.name });
  return result;
}
