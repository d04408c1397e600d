import { setTimeout as sleep } from 'node:timers/promises';

export interface Pace {
  perSecond: number;
  /** Calls that need not wait, after a pause that was long enough. */
  burst: number;
}

/** Milliseconds of a monotonic clock, and a way to wait. */
export interface PacerClock {
  now: () => number;
  sleep: (milliseconds: number) => Promise<unknown>;
}

/**
 * Returns a function to await before each call, so that calls stay within a token bucket, as AWS
 * throttles: at most `burst` at once, and `perSecond` on average.
 */
export function pacer(
  { perSecond, burst }: Pace,
  clock: PacerClock = { now: () => performance.now(), sleep },
): () => Promise<void> {
  const interval = 1000 / perSecond;
  /** Time at which the bucket is full again. */
  let full = Number.NEGATIVE_INFINITY;
  return async () => {
    const now = clock.now();
    full = Math.max(full, now) + interval;
    const wait = full - burst * interval - now;
    if (wait > 0) await clock.sleep(wait);
  };
}
