import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inBatches } from '../../../base/in-batches.ts';
import { callerOf, type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { PIXEL, standInWorker } from '../../support/stand-in-worker.ts';

let api: JobApi;
const worker = standInWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));
beforeAll(async () => {
  api = await startApi({ work: worker.work });
});
afterAll(() => api?.stop());

/** Uploads a picture and waits until its job has ended. */
async function processed(file: string, owner = 'acme/ann') {
  const key = uploadKey(file, ...(owner.split('/') as [string, string]));
  await api.upload(key, PIXEL);
  return api.ended(key);
}

/** Uploads a picture whose job runs until it is let go. */
async function running(file: string) {
  const release = worker.hold(file);
  const key = uploadKey(file);
  await api.upload(key, PIXEL);
  const job = await api.until('the first output', async () => {
    const written = (await api.outputs()).some((output) => output.includes(file.replace(/\.png$/, '_thumb')));
    return written && (await api.jobs()).find((row) => row.key === key);
  });
  return { job, release };
}

describe('GET a job', () => {
  test('shows outputs with links that work, metadata, timeline and where its execution is', async () => {
    const { jobId } = await processed('shown.png');
    const { status, body } = await api.call('GET', `/api/media/jobs/${jobId}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      jobId,
      status: 'COMPLETED',
      kind: 'IMAGE',
      metadata: { width: 1 },
      degraded: [],
    });
    expect(body.outputs.map((output: { key: string }) => output.key.replace(/.*shown_/, ''))).toEqual([
      'metadata.json',
      'thumb_small.jpg',
      'webp.webp',
    ]);
    const bytes = await (await fetch(body.outputs[1].url)).arrayBuffer();
    expect(Buffer.from(bytes).equals(PIXEL)).toBe(true);
    expect(body.timeline.map((entry: { status: string }) => entry.status)).toEqual([
      'PROCESSING',
      'COMPLETED',
    ]);
    expect(body.execution.consoleUrl).toContain('#/v2/executions/details/arn%3Aaws%3Astates');
  });

  test('answers 304 to the ETag it gave, until the job changes', async () => {
    worker.fail('tagged');
    const { jobId } = await processed('tagged.png');
    const path = `/api/media/jobs/${jobId}`;
    const etag = (await api.call('GET', path)).headers.get('etag') ?? '';
    const again = await api.call('GET', path, { headers: { 'if-none-match': `W/"x", ${etag}` } });
    expect(again).toMatchObject({ status: 304, body: undefined });
    worker.mend('tagged');
    await api.call('POST', path);
    expect((await api.call('GET', path, { headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  test('tells what failed, in whose hands it is, and what to do', async () => {
    worker.fail('explained');
    const { jobId } = await processed('explained.png');
    const { body } = await api.call('GET', `/api/media/jobs/${jobId}`);
    expect(body).toMatchObject({
      status: 'FAILED',
      error: {
        name: 'AccessDenied',
        category: 'configuration',
        state: 'ProcessImage',
        advice: expect.stringContaining('permission'),
      },
    });
    expect(body.outputs).toBeUndefined();
  });

  test('has forgotten a job whose time is over, although the table still holds it', async () => {
    const { jobId } = await processed('old.png');
    const now = () => new Date(Date.now() + 8 * 24 * 3600_000);
    const later = callerOf({ ...api.deps, now });
    expect((await later.call('GET', `/api/media/jobs/${jobId}`)).status).toBe(404);
  });
});

describe('GET the jobs of a key', () => {
  const idsOf = async (query: Record<string, string>, as = 'acme/ann') => {
    const { status, body } = await api.call('GET', `/api/media/jobs?${new URLSearchParams(query)}`, { as });
    expect(status).toBe(200);
    expect(body.nextCursor).toBeUndefined();
    return body.jobs.map(({ jobId }: { jobId: string }) => jobId);
  };

  test('lists those of the latest upload first, and only of the caller’s tenant', async () => {
    const { jobId: first, key } = await processed('twice + again.png');
    await api.upload(key, PIXEL);
    const second = await api.until('the second job', async () =>
      (await api.jobs()).find((job) => job.key === key && job.jobId !== first && job.status === 'COMPLETED'),
    );
    expect(await idsOf({ key })).toEqual([second.jobId, first]);
    expect(await idsOf({ key, limit: '1' })).toEqual([second.jobId]);
    expect(await idsOf({ key, status: 'FAILED' })).toEqual([]);
    expect(await idsOf({ key, user: 'bob' })).toEqual([]);
    expect(await idsOf({ key, to: '2001-01-01T00:00:00Z' })).toEqual([]);
    expect(await idsOf({ key }, 'operator')).toEqual([second.jobId, first]);
    expect(await idsOf({ key, tenant: 'globex' }, 'operator')).toEqual([]);
    expect(await idsOf({ key }, 'globex/ann')).toEqual([]);
    expect((await api.call('GET', `/api/media/jobs?key=a&tenant=globex`)).status).toBe(403);
  });

  test('lists none of a key that never had an upload, or that is none', async () => {
    expect(await idsOf({ key: uploadKey('never.png') })).toEqual([]);
    expect(await idsOf({ key: 'never' }, 'operator')).toEqual([]);
  });

  test('still lists those of a deleted upload', async () => {
    const { jobId, key, bucket } = await processed('removed-later.png');
    await api.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    await api.until('the outputs to be removed', async () =>
      (await api.jobs()).some((job) => job.jobId === jobId && job.outputsRemovedAt),
    );
    expect(await idsOf({ key })).toEqual([jobId]);
  });

  test('reads the ledger and these jobs, whatever else is in the table', async () => {
    const { jobId, key } = await processed('counted.png');
    const reads: string[] = [];
    const counting = <Store extends object>(store: Store, method: keyof Store) =>
      Object.create(store, {
        [method]: {
          value: (...args: unknown[]) => {
            reads.push(String(method));
            return (store[method] as (...rest: unknown[]) => unknown).apply(store, args);
          },
        },
      });
    const { call } = callerOf({
      ...api.deps,
      ledger: counting(api.deps.ledger, 'get'),
      jobs: counting(api.deps.jobs, 'get'),
      queries: undefined as never,
    });
    const { body } = await call('GET', `/api/media/jobs?${new URLSearchParams({ key })}`);
    expect(body.jobs.map((job: { jobId: string }) => job.jobId)).toEqual([jobId]);
    expect(reads).toEqual(['get', 'get']);
  });
});

describe('POST a job', () => {
  test('redrives a failed one where Step Functions can, and says why', async () => {
    worker.fail('mended');
    const { jobId, executionArn } = await processed('mended.png');
    worker.mend('mended');
    const { status, body } = await api.call('POST', `/api/media/jobs/${jobId}`, { body: { mode: 'auto' } });
    expect(status).toBe(202);
    expect(body).toMatchObject({ mode: 'redrive', reason: expect.stringContaining('ProcessImage') });
    const job = await api.ended(uploadKey('mended.png'));
    expect(job).toMatchObject({ status: 'COMPLETED', attempt: 2, redriveCount: 1, executionArn });
    expect(job.error).toBeUndefined();
  });

  test('restarts one that was cancelled, in a new execution', async () => {
    const { job, release } = await running('restarted.png');
    await api.call('DELETE', `/api/media/jobs/${job.jobId}`);
    release();
    const { status, body } = await api.call('POST', `/api/media/jobs/${job.jobId}`);
    expect({ status, mode: body.mode }).toEqual({ status: 202, mode: 'restart' });
    const ended = await api.ended(job.key);
    expect(ended).toMatchObject({ status: 'COMPLETED', attempt: 2 });
    expect(ended.executionArn).not.toBe(job.executionArn);
    expect((await api.outputs()).filter((key) => key.includes('restarted_'))).toHaveLength(4);
  });

  test('restarts where the execution is too old to be redriven', async () => {
    worker.fail('aged');
    const { jobId } = await processed('aged.png');
    worker.mend('aged');
    const executions = Object.create(api.deps.executions, {
      describe: {
        value: async () => ({
          status: 'FAILED',
          redriveStatus: 'NOT_REDRIVABLE',
          redriveStatusReason: 'period exceeded',
        }),
      },
    });
    const { call } = callerOf({ ...api.deps, executions });
    expect(await call('POST', `/api/media/jobs/${jobId}`, { body: { mode: 'redrive' } })).toMatchObject({
      status: 409,
      body: { type: 'urn:media-pipeline:problem:not-redrivable' },
    });
    expect(await call('POST', `/api/media/jobs/${jobId}`)).toMatchObject({
      status: 202,
      body: { mode: 'restart', reason: expect.stringContaining('period exceeded') },
    });
    expect((await api.ended(uploadKey('aged.png'))).status).toBe('COMPLETED');
  });

  test('refuses what cannot be tried again, each with its reason', async () => {
    const { jobId } = await processed('done.png');
    expect(await api.call('POST', `/api/media/jobs/${jobId}`)).toMatchObject({
      status: 409,
      body: { type: 'urn:media-pipeline:problem:completed', title: 'Conflict', status: 409 },
    });
    worker.fail('hopeless');
    const hopeless = await processed('hopeless.png');
    for (const attempt of [2, 3, 4]) {
      expect((await api.call('POST', `/api/media/jobs/${hopeless.jobId}`)).status).toBe(202);
      await api.until(`attempt ${attempt}`, async () => (await api.ended(hopeless.key)).attempt === attempt);
    }
    expect(await api.call('POST', `/api/media/jobs/${hopeless.jobId}`)).toMatchObject({
      status: 409,
      body: { type: 'urn:media-pipeline:problem:attempts-exhausted' },
    });
    worker.fail('deleted');
    const deleted = await processed('deleted.png');
    await api.remove(deleted.key);
    await api.until('the tombstone', async () => (await api.deps.ledger.get(deleted))?.deleted);
    expect(await api.call('POST', `/api/media/jobs/${deleted.jobId}`)).toMatchObject({
      status: 409,
      body: { type: 'urn:media-pipeline:problem:source-gone' },
    });
    expect(
      await api.call('POST', `/api/media/jobs/${hopeless.jobId}`, { body: { outputs: ['thumb_small.jpg'] } }),
    ).toMatchObject({ status: 409, body: { type: 'urn:media-pipeline:problem:not-completed' } });
  });

  test.each(['redrive', 'restart'])('gives a row back its end where the %s cannot be sent', async (mode) => {
    worker.fail(`unsent-${mode}`);
    const before = await processed(`unsent-${mode}.png`);
    const refuse = async () => {
      throw Object.assign(new Error('no such machine'), { name: 'StateMachineDoesNotExist' });
    };
    const executions = Object.create(api.deps.executions, {
      start: { value: refuse },
      redrive: { value: refuse },
    });
    const { call } = callerOf({ ...api.deps, executions });
    expect((await call('POST', `/api/media/jobs/${before.jobId}`, { body: { mode } })).status).toBe(500);
    const { timeline, updatedAt, expiresAt, ...after } = (await api.deps.jobs.get(before.jobId)) ?? before;
    expect(before).toMatchObject(after);
    expect(timeline.at(-1)).toMatchObject({
      status: 'FAILED',
      note: expect.stringContaining('did not start'),
    });
    worker.mend(`unsent-${mode}`);
    expect((await api.call('POST', `/api/media/jobs/${before.jobId}`, { body: { mode } })).status).toBe(202);
    expect((await api.ended(before.key)).status).toBe('COMPLETED');
  });
});

describe('DELETE a job', () => {
  test('stops the execution, removes what had been published, and says so to those who listen', async () => {
    const { job, release } = await running('cancelled.png');
    const { status, body } = await api.call('DELETE', `/api/media/jobs/${job.jobId}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'CANCELLED',
      error: { name: 'Cancelled', message: 'Cancelled by ann.' },
    });
    expect((await api.outputs()).filter((key) => key.includes('cancelled_'))).toEqual([]);
    expect((await api.deps.executions.describe(job.executionArn))?.status).toBe('ABORTED');
    release();
    expect(await api.deps.jobs.get(job.jobId)).toMatchObject({ status: 'CANCELLED', notifiedAttempt: 1 });
    expect((await api.call('DELETE', `/api/media/jobs/${job.jobId}`)).status).toBe(200);
  });

  test('refuses a job that has ended by itself', async () => {
    const { jobId } = await processed('too-late.png');
    expect(await api.call('DELETE', `/api/media/jobs/${jobId}`)).toMatchObject({
      status: 409,
      body: { type: 'urn:media-pipeline:problem:already-ended' },
    });
  });

  test('against completion, at 50 moments: one terminal state, and no outputs of what was cancelled', async () => {
    worker.dawdle('moment-', 30);
    const cancelAfter = async (file: string, milliseconds: number) => {
      const key = uploadKey(file);
      await api.upload(key, PIXEL);
      const { latestJobId: jobId = '' } = await api.until('the job', () =>
        api.deps.ledger.get({ bucket: api.deps.config.MEDIA_BUCKET, key }),
      );
      await sleep(milliseconds);
      return { jobId, status: (await api.call('DELETE', `/api/media/jobs/${jobId}`)).status };
    };
    const started = performance.now();
    await processed('moment-first.png');
    const duration = performance.now() - started;
    const moments = Array.from({ length: 50 }, (_, i) => (2 * duration * i) / 50);
    const outcomes = await inBatches(moments, 5, (moment) =>
      cancelAfter(`moment-${moment.toFixed(2)}.png`, moment),
    );
    await api.until('the last worker', async () =>
      (await api.executions()).every((execution) => execution.status !== 'RUNNING'),
    );
    // Workers whose execution was stopped go on until they look at the fence.
    await sleep(200);
    const outputs = await api.outputs();
    const cancelled = outcomes.filter(({ status }) => status === 200);
    for (const { jobId, status } of outcomes) {
      const row = await api.deps.jobs.get(jobId);
      expect([row?.status, status]).toEqual(
        row?.status === 'COMPLETED' ? ['COMPLETED', 409] : ['CANCELLED', 200],
      );
      const left = outputs.filter((key) => row?.stem && key.includes(`/${row.stem}_`));
      expect(left).toHaveLength(row?.status === 'COMPLETED' ? 4 : 0);
      const ends = row?.timeline.filter((entry) => entry.status !== 'PROCESSING');
      expect(ends).toHaveLength(1);
    }
    process.stdout.write(
      `cancel at 50 moments: ${cancelled.length} cancelled, ${50 - cancelled.length} completed\n`,
    );
  });
});
