import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Job } from '../../../../core/jobs/job.ts';
import { beginRetry } from '../../../../core/lifecycle/begin-retry.ts';
import { oldJobRows } from '../../../support/contract-fixtures.ts';
import { startJobTable, TABLE } from '../../../support/job-table.ts';

const table = await startJobTable();
const { jobs } = table;
afterAll(() => table.stop());
beforeEach(() => table.clear());

const failed = oldJobRows.failed as Job;
const { jobId } = failed;
const insert = (row: Partial<Job> = {}) =>
  table.table.send(new PutCommand({ TableName: TABLE, Item: { ...failed, ...row } }));

// biome-ignore lint/suspicious/noExplicitAny: fakes give what is asked of them here, no more.
type AnyDeps = any;

/** A retry whose execution never starts, as when the role lacks the permission. */
async function retryInVain() {
  const deps: AnyDeps = {
    jobs,
    ledger: { get: async () => undefined },
    executions: {
      describe: async () => undefined,
      start: async () => {
        throw new Error(`AccessDenied: ${'x'.repeat(1000)}`);
      },
    },
    config: {
      STATE_MACHINE_ARN: 'arn:aws:states:us-east-1:000000000000:stateMachine:media-pipeline',
      MAX_PROCESSING_RETRIES: 3,
      JOB_STATUS_TTL: 3600,
    },
    now: () => new Date(),
  };
  const job = (await jobs.get(jobId)) as Job;
  await expect(beginRetry(deps, job, { mode: 'restart', by: 'ann' })).rejects.toThrow('AccessDenied');
}

describe('the timeline of a job', () => {
  test('stays short, however often a retry cannot start: its first and last entries are kept', async () => {
    await insert();
    const before = failed.timeline.length;
    for (let i = 0; i < 60; i++) await retryInVain();
    const job = (await jobs.get(jobId)) as Job;
    expect(job).toMatchObject({ status: 'FAILED', attempt: failed.attempt });
    expect(job.timeline).toHaveLength(60);
    expect(job.timelineDropped).toBe(before + 120 - 60);
    expect(job.timeline.slice(0, before)).toEqual(failed.timeline);
    expect(job.timeline.slice(-2)).toMatchObject([
      { status: 'PROCESSING', note: 'restart by ann' },
      { status: 'FAILED', note: expect.stringContaining('did not start') },
    ]);
    const times = job.timeline.map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
    // DynamoDB's limit: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
    expect(JSON.stringify(job).length).toBeLessThan(400 * 1024);
  });

  test('is shortened by the next write if earlier code let it grow', async () => {
    const entry = (i: number) => ({
      at: new Date(i * 1000).toISOString(),
      status: 'FAILED' as const,
      attempt: 1,
    });
    await insert({ timeline: Array.from({ length: 500 }, (_, i) => entry(i)) });
    const job = await jobs.transition({ jobId, to: 'PROCESSING', at: new Date(1e9).toISOString() });
    expect(job?.timeline).toHaveLength(60);
    expect(job?.timelineDropped).toBe(441);
    const kept = job?.timeline.map(({ at }) => Date.parse(at) / 1000);
    expect(kept?.slice(0, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(kept?.slice(10)).toEqual([...Array.from({ length: 49 }, (_, i) => 451 + i), 1e6]);
  });

  test('of usual length is whole, and nothing is said to be dropped', async () => {
    await insert();
    await retryInVain();
    const job = await jobs.get(jobId);
    expect(job?.timeline).toHaveLength(failed.timeline.length + 2);
    expect(job).not.toHaveProperty('timelineDropped');
  });

  describe('takes a note', () => {
    const at = '2026-11-28T10:00:00.000Z';
    const note = (executionArn: string, text = 'retried after OutOfMemory') =>
      jobs.note(jobId, { executionArn }, { note: text, at });
    const added = async () => ((await jobs.get(jobId)) as Job).timeline.slice(failed.timeline.length);

    test('once, however often the state is tried', async () => {
      await insert({ status: 'PROCESSING' });
      await note(failed.executionArn);
      await note(failed.executionArn);
      const entry = { at, status: 'PROCESSING', attempt: failed.attempt, note: 'retried after OutOfMemory' };
      expect(await added()).toEqual([entry]);
      await note(failed.executionArn, 'retried after OutOfDisk');
      expect(await added()).toMatchObject([entry, { note: 'retried after OutOfDisk' }]);
    });

    test.each([
      ['another execution', 'PROCESSING', `${failed.executionArn}-2`],
      ['a job that has ended', 'FAILED', failed.executionArn],
    ] as const)('of %s not at all', async (_what, status, executionArn) => {
      await insert({ status });
      await note(executionArn);
      expect(await added()).toEqual([]);
    });
  });
});
