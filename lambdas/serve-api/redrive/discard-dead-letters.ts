import type { DiscardedLetter, DiscardRequest } from '../../../contract/dead-letter-api.ts';
import type { HeldLetter } from '../../../core/lifecycle/dead-letter-queue.ts';
import type { ApiDeps } from '../api-deps.ts';
import { takeLetters } from './take-letters.ts';

/**
 * Deletes the selected messages from the dead-letter queue. First writes the content of each to the
 * output bucket and not only to the log, because S3 confirms the write: a message is deleted only
 * once its copy is safe.
 */
export async function discardDeadLetters(
  deps: ApiDeps,
  request: DiscardRequest,
  by: string,
): Promise<DiscardedLetter[]> {
  const discarded: DiscardedLetter[] = [];
  const left: HeldLetter[] = [];
  try {
    for await (const batch of takeLetters(deps.deadLetters)) {
      for (const held of batch) {
        const selected = isSelected(held, request) && discarded.length < request.limit;
        if (selected) discarded.push(described(held));
        if (!selected || request.dryRun) left.push(held);
        else await archiveAndRemove(deps, held, by);
      }
      if (discarded.length >= request.limit) break;
    }
    return discarded;
  } finally {
    // A message that cannot be released reappears after the visibility timeout.
    await Promise.allSettled(left.map((held) => deps.deadLetters.release(held)));
  }
}

function isSelected({ letter }: HeldLetter, { jobId, errorName, unreadable }: DiscardRequest): boolean {
  if (!letter) return unreadable === true;
  return jobId ? letter.jobId === jobId : errorName !== undefined && letter.error.name === errorName;
}

function described(held: HeldLetter): DiscardedLetter {
  const { letter } = held;
  return {
    jobId: letter?.jobId ?? null,
    ...(letter && { attempt: letter.attempt, errorName: letter.error.name }),
    archiveKey: archiveKey(held),
  };
}

async function archiveAndRemove(
  { objects, deadLetters, config, now }: ApiDeps,
  held: HeldLetter,
  by: string,
) {
  const content = { discardedAt: now().toISOString(), discardedBy: by, message: held.body };
  // An object that exists is this message's own, from a request that died before it deleted the
  // message.
  await objects.put({
    bucket: config.OUTPUT_BUCKET,
    key: archiveKey(held),
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify(content)),
    replaces: null,
  });
  await deadLetters.remove(held);
}

const archiveKey = ({ letter, messageId }: HeldLetter) =>
  `dead-letters/${letter ? (letter.jobId ?? 'no-job') : 'unreadable'}/${messageId}.json`;
