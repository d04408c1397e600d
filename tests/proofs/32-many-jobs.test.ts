import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type JobApi, startApi } from '../support/job-api.ts';
import { uploadKey } from '../support/pipeline.ts';
import { proofSize, reportProof } from '../support/proof-size.ts';
import { PIXEL, standInWorker } from '../support/stand-in-worker.ts';

const JOBS = proofSize(60);
/** Uploads that wait at the same time. */
const AT_ONCE = 20;
/** Below this, the memory of a process that has just started says nothing about growth. */
const TELLING = 2_000;
const LISTS = 20;

let api: JobApi;
const worker = standInWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));
beforeAll(async () => {
  api = await startApi({ work: worker.work }, { functionConcurrency: 16 });
});
afterAll(() => api?.stop());

/** Ends of jobs, counted from the executions: a scan of all rows would itself grow. */
const ended = () =>
  [...api.cloud.states.executions.values()].filter(({ status }) => status !== 'RUNNING').length;

async function processJobs(from: number, to: number): Promise<void> {
  for (let i = from; i < to; i += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, to - i) }, (_, n) => i + n);
    await Promise.all(numbers.map((n) => api.upload(uploadKey(`job-${n}.png`), PIXEL)));
    await api.until(`${i + numbers.length} executions to end`, async () => ended() >= i + numbers.length);
  }
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Memory in MiB that is in use, and the median milliseconds of a page of jobs. */
async function measure() {
  const times: number[] = [];
  for (let i = 0; i < LISTS; i++) {
    const started = performance.now();
    const { body } = await api.call('GET', '/api/media/jobs?limit=20');
    times.push(performance.now() - started);
    expect(body.jobs).toHaveLength(20);
  }
  collectGarbage();
  return {
    memory: Math.round(process.memoryUsage().heapUsed / 2 ** 20),
    list: times.sort((a, b) => a - b)[LISTS / 2] ?? 0,
  };
}

test(`after ${JOBS} jobs, memory and the time of a list are what they were after half of them`, async () => {
  await processJobs(0, JOBS / 2);
  const half = await measure();
  await processJobs(JOBS / 2, JOBS);
  const whole = await measure();
  reportProof(32, { jobs: JOBS, half, whole });
  expect(whole.list).toBeLessThan(2 * half.list + 20);
  if (JOBS >= TELLING) expect(whole.memory).toBeLessThan(1.25 * half.memory);
}, 3_600_000);
