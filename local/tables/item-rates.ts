import database, { type Item, type Store } from 'dynalite/db/index.js';
import { LIMITS } from '../limits.ts';

/**
 * Throttles writes to an item beyond the write units that DynamoDB allows in a second: one for each
 * KB of the item, also if the condition of the write fails. `timeScale`: of the delays of the local
 * cloud, so that a cloud that runs faster allows more.
 */
export function throttleItems(store: Store, table: string, timeScale: number): void {
  const items = store.getItemDb(table);
  const { lock, get } = items;
  const written = new Map<string, number>();
  let began = 0;
  const mayWrite = (key: string, item: Item | undefined): boolean => {
    const now = performance.now();
    if (now - began >= 1000 * timeScale) {
      written.clear();
      began = now;
    }
    const units = (written.get(key) ?? 0) + database.capacityUnits(item, false);
    if (units > LIMITS.itemWriteUnitsPerSecond) return false;
    written.set(key, units);
    return true;
  };
  // Every write locks its item and reads it at once; a read does not lock.
  let isLocking = false;
  items.lock = (key, then) =>
    lock(key, (release) => {
      isLocking = true;
      try {
        then(release);
      } finally {
        isLocking = false;
      }
    });
  items.get = (key, done) => {
    const isWrite = isLocking;
    get(key, (error, item) => done(isWrite && !mayWrite(key, item) ? throttled() : error, item));
  };
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
function throttled(): Error {
  const message = 'Throughput exceeds the current capacity of your table or index.';
  const body = { __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException', message };
  return Object.assign(new Error(message), { statusCode: 400, body });
}
