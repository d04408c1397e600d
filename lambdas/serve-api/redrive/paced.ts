import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Starts work on the items in order, `perSecond` of them a second, so that retries do not flood
 * downstream services.
 */
export function paced<Item, Result>(
  items: readonly Item[],
  perSecond: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  return Promise.all(
    items.map(async (item, i) => {
      await sleep((i * 1000) / perSecond);
      return work(item);
    }),
  );
}
