import type { Waiting } from '../../core/queue/queue-items.ts';
import type { QueueStore } from '../../core/queue/queue-store.ts';
import type { QueueName } from '../../core/queue/queues.ts';

/** All that wait in a queue, in their order. */
export async function lineOf(store: QueueStore, queue: QueueName): Promise<Waiting[]> {
  const waiting: Waiting[] = [];
  for await (const one of store.line(queue)) waiting.push(one);
  return waiting;
}

export const namesInLine = async (store: QueueStore, queue: QueueName): Promise<string[]> =>
  (await lineOf(store, queue)).map(({ name }) => name);
