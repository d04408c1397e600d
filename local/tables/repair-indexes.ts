import { promisify } from 'node:util';
import type { Operation, Store } from 'dynalite/db/index.js';
import { indexOperations, indexPrefixes, itemPrefix } from './index-operations.ts';

/**
 * Makes the indexes of a table match its items, in directories that were written before writes were
 * atomic.
 */
export async function repairIndexes({ db, getTable }: Store, name: string): Promise<void> {
  const table = await promisify(getTable)(name, false);
  const missing = new Map<string, string>();
  for (const [, item] of await db.iterator(range(itemPrefix(table))).all()) {
    for (const entry of indexOperations(table, undefined, JSON.parse(item)))
      if (entry.type === 'put') missing.set(entry.key, JSON.stringify(entry.value));
  }
  const corrections: Operation[] = [];
  for (const prefix of indexPrefixes(table)) {
    for (const [key, entry] of await db.iterator(range(prefix)).all()) {
      if (missing.get(key) === entry) missing.delete(key);
      else if (!missing.has(key)) corrections.push({ type: 'del', key });
    }
  }
  for (const [key, entry] of missing) corrections.push({ type: 'put', key, value: JSON.parse(entry) });
  if (corrections.length > 0) await db.batch(corrections);
}

/** Selects the keys with a prefix, which ends in `~`, as texts: parsing every entry would be slow. */
const range = (prefix: string) =>
  ({ gte: prefix, lt: `${prefix.slice(0, -1)}\x7f`, valueEncoding: 'utf8' }) as const;
