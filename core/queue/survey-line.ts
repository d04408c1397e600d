import { addShare } from './add-share.ts';
import type { QueueState } from './queue-items.ts';
import type { QueueStore } from './queue-store.ts';
import type { QueueName } from './queues.ts';

/** Milliseconds after which a line is counted again, for each so many jobs in it. */
const COUNT_INTERVAL = 5 * 60_000;
const COUNTED_JOBS = 1000;
/** Surveys begin some seconds early or late. */
const TOLERANCE = 30_000;

/** Jobs in line. */
export interface LineSurvey {
  /** When they were last counted; a long line is counted less often than it is surveyed. */
  waiting: number;
  /** Since when the first has waited, ISO 8601; undefined if none waits. */
  oldest: string | undefined;
}

/**
 * Looks at the first jobs of each tenant in line. Gives a share to tenants that have none: a process
 * died between its two writes. Counts the line, if the last count is too old for its length: so the
 * reads of a job do not grow with the line that it waits in.
 */
export async function surveyLine(store: QueueStore, queue: QueueName, now: Date): Promise<LineSurvey> {
  const { firsts, seen, isWhole } = await store.firsts(queue);
  if (firsts.size === 0) return { waiting: 0, oldest: undefined };
  const state = await store.read(queue);
  for (const tenantId of firsts.keys()) await addShare(store, queue, tenantId, state);
  const [oldest] = [...firsts.values()].sort();
  const waiting = isWhole ? seen : Math.max(seen, await count(store, queue, state, now));
  return { waiting, oldest };
}

/** Returns how many wait, by the last count if it is new enough. */
async function count(
  store: QueueStore,
  queue: QueueName,
  { counted }: QueueState,
  now: Date,
): Promise<number> {
  if (counted) {
    const interval = COUNT_INTERVAL * Math.max(1, Math.ceil(counted.waiting / COUNTED_JOBS));
    if (now.getTime() - Date.parse(counted.at) < interval - TOLERANCE) return counted.waiting;
  }
  let waiting = 0;
  for await (const _ of store.line(queue)) waiting++;
  await store.setCounted(queue, { waiting, at: now.toISOString() });
  return waiting;
}
