import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Job } from '../../../../core/jobs/job.ts';
import { JobQueries } from '../../../../core/jobs/job-queries.ts';
import { JobStore } from '../../../../core/jobs/job-store.ts';
import { oldJobRows } from '../../../support/contract-fixtures.ts';
import { startJobTable, TABLE } from '../../../support/job-table.ts';

let table: Awaited<ReturnType<typeof startJobTable>>;
let jobs: JobStore;
let queries: JobQueries;
beforeAll(async () => {
  table = await startJobTable();
  jobs = new JobStore(table.table, TABLE);
  queries = new JobQueries(table.table, TABLE);
});
afterAll(() => table?.stop());
beforeEach(() => table.clear());

const at = '2026-01-02T03:04:05.678Z';
const ever = { from: new Date(0).toISOString(), to: '2999-01-01T00:00:00.000Z' };
const whole = oldJobRows.failed as Job;
const expiresAt = Math.floor(Date.now() / 1000) + 3600;
const insert = (...rows: object[]) =>
  Promise.all(
    rows.map((row) =>
      table.table.send(new PutCommand({ TableName: TABLE, Item: { ...whole, expiresAt, ...row } })),
    ),
  );

describe('a row that is no job', () => {
  test('is never worked with: reads and writes of it say what is wrong', async () => {
    await insert({ attempt: 'two' });
    const corrupt = {
      name: 'CorruptJobRow',
      message: expect.stringContaining(`${whole.jobId}; attempt: Invalid input: expected number, got "two"`),
    };
    await expect(jobs.get(whole.jobId)).rejects.toMatchObject(corrupt);
    const retry = { jobId: whole.jobId, to: 'PROCESSING' as const, at };
    await expect(jobs.transition(retry)).rejects.toMatchObject(corrupt);
  });

  test('hides no other in lists, and the last page still ends', async () => {
    const rows = Array.from({ length: 5 }, (_, i) => ({
      jobId: `job_${i}`,
      createdAt: `2026-01-0${i + 1}T00:00:00.000Z`,
    }));
    await insert(...rows.map((row, i) => (i % 2 ? { ...row, size: 'large' } : row)));
    const listing = { tenantId: 'acme', ...ever };
    const found: string[] = [];
    let after: Parameters<JobQueries['list']>[0]['after'];
    do {
      const page = await queries.list({ ...listing, after, limit: 2 });
      found.push(...page.jobs.map(({ jobId }) => jobId));
      after = page.next;
    } while (after);
    expect(found).toEqual(['job_4', 'job_2', 'job_0']);
  });

  test('hides no other from the reconciler', async () => {
    await insert({ jobId: 'job_1', attempt: 'two' }, { jobId: 'job_2' });
    const entries = await queries.lastWritten('FAILED', ever, 10);
    expect(entries.map(({ jobId }) => jobId)).toEqual(['job_2']);
  });
});

describe('the deletion of an upload whose job has been forgotten', () => {
  test('writes no row', async () => {
    await jobs.markOutputsRemoved(whole, at);
    expect(await jobs.get(whole.jobId)).toBeUndefined();
    expect((await table.rows()).length).toBe(0);
  });

  test('once left a row of two attributes, which is no job', async () => {
    const Item = { jobId: whole.jobId, outputsRemovedAt: at };
    await table.table.send(new PutCommand({ TableName: TABLE, Item }));
    expect(await jobs.get(whole.jobId)).toBeUndefined();
  });

  test('is noted where the job is still known', async () => {
    await insert({});
    await jobs.markOutputsRemoved(whole, at);
    expect(await jobs.get(whole.jobId)).toMatchObject({ status: 'FAILED', outputsRemovedAt: at });
  });
});
