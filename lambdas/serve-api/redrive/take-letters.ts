import type { DeadLetterQueue, HeldLetter } from '../../../core/lifecycle/dead-letter-queue.ts';

/**
 * Visibility timeout, longer than a request may take: a message that was received reappears on its
 * own if the request dies.
 */
const HOLD_SECONDS = 60;
/** Maximum number of receive calls, of ten messages each, to find the selected dead letters. */
const MAX_RECEIVES = 50;

/**
 * Seconds for which a message stays hidden whose job could not be retried, or whose event could not
 * be delivered. Otherwise the oldest would be received first by every request, and the others never.
 */
export const REFUSED_SECONDS = 300;

/** Yields the messages of a dead-letter queue in batches, hidden from others. */
export async function* takeLetters(queue: DeadLetterQueue): AsyncGenerator<HeldLetter[]> {
  for (let i = 0; i < MAX_RECEIVES; i++) {
    const batch = await queue.receive(HOLD_SECONDS);
    if (batch.length === 0) return;
    yield batch;
  }
}
