import database, { type Item, type Operation, type Table } from 'dynalite/db/index.js';

const INDEX_TYPES = ['Local', 'Global'] as const;

/** Returns the writes to the indexes that replace an item's entries by those of its new state. */
export function indexOperations(
  table: Table,
  before: Item | undefined,
  after: Item | undefined,
): Operation[] {
  return INDEX_TYPES.flatMap((type) => {
    const indexes = table[`${type}SecondaryIndexes`] ?? [];
    const { puts, deletes } = database.getIndexActions(indexes, before, after, table);
    const keyOf = ({ index, key }: { index: string; key: string }) =>
      `${indexPrefix(type, table, index)}${key}`;
    return [
      ...deletes.map((entry) => ({ type: 'del' as const, key: keyOf(entry) })),
      ...puts.map((entry) => ({ type: 'put' as const, key: keyOf(entry), value: entry.item })),
    ];
  });
}

export function itemPrefix({ TableName }: Table): string {
  return `item-${TableName}~`;
}

export function indexPrefixes(table: Table): string[] {
  return INDEX_TYPES.flatMap((type) =>
    (table[`${type}SecondaryIndexes`] ?? []).map(({ IndexName }) => indexPrefix(type, table, IndexName)),
  );
}

/** Prefix of dynalite's keys in LevelDB. */
function indexPrefix(type: (typeof INDEX_TYPES)[number], { TableName }: Table, index: string): string {
  return `index-${type.toLowerCase()}~${TableName}~${index}~`;
}
