import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { shownProgress } from '../../../../core/jobs/chunks-progress.ts';
import type { Job } from '../../../../core/jobs/job.ts';
import { oldJobRows } from '../../../support/contract-fixtures.ts';
import { startJobTable, TABLE } from '../../../support/job-table.ts';

const table = await startJobTable();
const { jobs } = table;
afterAll(() => table.stop());

const { jobId, executionArn } = oldJobRows.failed as Job;
const fence = { executionArn };
const at = (second: number) => `2026-01-02T03:04:${String(second).padStart(2, '0')}.000Z`;
const insert = (row: object) =>
  table.table.send(new PutCommand({ TableName: TABLE, Item: { ...oldJobRows.failed, ...row } }));
const rowOf = async () => (await jobs.get(jobId)) as Job;
const report = (chunk: number, percent: number, second = 10) =>
  jobs.chunkProgress(jobId, fence, { chunk, percent }, at(second));

beforeEach(() => insert({ status: 'PROCESSING' }));

describe('the progress of chunks', () => {
  test('is written by each on its own, and shown as their mean, with the time that is left', async () => {
    await jobs.startChunks(jobId, fence, 4, at(0));
    expect(shownProgress(await rowOf())).toEqual({ phase: 'transcode', percent: 6 });
    await Promise.all([report(0, 100), report(1, 40), report(2, 20)]);
    const row = await rowOf();
    expect(row.progress?.chunks?.percents).toEqual({ 0: 100, 1: 40, 2: 20 });
    expect(row.updatedAt).toBe(at(10));
    // 1.6 of 4 chunks in ten seconds.
    expect(shownProgress(row)).toEqual({ phase: 'transcode', percent: 42, etaSeconds: 15 });
  });

  test('never falls, whatever another try of a chunk reports', async () => {
    await jobs.startChunks(jobId, fence, 2, at(0));
    await report(1, 80);
    expect(await report(1, 10, 20)).toMatchObject({ jobId });
    expect((await rowOf()).progress?.chunks?.percents).toEqual({ 1: 80 });
    await report(1, 90, 30);
    expect((await rowOf()).progress?.chunks?.percents).toEqual({ 1: 90 });
  });

  test('of a redriven job, which has lost it, says that the job goes on', async () => {
    await jobs.progress(jobId, fence, { phase: 'queued', percent: 0 }, at(0));
    expect(await report(1, 30)).toMatchObject({ progress: { phase: 'transcode', percent: 6 } });
    expect((await rowOf()).progress).toEqual({ phase: 'transcode', percent: 6 });
  });

  test.each([
    ['another execution owns', { executionArn: 'arn:two' }],
    ['has been cancelled', { status: 'CANCELLED' }],
  ])('is not written to a row that %s, and the chunk learns it', async (_what, change) => {
    await jobs.startChunks(jobId, fence, 2, at(0));
    const row = await rowOf();
    await insert({ ...row, ...change });
    expect(await report(1, 30)).toBeUndefined();
    expect((await rowOf()).progress).toEqual(row.progress);
  });

  test('goes with any other progress: when the job is claimed for the join', async () => {
    await jobs.startChunks(jobId, fence, 2, at(0));
    await jobs.claim(jobId, executionArn, 'try');
    expect(await rowOf()).not.toHaveProperty('progress');
  });
});
