import type { HeldLetter } from '../../../core/lifecycle/dead-letter-queue.ts';
import type { ApiDeps } from '../api-deps.ts';

/**
 * Visibility timeout, longer than a request may take: a message that was received reappears on its
 * own if the request dies.
 */
const HOLD_SECONDS = 60;
/** Maximum number of receive calls, of ten messages each, to find the selected dead letters. */
const MAX_RECEIVES = 50;

/** Yields the messages of the dead-letter queue in batches, hidden from others. */
export async function* takeLetters({
  deadLetters,
}: Pick<ApiDeps, 'deadLetters'>): AsyncGenerator<HeldLetter[]> {
  for (let i = 0; i < MAX_RECEIVES; i++) {
    const batch = await deadLetters.receive(HOLD_SECONDS);
    if (batch.length === 0) return;
    yield batch;
  }
}
