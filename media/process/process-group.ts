import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { MediaError } from '../../base/errors.ts';

/** Leaves room within the 120 s that Fargate Spot allows in total. */
const GRACE_SECONDS = 10;
/** Length of the tail of stderr kept for messages. */
const LOG_BYTES = 8192;
const SETPRIV = '/usr/bin/setpriv';

export interface Supervision {
  timeoutSeconds: number;
  signal?: AbortSignal | undefined;
  /** Time to exit after SIGTERM before the group is killed. */
  graceSeconds?: number;
}

/**
 * Result of a child. `log` is the tail of stderr; `stopped` is set if this process ended the child,
 * and says why.
 */
export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  log: string;
  stopped?: MediaError | undefined;
}

/**
 * Returns the program and arguments to spawn so that the kernel kills the child when this process
 * dies without cleanup (SIGKILL, out of memory), which nothing else would do. Needs util-linux;
 * without it (macOS) the child keeps running until it exits on its own.
 */
export function boundToParent(program: string, args: readonly string[]): [string, string[]] {
  return existsSync(SETPRIV) ? [SETPRIV, ['--pdeathsig', 'KILL', program, ...args]] : [program, [...args]];
}

/**
 * Waits for a child spawned `detached` (so that it leads its own process group). On abort or
 * timeout, ends the whole group: SIGTERM, then SIGKILL after `graceSeconds` (10 s). An abort reason
 * that is a MediaError (such as Superseded) becomes the error; any other reason becomes
 * Interrupted.
 */
export async function supervise(
  child: ChildProcess,
  { timeoutSeconds, signal, graceSeconds = GRACE_SECONDS }: Supervision,
): Promise<Outcome> {
  const outcome: Outcome = { code: null, signal: null, log: '' };
  let killer: NodeJS.Timeout | undefined;
  const stop = (error: MediaError) => {
    outcome.stopped ??= error;
    killGroup(child, 'SIGTERM');
    killer ??= setTimeout(() => killGroup(child, 'SIGKILL'), graceSeconds * 1000);
  };
  const onAbort = () => stop(interruption(signal));
  const watchdog = setTimeout(
    () => stop(new MediaError('TimedOut', `Expected the program to finish within ${timeoutSeconds} s.`)),
    timeoutSeconds * 1000,
  );
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted) onAbort();
  child.stderr?.on('data', (chunk: Buffer | string) => {
    outcome.log = `${outcome.log}${chunk}`.slice(-LOG_BYTES);
  });
  try {
    // The leader's children may keep its pipes open, so they are killed first. On 'close', all
    // output has arrived.
    child.once('exit', () => killGroup(child, 'SIGKILL'));
    [outcome.code, outcome.signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
      (resolve, reject) => {
        child.once('error', reject);
        child.once('close', (code, by) => resolve([code, by]));
      },
    );
    return outcome;
  } finally {
    clearTimeout(watchdog);
    clearTimeout(killer);
    signal?.removeEventListener('abort', onAbort);
  }
}

export function interruption(signal: AbortSignal | undefined): MediaError {
  const reason: unknown = signal?.reason;
  return reason instanceof MediaError
    ? reason
    : new MediaError('Interrupted', 'Processing was stopped before it finished.');
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
