import { join } from 'node:path';
import { buildApp } from 'fauxqs';
import type { Listening } from '../http/listen.ts';
import type { Middleware } from '../http/middleware.ts';
import { ACCOUNT, arn, REGION } from '../resources.ts';
import { type PersistenceManager, SnsStore, SqsStore } from './fauxqs-stores.ts';
import { MessageFiles } from './message-files.ts';
import type { ObjectChange } from './object-events.ts';
import { ObjectFiles } from './object-files.ts';
import { ObservedObjects } from './object-store.ts';
import { addS3Hooks } from './s3-hooks.ts';
import { expireVersions } from './version-lifecycle.ts';

export interface StorageOptions {
  directory: string;
  port?: number | undefined;
  buckets: readonly string[];
  /** Queue names; a name that ends in `.fifo` creates a FIFO queue. */
  queues: readonly string[];
  topics: readonly string[];
  wrap: Middleware;
  /** Returns epoch milliseconds, for the expiration of old versions. */
  now?: () => number;
  /** Called before the write is acknowledged; if it throws, the write request fails. */
  changed: (change: ObjectChange) => void;
}

/** Starts S3, SQS and SNS on one port. Every write is on disk before it is acknowledged. */
export async function startStorage(options: StorageOptions): Promise<Listening> {
  const queues = new SqsStore();
  const topics = new SnsStore();
  const objects = new ObservedObjects(new ObjectFiles(join(options.directory, 's3')), options.changed);
  const messages = new MessageFiles(join(options.directory, 'messages'));
  objects.load();
  messages.loadSqsAndSns(queues, topics);
  Object.assign(queues, { persistence: messages });
  Object.assign(topics, { persistence: messages });
  for (const queue of queues.allQueues()) restoreQueue(queue, messages);

  const stores = { sqsStore: queues, snsStore: topics, s3Store: objects };
  const app = buildApp({ logger: false, defaultRegion: REGION, stores });
  addS3Hooks(app, objects);
  options.wrap(app.server);
  const url = await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });

  for (const bucket of options.buckets) objects.createBucket(bucket);
  expireVersions(objects, options.now?.() ?? Date.now());
  for (const name of options.queues) {
    if (queues.getQueueByName(name)) continue;
    const attributes: Record<string, string> = name.endsWith('.fifo') ? { FifoQueue: 'true' } : {};
    queues.createQueue(name, `${url}/${ACCOUNT}/${name}`, arn('sqs', name), attributes);
  }
  for (const name of options.topics) topics.createTopic(name, undefined, undefined, REGION);
  const close = async () => {
    await app.close();
    messages.close();
  };
  return { url, close };
}

type Queue = ReturnType<SqsStore['createQueue']>;

/**
 * Restores queue state that fauxqs loses in a restart: its persistence, and the deduplication IDs
 * of messages still in the queue.
 */
function restoreQueue(queue: Queue, messages: PersistenceManager): void {
  queue.persistence = messages;
  const waiting = [...queue.fifoMessages.values()].flat();
  const inFlight = [...queue.inflightMessages.values()].map(({ message }) => message);
  for (const { messageDeduplicationId: id, messageId } of [...waiting, ...inFlight]) {
    if (id) queue.deduplicationCache.set(id, { messageId });
  }
}
