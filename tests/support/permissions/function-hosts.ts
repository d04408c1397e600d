import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Handler } from '../../../local/compute/functions.ts';
import { productEnvironment } from '../../../local/resources.ts';

/** An invocation, to the process. */
export interface Hosted {
  id: number;
  payload: unknown;
}

/** Its outcome, from the process. */
export interface HostedOutcome {
  id: number;
  result?: unknown;
  error?: { name: string; message: string };
}

const HOST = fileURLToPath(new URL('host-function.ts', import.meta.url));

/**
 * Runs each function in a process of its own, which signs its calls with the function's name as the
 * access key, so that the local cloud can tell who calls.
 */
export function functionHosts(names: readonly string[]) {
  const hosts: ChildProcess[] = [];
  const start = (name: string, environment: Record<string, string>): Handler => {
    const host = fork(HOST, [name], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: {
        ...process.env,
        ...environment,
        ...productEnvironment(environment.AWS_ENDPOINT_URL_SQS ?? ''),
        ...{ AWS_ACCESS_KEY_ID: name, NODE_OPTIONS: '' },
      },
    });
    hosts.push(host);
    const ready = once(host, 'message');
    const waiting = new Map<number, (outcome: HostedOutcome) => void>();
    host.on('message', (outcome: HostedOutcome) => waiting.get(outcome.id)?.(outcome));
    let last = 0;
    return async (payload) => {
      await ready;
      const id = ++last;
      const outcome = await new Promise<HostedOutcome>((resolve) => {
        waiting.set(id, resolve);
        host.send({ id, payload } satisfies Hosted);
      });
      waiting.delete(id);
      const { error, result } = outcome;
      if (error) throw Object.assign(new Error(error.message), { name: error.name });
      return result;
    };
  };
  return {
    functions: async (environment: Record<string, string>): Promise<Record<string, Handler>> =>
      Object.fromEntries(names.map((name) => [name, start(name, environment)])),
    stop: () =>
      Promise.all(
        hosts.map(async (host) => {
          const exited = once(host, 'exit');
          host.kill();
          await exited;
        }),
      ),
  };
}
