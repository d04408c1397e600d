import { setTimeout as sleep } from 'node:timers/promises';
import type { WaitingPlaces } from './waiting-places.ts';

/** Milliseconds between two looks of a waiting request. */
const TICK = 500;
/** What a client should wait itself if there is no place, in seconds. */
const RETRY_AFTER = 5;

interface Poll {
  /** Seconds; undefined: answer at once. */
  wait: number | undefined;
  /** Aborted when the client goes away, where the server can tell. */
  signal: AbortSignal;
}

export interface Look<Result> {
  result: Result;
  /** true: it is what the client waits for. */
  isNews: boolean;
}

/**
 * Looks again and again until there is news, the time is over or the client has gone away. Returns
 * the last result, and the headers to add: `retry-after` if there was no place to wait.
 */
export async function longPoll<Result>(
  places: Pick<WaitingPlaces, 'take'>,
  { wait = 0, signal }: Poll,
  look: (isAgain: boolean) => Promise<Look<Result>>,
): Promise<{ result: Result; headers: Record<string, string> }> {
  const deadline = performance.now() + wait * 1000;
  let seen = await look(false);
  if (seen.isNews || wait === 0) return { result: seen.result, headers: {} };
  const release = await places.take(wait);
  if (!release) return { result: seen.result, headers: { 'retry-after': String(RETRY_AFTER) } };
  try {
    while (!seen.isNews && !signal.aborted && performance.now() < deadline) {
      await nextTick(deadline, signal);
      seen = await look(true);
    }
  } finally {
    await release();
  }
  return { result: seen.result, headers: {} };
}

/** All requests of a process look at the same moments, so that they share reads (SharedReads). */
async function nextTick(deadline: number, signal: AbortSignal): Promise<void> {
  const now = performance.now();
  const pause = Math.min(TICK - (now % TICK), deadline - now);
  await sleep(Math.max(1, pause), undefined, { signal }).catch(() => undefined);
}
