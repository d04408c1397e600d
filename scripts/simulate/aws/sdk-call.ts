import type { Random } from '../random.ts';
import type { VirtualClock } from '../virtual-clock.ts';

/** Attempts of the SDK at a throttled call, and the longest wait before the second in milliseconds. */
const ATTEMPTS = 3;
const THROTTLING_DELAY = 500;

/** Error of AWS, as the SDK throws it. */
export const awsError = (name: string, message = name) => Object.assign(new Error(message), { name });

/**
 * Calls as the SDK does, in its standard mode: throttled calls again, after exponentially growing
 * random waits. https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export async function sdkCall<T>(
  { clock, random }: { clock: VirtualClock; random: Random },
  attempt: () => Promise<T>,
): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      if ((error as Error).name !== 'ThrottlingException' || attempts === ATTEMPTS) throw error;
      await clock.sleep(random.next() * THROTTLING_DELAY * 2 ** (attempts - 1));
    }
  }
}
