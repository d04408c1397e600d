import { beforeEach, describe, expect, test } from '@jest/globals';
import { MAX_CHUNKS } from '../../../../base/chunk-limits.ts';
import type { WorkOrder } from '../../../../contract/work-order.ts';
import type { TaskPart } from '../../../../core/entry/task-part.ts';
import { inSlot } from '../../../../core/entry/task-slot.ts';
import type { JobStore } from '../../../../core/jobs/job-store.ts';
import type { JobQueue } from '../../../../core/queue/job-queue.ts';

const order = {
  jobId: 'job_a',
  executionArn: 'arn:x:execution:m:film',
  tenantId: 'acme',
  kind: 'VIDEO',
} as WorkOrder;
const run = {
  signal: new AbortController().signal,
  onProgress: () => undefined,
  settled: async () => undefined,
};
const split = (chunks: number) => ({
  split: { chunks: Array.from({ length: chunks }, (_, i) => i), concurrency: 1 },
});

let calls: unknown[][];
beforeEach(() => {
  calls = [];
});

/** What a task does with its slots: `held` before it starts, `more` after it asks for more. */
function slots(
  part: Partial<TaskPart>,
  { held = 1, more = 1 }: { held?: number; more?: number | Error } = {},
) {
  const state = {
    slots: Array.from({ length: held }, (_, number) => ({ name: 'film', number })),
    policy: { limit: 20 },
  };
  const record =
    (name: string, answer?: unknown) =>
    async (...call: unknown[]) => {
      calls.push([name, ...call.filter((one) => typeof one !== 'object' || name === 'chunkProgress')]);
      if (answer instanceof Error) throw answer;
      return answer;
    };
  const queue = {
    read: async () => state,
    ...{ take: record('take', true), takeMore: record('takeMore', more) },
    ...{ keepOne: record('keepOne'), release: record('release', 1), leave: record('leave') },
  } as unknown as JobQueue;
  const jobs = {
    startChunks: record('startChunks'),
    chunkProgress: record('chunkProgress'),
  } as unknown as JobStore;
  const whole = { name: 'unsplit', chunk: 0, tasks: 1, ...part } as TaskPart;
  const now = () => new Date(0);
  return (result: object) => inSlot({ queue, jobs, token: 'token', part: whole, now }, async () => result);
}
const names = () => calls.map(([name]) => name);

describe('a task that has done its work', () => {
  test.each([
    ['whole', 'release'],
    ['unsplit', 'release'],
    // One of its chunks may be in line.
    ['join', 'leave'],
  ] as const)('as %s gives back its slot: %s', async (name, call) => {
    const result = { manifestKey: 'k' };
    expect(await slots({ name })(result).work(order, run)).toBe(result);
    expect(calls).toEqual([[call, 'TranscodeVideo', 'film']]);
  });

  test('as a chunk keeps the slots of the others, and says that it is done', async () => {
    await slots({ name: 'chunk', chunk: 3, tasks: 4 })({ chunk: 3, damaged: false }).work(order, run);
    expect(names()).toEqual(['chunkProgress']);
    expect(calls[0]).toContainEqual({ chunk: 3, percent: 100 });
  });

  test.each([
    ['the setting', 20, 8, 7],
    ['the chunks', 3, 8, 2],
    ['AWS', 100, 50, 39],
  ])(
    'and has split the job keeps its slot, and asks for more, as %s allows',
    async (_by, chunks, tasks, wanted) => {
      const result = await slots({ name: 'whole', tasks }, { more: 5 })(split(chunks)).work(order, run);
      expect(calls).toEqual([
        ['takeMore', 'TranscodeVideo', wanted],
        ['startChunks', 'job_a', chunks, new Date(0).toISOString()],
      ]);
      expect(result).toEqual({ split: { ...split(chunks).split, concurrency: Math.min(5, wanted + 1) } });
    },
  );

  test.each([
    ['got none', 0],
    ['could not ask', new Error('DynamoDB is away.')],
  ])('and has split the job goes on with one task where it %s', async (_what, more) => {
    const result = await slots({ name: 'whole', tasks: 8 }, { more })(split(5)).work(order, run);
    expect(result).toMatchObject({ split: { concurrency: 1 } });
  });

  test('may not split it into more chunks than an execution can have', async () => {
    const work = slots({ name: 'whole', tasks: 8 })(split(MAX_CHUNKS + 1)).work(order, run);
    await expect(work).rejects.toMatchObject({ name: 'InvalidConfiguration' });
  });
});

describe('before its work', () => {
  test.each<[string, Partial<TaskPart>, number, unknown[][]]>([
    ['the only task of a job keeps its slot', { name: 'whole' }, 1, []],
    ['the join gives back those of the chunks', { name: 'join' }, 8, [['keepOne', 'TranscodeVideo', 'film']]],
    ['so does the larger task', { name: 'unsplit' }, 8, [['keepOne', 'TranscodeVideo', 'film']]],
    ['a chunk does not', { name: 'chunk', tasks: 8 }, 8, []],
    [
      'a chunk of a redriven job takes one more, if it is free',
      { name: 'chunk', tasks: 8 },
      2,
      [['takeMore', 'TranscodeVideo', 2]],
    ],
    [
      'the first chunk of a redriven job takes one',
      { name: 'chunk', tasks: 8 },
      0,
      [['take', 'TranscodeVideo']],
    ],
  ])('%s', async (_what, part, held, expected) => {
    expect(await slots(part, { held })({}).mayStart(order)).toBe(true);
    expect(calls).toEqual(expected);
  });
});
