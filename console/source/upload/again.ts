import { Problem } from '../api/problem.ts';

const ATTEMPTS = 4;

/**
 * Retries after a lost connection, a busy service, or 403, which S3 returns for an expired
 * presigned URL. Other S3 errors are final.
 */
export async function again<T>(signal: AbortSignal, attempt: (number: number) => Promise<T>): Promise<T> {
  for (let number = 0; ; number++) {
    try {
      return await attempt(number);
    } catch (error) {
      const passing =
        error instanceof Problem && (error.status === 0 || error.status === 403 || error.status >= 500);
      if (signal.aborted || !passing || number + 1 >= ATTEMPTS) throw error;
      await pause(signal, navigator.onLine ? 500 * 2 ** number : 10_000);
    }
  }
}

function pause(signal: AbortSignal, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    const wake = () => {
      clearTimeout(timer);
      resolve();
    };
    addEventListener('online', wake, { once: true });
    signal.addEventListener('abort', wake, { once: true });
  });
}
