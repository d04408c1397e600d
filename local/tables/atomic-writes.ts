import database from 'dynalite/db/index.js';
import { indexOperations, itemPrefix } from './index-operations.ts';

/**
 * Makes dynalite write an item and its index entries in one LevelDB batch. It writes them one by
 * one, so that a process killed in between leaves entries without an item in the indexes, or items
 * without entries.
 *
 * Every write of an item updates the indexes first. The batch contains the item, too; dynalite then
 * writes the same item again.
 */
export function writeAtomically(): void {
  database.updateIndexes = (store, table, before, after, done) => {
    const item = after ?? before;
    if (!item) return done();
    const key = `${itemPrefix(table)}${database.createKey(item, table)}`;
    const write = after ? { type: 'put' as const, key, value: after } : { type: 'del' as const, key };
    store.db.batch([...indexOperations(table, before, after ?? undefined), write], done);
  };
}
