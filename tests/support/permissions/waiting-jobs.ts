import { QueueStore } from '../../../core/queue/queue-store.ts';
import type { Handler } from '../../../local/compute/functions.ts';
import { RESOURCES } from '../../../local/resources.ts';
import { oneOfEachKind } from '../one-of-each-kind.ts';
import { type Pipeline, uploadKey } from '../pipeline.ts';

const QUEUE = 'TranscodeAudio';

/**
 * Lets a job wait in line behind one that has ended unnoticed, so that whoever hands over a slot
 * must look at the ended job's row, and leaves a slot for reconcile-queues to give back.
 */
export async function waitingJobs(pipeline: Pipeline, reconcileQueues: Handler): Promise<void> {
  const store = new QueueStore(pipeline.table, RESOURCES.queueTable);
  const ended = { name: 'ended-unnoticed', jobId: '0'.repeat(32), tenantId: 'acme' };
  const now = new Date();
  const ticket = { ...ended, since: now.toISOString(), token: 'of-an-ended-execution', parked: false };
  await store.putInLine(QUEUE, ticket, now);
  await store.putShare(QUEUE, { tenantId: 'acme', served: 0 });
  const sound = (await oneOfEachKind(2, 8)).at(-1);
  const key = uploadKey('waits.wav');
  await pipeline.upload(key, sound?.content ?? '');
  const { status, error } = await pipeline.ended(key);
  if (status !== 'COMPLETED') throw new Error(`Expected ${key} COMPLETED, got ${JSON.stringify(error)}`);
  const { slots, policy } = await store.read(QUEUE);
  const number = Math.max(policy?.limit ?? 0, ...slots.map((slot) => slot.number)) + 1;
  await store.give(QUEUE, number, ended, { from: undefined, at: new Date(0).toISOString() });
  await reconcileQueues({});
  if ((await store.read(QUEUE)).slots.some(({ name }) => name === ended.name))
    throw new Error('Expected reconcile-queues to give back the slot of an ended execution');
}
