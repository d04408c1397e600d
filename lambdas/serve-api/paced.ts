import { setTimeout as sleep } from 'node:timers/promises';

/** Works on items one after the other, beginning at most `perSecond` a second: what is behind must not be flooded with retries. */
export async function paced<Item, Result>(
  items: readonly Item[],
  perSecond: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const started = performance.now();
  for (const [i, item] of items.entries()) {
    const wait = started + (i * 1000) / perSecond - performance.now();
    if (wait > 0) await sleep(wait);
    results.push(await work(item));
  }
  return results;
}
