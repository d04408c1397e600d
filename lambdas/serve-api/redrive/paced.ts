import { setTimeout as sleep } from 'node:timers/promises';

/** Begins work on the items in their order, `perSecond` of them a second: what is behind must not be flooded with retries. */
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
