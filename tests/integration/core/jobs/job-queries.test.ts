import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Job } from '../../../../core/jobs/job.ts';
import type { JobListing } from '../../../../core/jobs/job-listing.ts';
import { JobQueries } from '../../../../core/jobs/job-queries.ts';
import { JobStore } from '../../../../core/jobs/job-store.ts';
import { newJob } from '../../../../core/jobs/new-job.ts';
import { startJobTable, TABLE } from '../../../support/job-table.ts';

/** 100,000 take a minute to insert: `ROWS=100000 npm test -- job-queries`. */
const MANY = Number(process.env.ROWS ?? 5_000);
const FEW = 1_000;
const now = Date.now();

let table: Awaited<ReturnType<typeof startJobTable>>;
beforeAll(async () => {
  table = await startJobTable();
});
afterAll(() => table?.stop());

/** One job every twenty seconds into the past; ten tenants, and one job in a hundred failed. */
function rowOf(i: number): Job {
  const key = `tenants/tenant${i % 10}/users/user${i % 7}/media/${i}.jpg`;
  const upload = { bucket: 'media', key, etag: 'e', sequencer: i.toString(16), size: 1 };
  const job = newJob(upload, { executionArn: `arn:${i}`, now: new Date(now - i * 20_000), ttl: 90 * 86_400 });
  const status = i % 100 === 50 ? 'FAILED' : i % 1000 === 7 ? 'PROCESSING' : 'COMPLETED';
  return { ...job, kind: i % 2 ? 'IMAGE' : 'VIDEO', status };
}

const everything = { from: new Date(0).toISOString(), to: new Date(now).toISOString() };
const past = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

async function measure(rows: number) {
  const queries = new JobQueries(table.table, TABLE);
  const jobs = new JobStore(table.table, TABLE);
  const list = (listing: Partial<JobListing>) =>
    table.countReads(() => queries.list({ ...everything, limit: 50, ...listing }));
  const middle = rowOf(Math.floor(rows / 20) * 10);
  const after = { createdAt: middle.createdAt, jobId: middle.jobId };
  return {
    'a job by id': await table.countReads(() => jobs.get(middle.jobId)),
    'the first page of a tenant': await list({ tenantId: 'tenant0' }),
    'a page in the middle': await list({ tenantId: 'tenant0', after, limit: 40 }),
    'the first page of every tenant': await list({ from: past(60) }),
    'a window of a tenant': await list({ tenantId: 'tenant3', from: past(90), to: past(30) }),
    'running jobs to reconcile': await table.countReads(() =>
      queries.lastWritten('PROCESSING', everything, 1),
    ),
  };
}

describe('reads of the job table', () => {
  test(`are as many with ${MANY} jobs as with ${FEW}`, async () => {
    await table.insert(Array.from({ length: FEW }, (_, i) => rowOf(i)));
    const few = await measure(FEW);
    await table.insert(
      (function* () {
        for (let i = FEW; i < MANY; i++) yield rowOf(i);
      })(),
    );
    const many = await measure(MANY);
    process.stdout.write(
      `reads with ${FEW} jobs ${JSON.stringify(few)}\nreads with ${MANY} jobs ${JSON.stringify(many)}\n`,
    );
    expect(many).toEqual(few);
    expect(many['a job by id']).toEqual({ calls: 1, rows: 1 });
    expect(many['the first page of a tenant']).toEqual({ calls: 1, rows: 50 });
  }, 600_000);

  test('stop at a bound where a filter finds little, and go on where they stopped', async () => {
    const queries = new JobQueries(table.table, TABLE);
    const listing = {
      ...everything,
      tenantId: 'tenant0',
      limit: 50,
      userId: 'user3',
      status: 'FAILED' as const,
    };
    const first = await table.countReads(() => queries.list(listing));
    expect(first.rows).toBeLessThanOrEqual(1_000);
    const found: string[] = [];
    let after: JobListing['after'];
    let pages = 0;
    do {
      const page = await queries.list({ ...listing, after });
      found.push(...page.jobs.map(({ key }) => key));
      after = page.next;
      pages++;
    } while (after);
    const expected = Array.from({ length: MANY }, (_, i) => rowOf(i)).filter(
      (job) => job.tenantId === 'tenant0' && job.userId === 'user3' && job.status === 'FAILED',
    );
    expect(found).toEqual(expected.map(({ key }) => key));
    expect(pages).toBeLessThanOrEqual(Math.ceil(MANY / 10 / 1_000) + 1);
  });

  test('walk over days on which nothing happened, and leave out rows whose time is over', async () => {
    const queries = new JobQueries(table.table, TABLE, () => new Date(now + 91 * 86_400_000));
    const page = await queries.list({ from: past(200 * 1440), to: past(60 * 1440), limit: 5 });
    expect(page.jobs).toEqual([]);
    expect(page.next).toBeDefined();
    expect((await queries.list({ ...everything, tenantId: 'tenant0', limit: 5 })).jobs).toEqual([]);
  });
});
