import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RESERVED_CONCURRENCY } from '../../../../base/reserved-concurrency.ts';
import { type Pipeline, startPipeline, uploadKey } from '../../../support/pipeline.ts';
import { PIXEL } from '../../../support/stand-in-worker.ts';

const UPLOADS = 20;

let pipeline: Pipeline;
beforeAll(async () => {
  // Two are less than the machine would run at once.
  pipeline = await startPipeline({ reservedConcurrency: { 'process-image': 2 } });
});
afterAll(() => pipeline?.stop());

test(`${UPLOADS} images at once are throttled, and none is lost`, async () => {
  const keys = Array.from({ length: UPLOADS }, (_, i) => uploadKey(`burst-${i}.png`));
  await Promise.all(keys.map((key) => pipeline.upload(key, PIXEL)));
  const jobs = await Promise.all(keys.map((key) => pipeline.ended(key)));
  expect(jobs.filter(({ status }) => status !== 'COMPLETED')).toEqual([]);
  const histories = await Promise.all(jobs.map(({ executionArn }) => pipeline.history(executionArn)));
  const throttled = histories
    .flat()
    .filter(({ taskFailedEventDetails: { error } = {} }) => error === 'Lambda.TooManyRequestsException');
  expect(throttled.length).toBeGreaterThan(0);
});

test('events wait for a function instead, as in the queue of Lambda', async () => {
  expect(RESERVED_CONCURRENCY['reconcile-jobs']).toBe(1);
  const { functions } = pipeline.cloud;
  await Promise.all([1, 2, 3].map(() => functions.deliver('reconcile-jobs', {})));
  expect(pipeline.invocations.filter((name) => name === 'reconcile-jobs').length).toBeGreaterThanOrEqual(3);
});
