/**
 * Acquires one of `limit` slots, in order of arrival. Resolves with a function that releases the
 * slot.
 */
export type Limiter = (signal?: AbortSignal) => Promise<() => void>;

export function limiter(limit: number): Limiter {
  let free = limit;
  const waiting: (() => void)[] = [];
  const release = () => {
    const next = waiting.shift();
    if (next) next();
    else free++;
  };
  return async (signal) => {
    if (free > 0) free--;
    else await queue(waiting, signal);
    let released = false;
    return () => {
      if (!released) release();
      released = true;
    };
  };
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
