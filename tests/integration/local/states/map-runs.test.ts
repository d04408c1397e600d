import { PutObjectCommand } from '@aws-sdk/client-s3';
import { RedriveExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { RESOURCES } from '../../../../local/resources.ts';
import { parseDefinition } from '../../../../local/states/definition.ts';
import { setup, until } from '../../../support/local-cloud.ts';
import { chain, describeExecution, history, invoke, run, start } from '../../../support/machines.ts';

interface Batch {
  BatchInput: object;
  Items: { key?: string; Key?: string }[];
}

const KEYS = Array.from({ length: 7 }, (_, i) => `a/${i}`);
/** Distributed Map state, as far as the product uses it. */
const map = (more: object = {}) => ({
  Type: 'Map',
  Label: 'Batches',
  ItemReader: {
    Resource: 'arn:aws:states:::s3:listObjectsV2',
    ReaderConfig: { MaxItemsPath: '$.limit' },
    Parameters: { Bucket: RESOURCES.mediaBucket, 'Prefix.$': '$.prefix' },
  },
  ItemSelector: { 'key.$': '$$.Map.Item.Value.Key' },
  ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { 'of.$': '$$.Execution.Name' } },
  MaxConcurrencyPath: '$.concurrency',
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    ...chain({ Batch: invoke('batch') }),
  },
  ...more,
});
const { ItemSelector: _none, ...unselected } = map();
const all = { prefix: 'a/', limit: 100, concurrency: 2 };

let subject: Awaited<ReturnType<typeof setup>>;
let batches: Batch[] = [];
let atOnce = { now: 0, most: 0 };
let work: (batch: Batch) => Promise<unknown> = async () => null;

beforeAll(async () => {
  subject = await setup({
    functions: {
      batch: async (batch: Batch) => {
        batches.push(batch);
        atOnce = { now: atOnce.now + 1, most: Math.max(atOnce.most, atOnce.now + 1) };
        try {
          return await work(batch);
        } finally {
          atOnce.now -= 1;
        }
      },
    },
    stateMachines: { map: chain({ Map: map() }), whole: chain({ Map: unselected }) },
  });
  for (const Key of [...KEYS, 'b/other'])
    await subject.clients.s3.send(new PutObjectCommand({ Bucket: RESOURCES.mediaBucket, Key, Body: 'x' }));
});
beforeEach(() => {
  batches = [];
  atOnce = { now: 0, most: 0 };
  work = async ({ Items }) => Items.length;
});
afterAll(() => subject?.end());

const keysOf = (some: readonly Batch[]) => some.flatMap(({ Items }) => Items.map(({ key }) => key)).sort();
const children = () =>
  [...subject.cloud.states.executions.values()].filter(({ arn }) => arn.includes('map/Batches:'));

describe('a Map Run', () => {
  test('hands out the listed objects in batches, so many at once, and returns the outputs in order', async () => {
    work = async ({ Items }) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return Items.length;
    };
    const { output, name } = await run(subject.clients.sfn, 'map', all);
    expect(JSON.parse(output ?? '').map(({ value }: { value: number }) => value)).toEqual([2, 2, 2, 1]);
    expect(keysOf(batches)).toEqual(KEYS);
    expect(batches[0]?.BatchInput).toEqual({ of: name });
    expect(atOnce.most).toBe(2);
  });

  test('stops at MaxItems', async () => {
    await run(subject.clients.sfn, 'map', { ...all, limit: 3 });
    expect(keysOf(batches)).toEqual(KEYS.slice(0, 3));
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html: "Etag", and
  // LastModified in seconds.
  test('without an ItemSelector gives each item as AWS shows it', async () => {
    await run(subject.clients.sfn, 'whole', { ...all, limit: 1 });
    expect(batches[0]?.Items[0]).toEqual({
      ...{ Etag: expect.stringMatching(/^"[0-9a-f]{32}"$/), Key: 'a/0', Size: 1, StorageClass: 'STANDARD' },
      LastModified: expect.any(Number),
    });
  });

  test('has its events in the history of its parent, and each batch an execution under the label', async () => {
    const { executionArn } = await run(subject.clients.sfn, 'map', { ...all, limit: 2 });
    const types = (await history(subject.clients.sfn, executionArn)).map(({ type }) => type);
    expect(types).toEqual([
      ...['ExecutionStarted', 'MapStateEntered', 'MapRunStarted', 'MapRunSucceeded', 'MapStateExited'],
      'ExecutionSucceeded',
    ]);
    expect(children().at(-1)).toMatchObject({ status: 'SUCCEEDED' });
  });

  // "child workflow executions that failed, timed out, or canceled in the original execution attempt are
  // redriven": https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html
  test('of which one batch fails fails, and a redrive repeats only what did not succeed', async () => {
    work = async ({ Items }) => {
      if (Items.some(({ key }) => key === 'a/2')) throw new Error('broken');
      return Items.length;
    };
    const input = { ...all, concurrency: 1 };
    const failed = await run(subject.clients.sfn, 'map', input);
    expect(failed).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
    expect(keysOf(batches)).toEqual(['a/0', 'a/1', 'a/2', 'a/3']);
    batches = [];
    work = async ({ Items }) => Items.length;
    const { executionArn } = failed;
    await subject.clients.sfn.send(new RedriveExecutionCommand({ executionArn }));
    const redriven = await until(async () => {
      const now = await describeExecution(subject.clients.sfn, executionArn ?? '');
      return now.status !== 'RUNNING' && now;
    });
    expect(redriven).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    expect(keysOf(batches)).toEqual(['a/2', 'a/3', 'a/4', 'a/5', 'a/6']);
  });

  test('may last for days: the interpreter would end it after a minute', () => {
    const { runnable } = parseDefinition(JSON.stringify(chain({ Map: map() })), 1);
    expect(runnable.States.Map).toMatchObject({ TimeoutSeconds: expect.any(Number) });
    expect((runnable.States.Map as { TimeoutSeconds?: number }).TimeoutSeconds).toBeGreaterThan(
      14 * 24 * 3600,
    );
  });

  test('ends with its parent', async () => {
    work = () => new Promise(() => undefined);
    const executionArn = await start(subject.clients.sfn, 'map', all);
    await until(() => batches.length === 2);
    await subject.clients.sfn.send(new StopExecutionCommand({ executionArn }));
    await until(() => children().every(({ status }) => status !== 'RUNNING'));
    expect(children().filter(({ status }) => status === 'ABORTED')).toHaveLength(2);
  });

  test('that cannot list fails with the name that AWS gives it', async () => {
    const reader = {
      Resource: 'arn:aws:states:::s3:listObjectsV2',
      Parameters: { Bucket: 'no-such-bucket' },
    };
    const other = await setup({ stateMachines: { map: chain({ Map: map({ ItemReader: reader }) }) } });
    expect(await run(other.clients.sfn, 'map', all)).toMatchObject({ error: 'States.ItemReaderFailed' });
    await other.end();
  });

  test.each([
    ['a tolerated failure', { ToleratedFailurePercentage: 5 }, /ToleratedFailurePercentage/],
    ['another reader', { ItemReader: { Resource: 'arn:aws:states:::s3:getObject' } }, /listObjectsV2/],
    ['no batches', { ItemBatcher: undefined }, /ItemBatcher/],
    ['no label', { Label: undefined }, /Label/],
    ['fields that are computed', { ItemSelector: { 'all.$': '$$.Map.Item.Index' } }, /ItemSelector/],
  ])('with %s is not supported, and says so', (_what, more, message) => {
    expect(() => parseDefinition(JSON.stringify(chain({ Map: map(more) })), 1)).toThrow(message);
  });
});
