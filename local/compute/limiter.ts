/**
 * Acquires one of `limit` slots, in order of arrival. Resolves with a function that releases the
 * slot.
 */
export interface Limiter {
  (signal?: AbortSignal): Promise<() => void>;
  /** Returns true if a slot is free: then it is acquired at once. */
  isFree: () => boolean;
}

export function limiter(limit: number): Limiter {
  let free = limit;
  const waiting: (() => void)[] = [];
  const release = () => {
    const next = waiting.shift();
    if (next) next();
    else free++;
  };
  const acquire = async (signal?: AbortSignal) => {
    if (free > 0) free--;
    else await queue(waiting, signal);
    let released = false;
    return () => {
      if (!released) release();
      released = true;
    };
  };
  return Object.assign(acquire, { isFree: () => free > 0 });
}

function queue(waiting: (() => void)[], signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const start = () => {
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    const leave = () => {
      waiting.splice(waiting.indexOf(start), 1);
      reject(signal?.reason);
    };
    if (signal?.aborted) return reject(signal.reason);
    signal?.addEventListener('abort', leave, { once: true });
    waiting.push(start);
  });
}
