import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setup, until } from '../../../support/local-cloud.ts';
import { chain, end, entered, history, invoke, run } from '../../../support/machines.ts';

class Named extends Error {
  constructor(name: string) {
    super(`${name} happened`);
    this.name = name;
  }
}

interface Call {
  chunk: number;
  attempt?: number;
  tasks?: number;
}

let calls: Call[] = [];
let running = 0;
let most = 0;
/** By chunk: what its next calls do. */
const outcomes = new Map<number, ('fail' | 'break' | 'hang')[]>();
const releases: (() => void)[] = [];

async function work(call: Call): Promise<object> {
  calls.push(call);
  most = Math.max(most, ++running);
  try {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const outcome = outcomes.get(call.chunk)?.shift();
    if (outcome === 'fail') throw new Named('Shaky');
    if (outcome === 'break') throw new Named('Broken');
    if (outcome === 'hang') await new Promise<void>((resolve) => releases.push(resolve));
    return { chunk: call.chunk };
  } finally {
    running--;
  }
}

const map = (more: object = {}) => ({
  Type: 'Map',
  ItemsPath: '$.split.chunks',
  MaxConcurrencyPath: '$.split.concurrency',
  ItemSelector: { job: { 'id.$': '$.id' }, 'chunk.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index' },
  ItemProcessor: {
    ProcessorConfig: { Mode: 'INLINE' },
    StartAt: 'Chunk',
    States: {
      Chunk: {
        ...invoke('work'),
        Parameters: {
          FunctionName: 'work',
          Payload: {
            'chunk.$': '$.chunk',
            'index.$': '$.index',
            'id.$': '$.job.id',
            'attempt.$': '$$.State.RetryCount',
          },
        },
        ResultSelector: { 'done.$': '$.Payload.chunk' },
        Retry: [{ ErrorEquals: ['Shaky'], IntervalSeconds: 1, MaxAttempts: 2, JitterStrategy: 'FULL' }],
        End: true,
      },
    },
  },
  ...more,
});
const caught = [{ ErrorEquals: ['Broken'], ResultPath: '$.why', Next: 'Instead' }];

let subject: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  subject = await setup({
    functionConcurrency: 100,
    functions: { work: work as never, echo: async (event) => event },
    stateMachines: {
      split: chain({ Chunks: map({ ResultPath: '$.done' }), Join: invoke('echo') }),
      small: chain({ Chunks: map({ ResultPath: null }), Join: invoke('echo') }),
      caught: {
        StartAt: 'Chunks',
        States: {
          Chunks: map({ ResultPath: null, Catch: caught, End: true }),
          Instead: { Type: 'Pass', End: true },
        },
      },
    },
  });
});
afterAll(async () => {
  for (const release of releases) release();
  await subject.end();
});
beforeEach(() => {
  calls = [];
  most = 0;
  outcomes.clear();
});

const input = (chunks: readonly number[], concurrency = 40) => ({
  id: 'mine',
  split: { chunks, concurrency },
});
const chunksOf = () => calls.map(({ chunk }) => chunk);
const types = async (arn: string | undefined) =>
  (await history(subject.clients.sfn, arn, { maxResults: 1000 })).map(({ type }) => type);

describe('an inline Map state', () => {
  test('runs an iteration for each item, as many at once as its input says, and keeps their order', async () => {
    const done = await run(subject.clients.sfn, 'split', input([7, 5, 9, 1, 3], 2));
    expect(JSON.parse(done.output ?? '')).toEqual({
      value: { ...input([7, 5, 9, 1, 3], 2), done: [7, 5, 9, 1, 3].map((chunk) => ({ done: chunk })) },
    });
    expect(most).toBe(2);
    expect(calls).toContainEqual({ chunk: 9, index: 2, id: 'mine', attempt: 0 });
  });

  test('runs forty at once at most', async () => {
    const chunks = Array.from({ length: 45 }, (_, i) => i);
    expect((await run(subject.clients.sfn, 'small', input(chunks, 0))).status).toBe('SUCCEEDED');
    expect(most).toBe(40);
  });

  test('counts the tries of each iteration for itself', async () => {
    outcomes.set(2, ['fail', 'fail']);
    expect((await run(subject.clients.sfn, 'small', input([1, 2, 3]))).status).toBe('SUCCEEDED');
    const attempts = calls.map(({ chunk, attempt }) => `${chunk}.${attempt}`);
    expect(attempts.toSorted()).toEqual(['1.0', '2.0', '2.1', '2.2', '3.0']);
  });

  test('writes its iterations to the history, as Step Functions does', async () => {
    const { executionArn } = await run(subject.clients.sfn, 'small', input([4]));
    expect(await types(executionArn)).toEqual([
      ...['ExecutionStarted', 'MapStateEntered', 'MapStateStarted', 'MapIterationStarted'],
      ...['TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSucceeded', 'TaskStateExited'],
      ...['MapIterationSucceeded', 'MapStateSucceeded', 'MapStateExited'],
      ...['TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSucceeded', 'TaskStateExited'],
      'ExecutionSucceeded',
    ]);
    const started = (await history(subject.clients.sfn, executionArn)).find(
      ({ type }) => type === 'MapIterationSucceeded',
    );
    expect(started?.mapIterationSucceededEventDetails).toEqual({ name: 'Chunks', index: 0 });
  });

  test('fails by the error of its first failed iteration, which stops the others and starts no more', async () => {
    outcomes.set(1, ['break']).set(2, ['hang']);
    const failed = await run(subject.clients.sfn, 'small', input([1, 2, 3, 4, 5], 2));
    expect(failed).toMatchObject({ status: 'FAILED', error: 'Broken' });
    expect(chunksOf().toSorted()).toEqual([1, 2]);
    expect(await types(failed.executionArn)).toEqual(
      expect.arrayContaining(['MapIterationFailed', 'MapIterationAborted', 'MapStateFailed']),
    );
    expect((await entered(subject.clients.sfn, failed.executionArn)).at(-1)).toBe('Chunk');
  });

  test('that catches the error goes on without the iterations that were left', async () => {
    outcomes.set(2, ['break']).set(1, ['hang']);
    const done = await run(subject.clients.sfn, 'caught', input([1, 2, 3, 4], 2));
    expect(JSON.parse(done.output ?? '')).toMatchObject({ id: 'mine', why: { Error: 'Broken' } });
    expect(chunksOf().toSorted()).toEqual([1, 2]);
  });
});

describe('a redrive', () => {
  test('runs only the iterations that failed or were stopped, and then the state after', async () => {
    outcomes.set(3, ['break']).set(4, ['hang']);
    const failed = await run(subject.clients.sfn, 'split', input([1, 2, 3, 4], 2));
    expect(failed.status).toBe('FAILED');
    expect(chunksOf().toSorted()).toEqual([1, 2, 3, 4]);
    calls = [];
    await subject.clients.sfn.send(new RedriveExecutionCommand({ executionArn: failed.executionArn }));
    const done = await end(subject.clients.sfn, failed.executionArn ?? '');
    expect(chunksOf().toSorted()).toEqual([3, 4]);
    expect(JSON.parse(done.output ?? '').value.done).toEqual([1, 2, 3, 4].map((chunk) => ({ done: chunk })));
  });

  test('runs a failed iteration even if another had the same input', async () => {
    let count = 0;
    outcomes.set(6, { shift: () => (count++ === 1 ? 'break' : undefined) } as never);
    const failed = await run(subject.clients.sfn, 'small', input([6, 6], 1));
    expect(failed.status).toBe('FAILED');
    calls = [];
    await subject.clients.sfn.send(new RedriveExecutionCommand({ executionArn: failed.executionArn }));
    await until(async () => (await entered(subject.clients.sfn, failed.executionArn)).includes('Join'));
    expect(chunksOf()).toEqual([6]);
  });
});
