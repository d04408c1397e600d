import { readFileSync } from 'node:fs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Job } from '../../../../core/jobs/job.ts';
import { JobStore } from '../../../../core/jobs/job-store.ts';
import { newJob } from '../../../../core/jobs/new-job.ts';
import { EXECUTION_SECONDS } from '../../../../core/jobs/retention.ts';
import { beginRetry } from '../../../../core/lifecycle/begin-retry.ts';
import { recordRedrive } from '../../../../core/lifecycle/record-redrive.ts';
import { reconcileRunning } from '../../../../lambdas/reconcile-jobs/reconcile-running.ts';
import { oldJobRows } from '../../../support/contract-fixtures.ts';
import { startJobTable, TABLE } from '../../../support/job-table.ts';

let table: Awaited<ReturnType<typeof startJobTable>>;
let jobs: JobStore;
beforeAll(async () => {
  table = await startJobTable();
  jobs = new JobStore(table.table, TABLE);
});
afterAll(() => table?.stop());
beforeEach(() => table.clear());

// biome-ignore lint/suspicious/noExplicitAny: fakes give what is asked of them here, no more.
type AnyDeps = any;

const failed = oldJobRows.failed as Job;
const { jobId, executionArn, redriveCount } = failed;
const now = new Date('2026-03-01T00:00:00Z');
const seconds = now.getTime() / 1000;

/** A row that is about to expire, and a deployment that keeps rows for a minute only. */
async function setup(row: Partial<Job> = {}) {
  await table.table.send(
    new PutCommand({ TableName: TABLE, Item: { ...failed, expiresAt: seconds + 10, ...row } }),
  );
  const deps: AnyDeps = {
    jobs,
    ledger: { get: async () => undefined },
    executions: { describe: async () => undefined, start: async () => true },
    config: {
      STATE_MACHINE_ARN: 'arn:aws:states:us-east-1:000000000000:stateMachine:media-pipeline',
      MAX_PROCESSING_RETRIES: 3,
      JOB_STATUS_TTL: 60,
    },
    now: () => now,
  };
  return { deps, job: (await jobs.get(jobId)) as Job };
}

test('no execution lasts longer than rows are planned by', () => {
  const { TimeoutSeconds } = JSON.parse(readFileSync('state-machines/media-pipeline.asl.json', 'utf8'));
  expect(TimeoutSeconds).toBe(EXECUTION_SECONDS);
});

describe('a row outlives its execution, however short JOB_STATUS_TTL is', () => {
  test.each<[string, () => Promise<unknown>]>([
    [
      'when the upload arrives',
      async () => {
        const { bucket, key, etag, sequencer, size } = failed;
        await jobs.create({
          ...newJob({ bucket, key, etag, sequencer, size }, { executionArn, now, ttl: 60 }),
          jobId,
        });
      },
    ],
    [
      'when it is retried shortly before it expires',
      async () => {
        const { deps, job } = await setup();
        await beginRetry(deps, job, { mode: 'restart', by: 'ann' });
      },
    ],
    [
      'when its execution is redriven in the console',
      async () => {
        const { deps } = await setup();
        await recordRedrive(deps, { jobId, executionArn, redriveCount: redriveCount + 1 });
      },
    ],
    [
      'when a restart that died is finished later',
      async () => {
        const { deps, job } = await setup({ status: 'PROCESSING' });
        await reconcileRunning(deps, job);
      },
    ],
  ])('%s', async (_when, start) => {
    await start();
    const job = await jobs.get(jobId);
    expect(job?.status).toBe('PROCESSING');
    expect(job?.expiresAt).toBeGreaterThan(seconds + EXECUTION_SECONDS);
  });

  test('and a retry never shortens its life', async () => {
    const later = seconds + 365 * 86_400;
    const { deps, job } = await setup({ expiresAt: later });
    await beginRetry(deps, job, { mode: 'restart', by: 'ann' });
    expect((await jobs.get(jobId))?.expiresAt).toBe(later);
  });
});
