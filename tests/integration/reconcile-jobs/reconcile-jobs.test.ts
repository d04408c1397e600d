import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { executionArn } from '../../../core/aws/executions.ts';
import { describeFailure } from '../../../core/jobs/failure.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { reconcile } from '../../support/reconciler.ts';
import { PIXEL, standInWorker } from '../../support/stand-in-worker.ts';

let api: JobApi;
const worker = standInWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));
beforeAll(async () => {
  api = await startApi({ work: worker.work }, { dropStatusEvents: true, functionConcurrency: 16 });
});
afterAll(() => api?.stop());

const rowOf = async (key: string) => (await api.jobs()).find((row) => row.key === key) as Job;
const replace = (job: Job, change: Partial<Job>) =>
  api.table.send(
    new PutCommand({
      TableName: api.deps.config.JOB_TABLE,
      Item: { ...job, ...change, updatedAt: new Date().toISOString() },
    }),
  );
const forget = ({ jobId }: Job) =>
  api.table.send(new DeleteCommand({ TableName: api.deps.config.JOB_TABLE, Key: { jobId } }));

/** Uploads a picture and waits until its execution has ended, which nobody hears of. */
async function unheard(file: string): Promise<Job> {
  const key = uploadKey(file);
  await api.upload(key, PIXEL);
  const job = await api.until(`the row of ${file}`, () => rowOf(key));
  await api.until(`the end of ${file}`, async () => {
    const execution = await api.deps.executions.describe(job.executionArn);
    return execution?.status !== 'RUNNING' && execution;
  });
  return rowOf(key);
}

describe('a row that claims to run', () => {
  const claim = (job: Job, change: Partial<Job>) =>
    replace(job, { status: 'PROCESSING', finishedAt: undefined, error: undefined, ...change });

  test.each<[string, string, (job: Job) => Partial<Job>, object, object]>([
    [
      'gets the execution that a restart died before starting',
      'unstarted',
      ({ jobId }) => ({
        attempt: 2,
        executionArn: executionArn(api.deps.config.STATE_MACHINE_ARN, `${jobId}-2-x`),
      }),
      { started: 1 },
      { status: 'COMPLETED', attempt: 2 },
    ],
    [
      'is completed from the output of its execution',
      'restored',
      () => ({ manifestKey: undefined, outputCount: undefined }),
      { completed: 1 },
      { status: 'COMPLETED', outputCount: 3 },
    ],
  ])('%s', async (_what, file, change, repairs, expected) => {
    const job = await unheard(`${file}.png`);
    const { manifestKey } = job;
    await claim(job, change(job));
    expect((await reconcile(api)).repairs).toEqual(repairs);
    const key = uploadKey(`${file}.png`);
    const ended = await api.until('its end', async () => {
      const row = await rowOf(key);
      return row.status !== 'PROCESSING' && row;
    });
    expect(ended).toMatchObject({ ...expected, manifestKey });
    expect((await reconcile(api)).repairs).toEqual({});
  });

  test('gets the redrive that an API call died before sending', async () => {
    worker.fail('undriven');
    const job = await unheard('undriven.png');
    await reconcile(api);
    worker.mend('undriven');
    await claim(await rowOf(job.key), { attempt: 2, redriveCount: 1 });
    expect((await reconcile(api)).repairs).toEqual({ redriven: 1 });
    const completed = await api.until('its end', async () => {
      const row = await rowOf(job.key);
      return row.status === 'COMPLETED' && row;
    });
    expect(completed).toMatchObject({ executionArn: job.executionArn, attempt: 2 });
  });

  test('of an execution that runs is left alone, however long that takes', async () => {
    const release = worker.hold('long.png');
    const key = uploadKey('long.png');
    await api.upload(key, PIXEL);
    await api.until('the worker', async () => (await rowOf(key))?.stem);
    const round = await reconcile(api, { minutesLater: 24 * 60 });
    expect(round.repairs).toEqual({});
    expect(round.oldestRunningSeconds).toBeGreaterThan(86_000);
    expect((await rowOf(key)).status).toBe('PROCESSING');
    release();
    await api.until('its end', async () => (await rowOf(key)).status === 'COMPLETED');
  });

  test('for less than RECONCILE_AFTER_SECONDS is left alone', async () => {
    worker.fail('fresh');
    const job = await unheard('fresh.png');
    expect((await reconcile(api, { minutesLater: 1 })).looked).toBe(0);
    expect((await rowOf(job.key)).status).toBe('PROCESSING');
    expect((await reconcile(api)).repairs).toEqual({ recorded: 1 });
  });
});

describe('an end that nobody announced', () => {
  test('is announced: a cancellation whose execution goes on is carried through, with its outputs', async () => {
    const release = worker.hold('half-cancelled.png');
    const key = uploadKey('half-cancelled.png');
    await api.upload(key, PIXEL);
    await api.until('the first output', async () =>
      (await api.outputs()).some((output) => output.includes('half-cancelled_')),
    );
    const job = await rowOf(key);
    await api.deps.jobs.transition({ jobId: job.jobId, to: 'CANCELLED', at: new Date().toISOString() });
    expect((await reconcile(api)).repairs).toEqual({ settled: 1 });
    expect(await rowOf(key)).toMatchObject({ status: 'CANCELLED', notifiedAttempt: 1 });
    expect((await api.deps.executions.describe(job.executionArn))?.status).toBe('ABORTED');
    release();
    await api.until(
      'no outputs',
      async () => !(await api.outputs()).some((output) => output.includes('half-cancelled_')),
    );
  });

  test('is swept for an hour, of whatever a worker wrote that had not heard of it', async () => {
    const job = await rowOf(uploadKey('half-cancelled.png'));
    // None that the worker of the test before may still be writing.
    const key = `tenants/acme/users/ann/media/processed/${job.stem}_poster.jpg`;
    const write = () =>
      api.deps.objects.put({
        ...{ bucket: api.deps.config.OUTPUT_BUCKET, key, contentType: 'image/jpeg', body: PIXEL },
        ...{ replaces: null, metadata: { 'job-id': job.jobId } },
      });
    for (const minutesLater of [10, 50, 70]) {
      await write();
      expect((await reconcile(api, { minutesLater })).repairs).toEqual({ swept: 1 });
      expect(await api.outputs()).not.toContain(key);
    }
    expect(await rowOf(job.key)).toHaveProperty('outputsRemovedAt');
    expect((await reconcile(api, { minutesLater: 80 })).looked).toBe(0);
  });

  test('for an upload that was deleted, which nobody heard of either, starts it again only so many times', async () => {
    const job = await unheard('unheard-deletion.png');
    await reconcile(api);
    const cause = JSON.stringify({ errorMessage: 'It is gone.' });
    const failure = describeFailure({ status: 'FAILED', error: 'SourceDeleted', cause });
    const error = JSON.parse(JSON.stringify(failure.error)) as Job['error'];
    const overtaken = { status: 'CANCELLED', error, notifiedAttempt: 5 } as const;
    await replace(await rowOf(job.key), { ...overtaken, attempt: 5, finishedAt: new Date().toISOString() });
    expect((await reconcile(api)).repairs).toEqual({ swept: 1 });
    expect((await api.outputs()).filter((key) => key.includes('unheard-deletion_'))).toEqual([]);
    expect((await reconcile(api, { minutesLater: 70 })).repairs).toEqual({});
    expect(await rowOf(job.key)).toHaveProperty('outputsRemovedAt');
  });

  test('is found by its execution, where it failed before it had a row', async () => {
    worker.fail('rowless');
    const job = await unheard('rowless.png');
    await forget(job);
    expect((await reconcile(api)).repairs).toEqual({ recorded: 1 });
    expect(await rowOf(job.key)).toMatchObject({ status: 'FAILED', notifiedAttempt: 1 });
  });

  test('is that of a redrive from the console, which nobody announced either', async () => {
    worker.fail('console');
    const job = await unheard('console.png');
    await reconcile(api);
    await api.deadLetters();
    const { executionArn: arn } = job;
    await api.sfn.send(new RedriveExecutionCommand({ executionArn: arn }));
    await api.until('its end', async () => (await api.deps.executions.describe(arn))?.status === 'FAILED');
    expect((await reconcile(api)).repairs).toEqual({ recorded: 1 });
    expect(await rowOf(job.key)).toMatchObject({
      status: 'FAILED',
      attempt: 2,
      redriveCount: 1,
      notifiedAttempt: 2,
    });
    expect(await api.deadLetters()).toHaveLength(1);
  });
});

test('a row that is no job is counted as failed, and keeps no other from its repair', async () => {
  worker.fail('beside');
  const [corrupt, beside] = [await unheard('corrupt-beside.png'), await unheard('beside.png')];
  await replace(corrupt, { timeline: 'none' } as unknown as Partial<Job>);
  const { repairs } = await reconcile(api);
  expect(repairs).toMatchObject({ failed: 1, recorded: 1 });
  expect((await api.deps.jobs.get(beside.jobId))?.status).toBe('FAILED');
  await expect(api.deps.jobs.get(corrupt.jobId)).rejects.toMatchObject({ name: 'CorruptJobRow' });
  await forget(corrupt);
});
