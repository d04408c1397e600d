import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MediaError } from '../../../base/errors.ts';
import { callerOf, type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { PIXEL, standInWorker } from '../../support/stand-in-worker.ts';

let api: JobApi;
const worker = standInWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));
beforeAll(async () => {
  api = await startApi({ work: worker.work });
});
afterAll(() => api?.stop());
beforeEach(async () => {
  await api.deadLetters();
});

async function failed(prefix: string, count: number, tenant = 'acme') {
  worker.fail(prefix);
  const keys = Array.from({ length: count }, (_, i) => uploadKey(`${prefix}-${i}.png`, tenant));
  await Promise.all(keys.map((key) => api.upload(key, PIXEL)));
  return Promise.all(keys.map((key) => api.ended(key)));
}

const redrive = (body: object, as = 'operator') => api.call('POST', '/api/media/jobs/redrive', { body, as });
const outcomes = (body: { results: { outcome: string }[] }) =>
  body.results.map(({ outcome }) => outcome).toSorted();
const waiting = async () => (await api.deps.deadLetters.counts()).waiting;

describe('redrive of failed jobs', () => {
  test('says first what it would do, then does it in pages', async () => {
    const jobs = await failed('bulk', 5);
    worker.mend('bulk');
    const dry = await redrive({ dryRun: true, filter: { tenant: 'acme' } });
    expect(outcomes(dry.body)).toEqual(Array(5).fill('redriven'));
    expect((await api.deps.jobs.get(jobs[0]?.jobId ?? ''))?.status).toBe('FAILED');
    const first = await redrive({ limit: 3, ratePerSecond: 50, filter: { tenant: 'acme' } });
    expect(outcomes(first.body)).toEqual(Array(3).fill('redriven'));
    const { nextCursor: cursor } = first.body;
    const second = await redrive({ limit: 3, ratePerSecond: 50, filter: { tenant: 'acme' }, cursor });
    const redriven = [...first.body.results, ...second.body.results].filter(
      ({ outcome }) => outcome === 'redriven',
    );
    expect(new Set(redriven.map(({ jobId }) => jobId))).toEqual(new Set(jobs.map(({ jobId }) => jobId)));
    for (const { key } of jobs)
      expect(await api.ended(key)).toMatchObject({ status: 'COMPLETED', attempt: 2 });
  });

  test('takes only those with the error that is meant', async () => {
    const [memory] = await failed('memory', 1, 'globex');
    worker.fail('disk', new MediaError('MissingResource', 'no such bucket'));
    await api.upload(uploadKey('disk.png', 'globex'), PIXEL);
    await api.ended(uploadKey('disk.png', 'globex'));
    const filter = { tenant: 'globex', errorName: 'AccessDenied' };
    const { body } = await redrive({ filter, dryRun: true });
    expect(body.results.map(({ jobId }: { jobId: string }) => jobId)).toEqual([memory?.jobId]);
  });

  test('refuses a rate at which API Gateway would not wait for the end', async () => {
    expect((await redrive({ limit: 100, ratePerSecond: 1 })).status).toBe(422);
  });
});

describe('redrive of dead letters', () => {
  test('runs each job again and takes its letter away, and only then', async () => {
    const jobs = await failed('letters', 12);
    expect(await waiting()).toBe(12);
    const dry = await redrive({ source: 'dead-letters', dryRun: true, ratePerSecond: 50 });
    expect([dry.body.results.length, await waiting()]).toEqual([12, 12]);
    worker.mend('letters');
    const { body } = await redrive({ source: 'dead-letters', ratePerSecond: 50 });
    expect(outcomes(body)).toEqual(Array(12).fill('redriven'));
    for (const { key } of jobs)
      expect(await api.ended(key)).toMatchObject({ status: 'COMPLETED', attempt: 2 });
    expect(await api.deps.deadLetters.counts()).toEqual({ waiting: 0, held: 0 });
  });

  test('takes a single one, and leaves the others where they are', async () => {
    const jobs = await failed('single', 4);
    worker.mend('single');
    const [, meant] = jobs;
    const { body } = await redrive({ source: 'dead-letters', filter: { jobId: meant?.jobId } });
    expect(body.results).toEqual([expect.objectContaining({ jobId: meant?.jobId, outcome: 'redriven' })]);
    expect((await api.ended(meant?.key ?? '')).status).toBe('COMPLETED');
    expect(await waiting()).toBe(3);
  });

  test('drops a letter whose job has completed or run again meanwhile, and keeps one whose job may not', async () => {
    const [done, again, hopeless] = await failed('stale', 3);
    worker.mend('stale');
    await api.call('POST', `/api/media/jobs/${done?.jobId}`);
    await api.ended(done?.key ?? '');
    worker.fail('stale');
    await api.call('POST', `/api/media/jobs/${again?.jobId}`);
    await api.until('the second letter', async () => (await waiting()) === 4);
    const config = { ...api.deps.config, MAX_PROCESSING_RETRIES: 0 };
    const strict = callerOf({ ...api.deps, config });
    const call = { body: { source: 'dead-letters', ratePerSecond: 50 }, as: 'operator' };
    const { body } = await strict.call('POST', '/api/media/jobs/redrive', call);
    const byJob = (jobId: string | undefined) =>
      body.results
        .filter((result: { jobId: string }) => result.jobId === jobId)
        .map(({ outcome }: { outcome: string }) => outcome);
    expect([byJob(done?.jobId), byJob(hopeless?.jobId)]).toEqual([['dropped'], ['refused']]);
    expect(byJob(again?.jobId)).toContain('dropped');
    expect(body.deadLetters).toEqual({ waiting: 0, held: 2 });
  });
});
