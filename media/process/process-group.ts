import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { MediaError } from '../../base/errors.ts';

/** Fargate Spot gives 120 s in all. */
const GRACE_SECONDS = 10;
/** Of standard error, for messages. */
const LOG_BYTES = 8192;
const SETPRIV = '/usr/bin/setpriv';

export interface Supervision {
  timeoutSeconds: number;
  signal?: AbortSignal | undefined;
  /** Time to end on SIGTERM before the group is killed. */
  graceSeconds?: number;
}

/** `log`: the end of standard error. `stopped`: set where this side ended the program, and why. */
export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  log: string;
  stopped?: MediaError | undefined;
}

/**
 * The program and arguments to spawn so that the kernel kills the child when this process dies without a word (SIGKILL, out of memory):
 * nothing else would. Needs util-linux; without it (macOS) the child runs on until it is done.
 */
export function boundToParent(program: string, args: readonly string[]): [string, string[]] {
  return existsSync(SETPRIV) ? [SETPRIV, ['--pdeathsig', 'KILL', program, ...args]] : [program, [...args]];
}

/**
 * Waits for a child that was spawned `detached` (so that it leads a group of its own), and ends the whole group on abort or after
 * the time-out: SIGTERM, 10 s, SIGKILL. An abort reason that is a MediaError (say, Superseded) is the error then; any other means Interrupted.
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
    () => stop(new MediaError('TimedOut', `The program took longer than ${timeoutSeconds} s.`)),
    timeoutSeconds * 1000,
  );
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted) onAbort();
  child.stderr?.on('data', (chunk: Buffer | string) => {
    outcome.log = `${outcome.log}${chunk}`.slice(-LOG_BYTES);
  });
  try {
    // The leader's children may hold its pipes open, so they go first; by 'close' all that was written has arrived.
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
    : new MediaError('Interrupted', 'The work was stopped before it finished.');
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
