import { readFileSync } from 'node:fs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { describeFailure } from '../../../../core/jobs/failure.ts';
import { type Job, jobIdOf } from '../../../../core/jobs/job.ts';
import { newJob } from '../../../../core/jobs/new-job.ts';
import {
  DEAD_LETTER_SECONDS,
  EXECUTION_SECONDS,
  maxRetentionSeconds,
  tombstoneExpiryOf,
} from '../../../../core/jobs/retention.ts';
import { beginRetry } from '../../../../core/lifecycle/begin-retry.ts';
import { endJob } from '../../../../core/lifecycle/end-job.ts';
import { recordRedrive } from '../../../../core/lifecycle/record-redrive.ts';
import { reconcileRunning } from '../../../../lambdas/reconcile-jobs/reconcile-running.ts';
import { oldJobRows } from '../../../support/contract-fixtures.ts';
import { startJobTable, TABLE } from '../../../support/job-table.ts';

const table = await startJobTable();
const { jobs } = table;
afterAll(() => table.stop());
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

  // "Dead letters are kept for 14 days" (terraform/queues.tf), and their redrive needs the row.
  test.each([
    ['a letter', 'FAILED' as const, seconds + DEAD_LETTER_SECONDS],
    ['none', 'REJECTED' as const, seconds + 10],
  ])('and one with %s its letter', async (_what, status, expiresAt) => {
    const { deps } = await setup({ status: 'PROCESSING', notifiedAttempt: undefined });
    const { bucket, key, etag, sequencer, size, versionId } = failed;
    const upload = { bucket, key, etag, sequencer, size, versionId };
    const ending = { status: 'FAILED' as const, cause: '{}' };
    const error = status === 'FAILED' ? 'AccessDenied' : 'CorruptMedia';
    let letters = 0;
    await endJob(
      {
        ...deps,
        queue: { leave: async () => 0 },
        announcements: {
          deadLetter: async () => {
            letters++;
            expect((await jobs.get(jobIdOf(upload)))?.expiresAt).toBe(expiresAt);
          },
          ended: async () => undefined,
        },
        versions: { list: async () => [] },
        config: { ...deps.config, OUTPUT_BUCKET: 'out' },
      },
      { executionArn, redriveCount, upload, failure: describeFailure({ ...ending, error }) },
    );
    expect([(await jobs.get(jobIdOf(upload)))?.expiresAt, letters]).toEqual([
      expiresAt,
      status === 'FAILED' ? 1 : 0,
    ]);
  });

  test('the queue keeps no letter longer than its row', () => {
    const kept = [...readFileSync('terraform/queues.tf', 'utf8').matchAll(/retention_seconds\s*= (\d+)/g)];
    expect(Math.max(...kept.map(([, text]) => Number(text)))).toBeLessThan(DEAD_LETTER_SECONDS);
  });

  test.each([
    ['short', 60],
    ['of 7 days', 7 * 86_400],
    ['of a year', 365 * 86_400],
  ])('and its tombstone outlives it and every late event, with a JOB_STATUS_TTL %s', (_what, ttl) => {
    const lifetime = tombstoneExpiryOf(now, ttl) - seconds;
    // EventBridge tries for a day, its dead-letter queue keeps 14, and an execution that is then
    // started lasts 2 and can be redriven for 14 more.
    expect(lifetime).toBeGreaterThan((1 + 14 + 2 + 14) * 86_400);
    expect(lifetime).toBeGreaterThan(maxRetentionSeconds(ttl));
  });

  test('and a retry never shortens its life', async () => {
    const later = seconds + 365 * 86_400;
    const { deps, job } = await setup({ expiresAt: later });
    await beginRetry(deps, job, { mode: 'restart', by: 'ann' });
    expect((await jobs.get(jobId))?.expiresAt).toBe(later);
  });
});
