import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { memoryCloud } from '../../../support/aws-in-memory/cloud.ts';
import { compileCondition } from '../../../support/aws-in-memory/dynamo/condition-expression.ts';
import type { Item } from '../../../support/aws-in-memory/dynamo/expression-operands.ts';
import { compileUpdate } from '../../../support/aws-in-memory/dynamo/update-expression.ts';
import { Turns } from '../../../support/aws-in-memory/turns.ts';
import { seededRandom } from '../../../support/random.ts';

const TableName = 'jobs';

function setup() {
  const random = seededRandom(1);
  let clock = 0;
  const turns = new Turns(random, 'uniform');
  const cloud = memoryCloud({
    turns,
    random,
    now: () => clock,
    buckets: new Map(),
    machine: undefined as never,
  });
  const client = cloud.client(turns.process('test'));
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape.
  const send = async (command: { input: object }): Promise<any> => {
    const answer = client.send(command as never);
    answer.catch(() => {});
    await turns.run();
    return answer;
  };
  const put = (item: object, more: object = {}) =>
    send(new PutCommand({ TableName, Item: { ...item }, ...more }));
  const get = async (jobId: string) =>
    (await send(new GetCommand({ TableName, Key: { jobId }, ConsistentRead: true }))).Item;
  return { send, put, get, pass: (milliseconds: number) => (clock += milliseconds) };
}

const ITEM: Item = {
  jobId: 'a',
  count: 3,
  name: 'b',
  list: ['x'],
  map: { inner: 1 },
  set: new Set(['p', 'q']),
  nothing: null,
};
const VALUES = { ':three': 3, ':four': 4, ':b': 'b', ':x': 'x', ':p': 'p', ':null': null, ':text': '3' };

describe('conditions of DynamoDB in memory', () => {
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
  test.each<[string, boolean]>([
    ['count = :three', true],
    ['count = :text', false],
    ['count < :four AND count >= :three', true],
    ['#n = :b', true],
    ['missing = :b', false],
    ['missing <> :b', true],
    ['missing < :four', false],
    ['nothing = :null', true],
    ['attribute_exists(nothing)', true],
    ['attribute_not_exists(missing)', true],
    ['attribute_exists(map.inner)', true],
    ['map.inner < :four', true],
    ['contains(#set, :p)', true],
    ['contains(list, :x)', true],
    ['contains(#n, :b)', true],
    ['contains(missing, :b)', false],
    ['size(#set) < :three', true],
    ['size(missing) < :three', false],
    ['begins_with(#n, :b)', true],
    ['count IN (:b, :three)', true],
    ['count BETWEEN :three AND :four', true],
    ['NOT count = :three', false],
    // AND binds more closely than OR.
    ['count = :three OR count = :four AND #n = :x', true],
    ['(count = :three OR count = :four) AND #n = :x', false],
    ['list[0] = :x', true],
  ])('%s is %s', (text, expected) => {
    const scope = { item: ITEM, names: { '#n': 'name', '#set': 'set' }, values: VALUES };
    expect(compileCondition(text)(scope)).toBe(expected);
  });

  test('are refused where the model does not know them', () => {
    expect(() => compileCondition('attribute_type(a, :t)')).toThrow();
    expect(() => compileCondition('a = :b extra')).toThrow('Expected the end');
  });
});

describe('updates of DynamoDB in memory', () => {
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
  test.each<[string, Item]>([
    ['SET count = :four, other = count', { count: 4, other: 3 }],
    ['SET count = count + :four', { count: 7 }],
    ['SET count = if_not_exists(count, :four), other = if_not_exists(other, :four)', { count: 3, other: 4 }],
    ['SET list = list_append(list, :list)', { list: ['x', 'y'] }],
    ['SET map.inner = :four REMOVE #n', { map: { inner: 4 }, name: undefined }],
    ['ADD count :four, fresh :four', { count: 7, fresh: 4 }],
    ['ADD #set :set, other :set', { set: new Set(['p', 'q', 'r']), other: new Set(['p', 'r']) }],
    ['DELETE #set :set', { set: new Set(['q']) }],
    // An empty set does not exist.
    ['DELETE #set :all', { set: undefined }],
  ])('%s', (text, expected) => {
    const values = { ...VALUES, ':list': ['y'], ':set': new Set(['p', 'r']), ':all': new Set(['p', 'q']) };
    const item = structuredClone(ITEM);
    compileUpdate(text)(item, { item: ITEM, names: { '#n': 'name', '#set': 'set' }, values });
    expect({ ...item }).toEqual({ ...ITEM, ...expected });
  });

  test('fail where they refer to a missing attribute', () => {
    const scope = { item: ITEM, names: {}, values: {} };
    expect(() => compileUpdate('SET a = missing')(structuredClone(ITEM), scope)).toThrow('does not exist');
  });
});

describe('a table in memory', () => {
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
  test('writes nothing if the condition fails', async () => {
    const { put, get } = setup();
    await put({ jobId: 'a', n: 1 });
    const again = put({ jobId: 'a', n: 2 }, { ConditionExpression: 'attribute_not_exists(jobId)' });
    await expect(again).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(await get('a')).toEqual({ jobId: 'a', n: 1 });
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
  test('creates a missing item by an update, and returns the item before or after', async () => {
    const { send } = setup();
    const update = (n: number, ReturnValues: 'ALL_NEW' | 'ALL_OLD') =>
      send(
        new UpdateCommand({
          ...{ TableName, Key: { jobId: 'a' }, UpdateExpression: 'SET n = :n', ReturnValues },
          ExpressionAttributeValues: { ':n': n },
        }),
      );
    expect((await update(1, 'ALL_OLD')).Attributes).toBeUndefined();
    expect((await update(2, 'ALL_OLD')).Attributes).toEqual({ jobId: 'a', n: 1 });
    expect((await update(3, 'ALL_NEW')).Attributes).toEqual({ jobId: 'a', n: 3 });
  });

  test('deletes on condition, and refuses unused names and values', async () => {
    const { send, put, get } = setup();
    await put({ jobId: 'a', n: 1 });
    const remove = (values: object) =>
      send(
        new DeleteCommand({
          ...{ TableName, Key: { jobId: 'a' }, ConditionExpression: 'n = :n' },
          ExpressionAttributeValues: { ...values },
        }),
      );
    await expect(remove({ ':n': 2 })).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    await expect(remove({ ':n': 1, ':m': 1 })).rejects.toMatchObject({ name: 'ValidationException' });
    await remove({ ':n': 1 });
    expect(await get('a')).toBeUndefined();
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.Writes
  test('shows a write in an index later or sooner, and at last in any case', async () => {
    const { send, put, pass } = setup();
    const statuses = async () => {
      const query = { IndexName: 'byStatus', KeyConditionExpression: '#status = :status' };
      const names = { ExpressionAttributeNames: { '#status': 'status' } };
      const values = { ExpressionAttributeValues: { ':status': 'FAILED' } };
      return (await send(new QueryCommand({ TableName, ...query, ...names, ...values }))).Items.length;
    };
    const seen = new Set<number>();
    for (let i = 0; i < 20; i++) {
      await put({ jobId: `job_${i}`, status: 'FAILED', updatedAt: '2026' });
      seen.add((await statuses()) - i);
    }
    expect(seen.size).toBeGreaterThan(1);
    pass(10_000);
    expect(await statuses()).toBe(20);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
  test('queries an index in pages, filtering after the limit', async () => {
    const { send, put, pass } = setup();
    for (const n of [3, 1, 2])
      await put({ jobId: `job_${n}`, status: 'FAILED', updatedAt: `${n}`, attempt: n });
    pass(10_000);
    const query = {
      ...{ TableName, IndexName: 'byStatus', KeyConditionExpression: '#status = :status', Limit: 2 },
      ...{ FilterExpression: 'attempt > :one', ExpressionAttributeNames: { '#status': 'status' } },
      ExpressionAttributeValues: { ':status': 'FAILED', ':one': 1 },
    };
    const first = await send(new QueryCommand(query));
    expect([first.Items.map(({ jobId }: Item) => jobId), first.ScannedCount]).toEqual([['job_2'], 2]);
    const second = await send(new QueryCommand({ ...query, ExclusiveStartKey: first.LastEvaluatedKey }));
    expect([second.Items.length, second.LastEvaluatedKey]).toEqual([1, undefined]);
  });
});
