import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RESOURCES } from '../../../../local/resources.ts';
import { setup, until } from '../../../support/local-cloud.ts';
import { end, history, run, start } from '../../../support/machines.ts';
import { TASK_MACHINES } from './task-machines.ts';

class Named extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

let calls = 0;
const attempts: object[] = [];
let release: (() => void)[] = [];
const FUNCTIONS = {
  echo: async (event: unknown) => event,
  fail: async (event: { name: string }) => {
    calls += 1;
    throw new Named(event.name, 'it is "broken"\\');
  },
  failTwice: async () => {
    calls += 1;
    if (calls <= 2) throw new Named('Shaky', 'not yet');
    return 'done';
  },
  byAttempt: async (event: object) => {
    attempts.push(event);
    if (attempts.length < 3) throw new Named('Shaky', 'not yet');
  },
  hang: () => new Promise((resolve) => release.push(() => resolve('late'))),
  large: async (event: { bytes: number }) => 'x'.repeat(event.bytes),
  nothing: async () => undefined,
};

let subject: Awaited<ReturnType<typeof setup>>;
const told: unknown[] = [];
beforeAll(async () => {
  subject = await setup({
    timeoutScale: 0.1,
    functions: { ...FUNCTIONS, told: async (event) => void told.push(event) },
    stateMachines: TASK_MACHINES,
    rules: [{ name: 'told', pattern: '{"source":["machine"]}', target: { function: 'told' } }],
  });
});
afterAll(async () => {
  for (const one of release) one();
  release = [];
  await subject.end();
});

describe('functions', () => {
  test('the payload goes in and comes out as JSON', async () => {
    const result = await run(subject.clients.sfn, 'echo', { a: [1, { b: 'ä' }] });
    expect(JSON.parse(result.output ?? '')).toEqual({ value: { a: [1, { b: 'ä' }] } });
  });

  test('a function that returns nothing returns null', async () => {
    expect((await run(subject.clients.sfn, 'nothing')).output).toBe('{"value":null}');
  });

  test('an error fails the execution under its own name, with what Lambda reports as the cause', async () => {
    calls = 0;
    const result = await run(subject.clients.sfn, 'fail', { name: 'CorruptMedia' });
    expect(result).toMatchObject({ status: 'FAILED', error: 'CorruptMedia' });
    expect(JSON.parse(result.cause ?? '')).toEqual({
      errorType: 'CorruptMedia',
      errorMessage: 'it is "broken"\\',
      trace: expect.arrayContaining([expect.stringContaining('tasks.test.ts')]),
    });
    expect(calls).toBe(1);
  });

  test('an error that Retry names is retried until it goes away', async () => {
    calls = 0;
    const result = await run(subject.clients.sfn, 'failTwice');
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: '{"value":"done"}' });
    const types = (await history(subject.clients.sfn, result.executionArn)).map(({ type }) => type);
    expect(types.filter((type) => type === 'TaskScheduled')).toHaveLength(3);
    expect(types.filter((type) => type === 'TaskStateEntered')).toHaveLength(1);
  });

  test('each attempt knows how many retries it has behind it', async () => {
    expect((await run(subject.clients.sfn, 'attempts')).status).toBe('SUCCEEDED');
    expect(attempts).toEqual([
      { retries: 0, provider: 'SPOT' },
      { retries: 1, provider: 'DEMAND' },
      { retries: 2, provider: 'DEMAND' },
    ]);
  });

  test('retries end after MaxAttempts', async () => {
    calls = 0;
    expect((await run(subject.clients.sfn, 'fail', { name: 'Shaky' })).error).toBe('Shaky');
    expect(calls).toBe(4);
  });

  test('Catch gets error and cause', async () => {
    const { output } = await run(subject.clients.sfn, 'caught', { name: 'Odd' });
    const { caught } = JSON.parse(output ?? '');
    expect(caught.Error).toBe('Odd');
    expect(JSON.parse(caught.Cause).errorMessage).toBe('it is "broken"\\');
  });

  test('a function that is not there is Lambda.ResourceNotFoundException', async () => {
    expect((await run(subject.clients.sfn, 'unknown')).error).toBe('Lambda.ResourceNotFoundException');
  });
});

describe('limits', () => {
  test.each(['timeout', 'timeoutPath'])(
    'a task over its time-out (%s) is States.Timeout',
    async (machine) => {
      const result = await run(subject.clients.sfn, machine, { seconds: 1 });
      expect(result).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
      const types = (await history(subject.clients.sfn, result.executionArn)).map(({ type }) => type);
      expect(types).toContain('TaskTimedOut');
    },
  );

  test('an execution over its time-out ends as TIMED_OUT', async () => {
    const result = await run(subject.clients.sfn, 'wholeTimeout');
    expect(result.status).toBe('TIMED_OUT');
    const last = (await history(subject.clients.sfn, result.executionArn)).at(-1);
    expect(last?.type).toBe('ExecutionTimedOut');
  });

  test.each([
    ['a result', 'large', 300_000, 'FAILED'],
    ['a state’s output made of two results', 'largeMerged', 150_000, 'FAILED'],
    ['a result just below', 'large', 250_000, 'SUCCEEDED'],
  ])('%s of the machine %s with %d bytes ends %s', async (_label, machine, bytes, status) => {
    const result = await run(subject.clients.sfn, machine, { bytes });
    expect(result.status).toBe(status);
    if (status === 'FAILED') expect(result.error).toBe('States.DataLimitExceeded');
  });
});

describe('other services', () => {
  test('the context object has what Step Functions puts there', async () => {
    const list = ['a "quoted" one', 'back\\slash'];
    const result = await run(subject.clients.sfn, 'context', { list });
    expect(JSON.parse(result.output ?? '').seen).toEqual({
      id: result.executionArn,
      name: result.name,
      input: { list },
      start: result.startDate?.toISOString(),
      state: 'Look',
      entered: expect.stringMatching(/^\d{4}-.*Z$/),
      machine: 'context',
      json: JSON.stringify(list),
    });
  });

  test('DynamoDB is called with its own attribute values', async () => {
    const Item = { jobId: { S: 'there' } };
    await subject.clients.dynamoDb.send(new PutItemCommand({ TableName: RESOURCES.jobTable, Item }));
    const result = await run(subject.clients.sfn, 'update', { id: 'there', note: 'n' });
    expect(JSON.parse(result.output ?? '').read).toEqual({
      Item: { jobId: { S: 'there' }, note: { S: 'n' } },
    });
  });

  test.each([
    ['update', 'DynamoDB.ConditionalCheckFailedException'],
    ['wrongTable', 'DynamoDB.ResourceNotFoundException'],
    ['wrongKey', 'DynamoDB.AmazonDynamoDBException'],
    ['tellAws', 'EventBridge.FailedEntry'],
    ['unsupported', 'States.Runtime'],
    ['noChoice', 'States.NoChoiceMatched'],
  ])('the machine %s fails with %s', async (machine, error) => {
    const result = await run(subject.clients.sfn, machine, { id: 'missing', note: 'n', a: 'x' });
    expect(result).toMatchObject({ status: 'FAILED', error });
  });

  test('an event’s detail may be an object', async () => {
    const result = await run(subject.clients.sfn, 'tell', { who: 'all' });
    expect(result.status).toBe('SUCCEEDED');
    await until(() => told.length > 0);
    expect(told).toEqual([
      expect.objectContaining({ 'detail-type': 'Told', detail: { who: 'all', id: result.executionArn } }),
    ]);
  });

  test('twenty executions at once are each complete', async () => {
    const { sfn } = subject.clients;
    const arns = await Promise.all(Array.from({ length: 20 }, (_, n) => start(sfn, 'echo', { n })));
    const ends = await Promise.all(arns.map((arn) => end(sfn, arn)));
    expect(ends.map(({ output }) => JSON.parse(output ?? '').value.n)).toEqual(arns.map((_, n) => n));
  });
});
