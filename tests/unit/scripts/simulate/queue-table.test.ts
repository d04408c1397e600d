import { DeleteCommand, GetCommand, PutCommand, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import { QueueTable } from '../../../../scripts/simulate/aws/queue-table.ts';
import { seededRandom } from '../../../../scripts/simulate/random.ts';
import { VirtualClock } from '../../../../scripts/simulate/virtual-clock.ts';

const TableName = 'queue';

function setup() {
  const clock = new VirtualClock();
  const table = new QueueTable({ clock, random: seededRandom(1), watch: () => {} });
  /** Awaits calls that are made at once. */
  async function together<T>(calls: Promise<T>[]) {
    let results: PromiseSettledResult<T>[] | undefined;
    void Promise.allSettled(calls).then((settled) => {
      results = settled;
    });
    await clock.run(() => results !== undefined);
    return results ?? [];
  }
  const put = (sk: string, more: object = {}) =>
    table.send(new PutCommand({ TableName, Item: { pk: 'a', sk, ...more } }));
  return { clock, table, together, put };
}

test('units are those of DynamoDB: by size, and also for a write whose condition fails', async () => {
  const { table, together, put } = setup();
  await together([put('1', { text: 'x'.repeat(1500) })]);
  expect(table.use).toMatchObject({ writes: 1, writeUnits: 2 });
  const remove = new DeleteCommand({
    ...{ TableName, Key: { pk: 'a', sk: '1' }, ConditionExpression: 'attribute_not_exists(pk)' },
  });
  const [refused] = await together([table.send(remove)]);
  expect(refused).toMatchObject({ reason: { name: 'ConditionalCheckFailedException' } });
  expect(table.use).toMatchObject({ writes: 2, writeUnits: 4 });
  const get = new GetCommand({ TableName, Key: { pk: 'a', sk: '1' }, ConsistentRead: true });
  await together([table.send(get)]);
  expect(table.use).toMatchObject({ reads: 1, readUnits: 1 });
});

test('a query reads a page of a megabyte at most, in the order of the sort keys', async () => {
  const { table, clock, together, put } = setup();
  const keys = Array.from({ length: 30 }, (_, i) => String(i).padStart(2, '0'));
  for (const sk of keys.toReversed()) {
    await together([put(sk, { text: 'x'.repeat(100_000) })]);
    // Not more than a partition serves.
    clock.now += 1000;
  }
  const found: string[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  let pages = 0;
  do {
    const values = { ':pk': 'a' };
    const query = new QueryCommand({
      ...{ TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: values },
      ...{ ConsistentRead: true, ExclusiveStartKey },
    });
    const [page] = await together([table.send(query)]);
    const { Items = [], LastEvaluatedKey } = (page as PromiseFulfilledResult<QueryOutput>).value;
    found.push(...Items.map(({ sk }) => sk));
    ExclusiveStartKey = LastEvaluatedKey;
    pages++;
  } while (ExclusiveStartKey);
  expect(found).toEqual(keys);
  expect(pages).toBe(3);
});
interface QueryOutput {
  Items?: { sk: string }[];
  LastEvaluatedKey?: Record<string, unknown>;
}

test('a partition key serves 1,000 write units a second; the SDK tries the others again', async () => {
  const { table, clock, together, put } = setup();
  const answers = await together(Array.from({ length: 1500 }, (_, i) => put(String(i))));
  expect(table.use.throttles).toBeGreaterThanOrEqual(500);
  expect(answers.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1000);
  expect(clock.seconds).toBeLessThan(3);
});

test('what QueueStore does not send is refused', async () => {
  const { table, together } = setup();
  const [scan, update] = await together([
    table.send(new ScanCommand({ TableName })),
    table.send(
      new PutCommand({ TableName, Item: { pk: 'a', sk: '1' }, ConditionExpression: 'size(a) > :b' }),
    ),
  ]);
  expect(scan).toMatchObject({ status: 'rejected' });
  expect(update).toMatchObject({ status: 'rejected' });
});
