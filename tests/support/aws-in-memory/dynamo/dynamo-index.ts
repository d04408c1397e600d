import { jobTable } from '../../../../core/jobs/job-table.ts';
import type { Random } from '../../random.ts';
import { conditionOf, copy, type DynamoTable, type Expressions } from './dynamo-table.ts';
import type { Item } from './expression-operands.ts';

export interface IndexQuery extends Expressions {
  IndexName: string;
  KeyConditionExpression: string;
  FilterExpression?: string | undefined;
  ExclusiveStartKey?: Item | undefined;
  Limit?: number | undefined;
  ScanIndexForward?: boolean | undefined;
  Select?: string | undefined;
}

/** Milliseconds after which every index shows a write. AWS promises no bound; usually it is less. */
const LAG = 1_000;

const INDEXES = new Map(
  (jobTable('').GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection }) => {
    const [hash = '', range = ''] = (KeySchema ?? []).map(({ AttributeName = '' }) => AttributeName);
    return [
      IndexName,
      { hash, range, attributes: ['jobId', hash, range, ...(Projection?.NonKeyAttributes ?? [])] },
    ];
  }),
);

/**
 * Reads an index, which shows of each item the latest state or, by chance, an earlier one: indexes
 * are eventually consistent.
 */
export function queryIndex(
  table: DynamoTable,
  query: IndexQuery,
  { random, now }: { random: Random; now: number },
) {
  const index = INDEXES.get(query.IndexName);
  if (!index) throw new Error(`Expected an index of the job table, got ${query.IndexName}`);
  const { hash, range } = index;
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = query;
  const holds = (expression: string | undefined, item: Item) =>
    !expression || conditionOf(expression)({ item, names, values });
  const seen = [...table.versions.values()].flatMap((versions): Item[] => {
    const item = visible(versions, now, random);
    return item ? [item] : [];
  });
  const direction = query.ScanIndexForward === false ? -1 : 1;
  const position = (item: Item) => `${item[range]} ${item.jobId}`;
  const found = seen
    .filter((item) => item[hash] !== undefined && item[range] !== undefined)
    .filter((item) => holds(query.KeyConditionExpression, item))
    .sort((a, b) => (position(a) < position(b) ? -direction : direction));
  const start = query.ExclusiveStartKey;
  const after = start
    ? found.filter((item) => (position(item) > position(start) ? direction : -direction) > 0)
    : found;
  const scanned = query.Limit ? after.slice(0, query.Limit) : after;
  const matching = scanned.filter((item) => holds(query.FilterExpression, item));
  const last = scanned.at(-1);
  return {
    Items: query.Select === 'COUNT' ? undefined : matching.map((item) => picked(item, index.attributes)),
    Count: matching.length,
    ScannedCount: scanned.length,
    LastEvaluatedKey:
      last && after.length > scanned.length ? picked(last, ['jobId', hash, range]) : undefined,
  };
}

/** Chooses the state that the index shows, and forgets those that it can no longer show. */
function visible(
  versions: { at: number; item: Item | undefined }[],
  now: number,
  random: Random,
): Item | undefined {
  let oldest = versions.length - 1;
  while (oldest > 0 && now - (versions[oldest]?.at ?? 0) < LAG) oldest--;
  const shown = oldest + random.below(versions.length - oldest);
  versions.splice(0, shown);
  return versions[0]?.item;
}

function picked(item: Item, attributes: readonly string[]): Item {
  return copy(Object.fromEntries(attributes.map((name) => [name, item[name]])));
}
