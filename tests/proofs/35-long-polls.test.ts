import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Job } from '../../core/jobs/job.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';
import { type ServedApi, startServedApi } from '../support/served-api.ts';
import { advance, storeRunningJobs, untilWaiting } from '../support/waiting-requests.ts';

const FULL = 500;
const CLIENTS = proofSize(50);
const JOBS = CLIENTS / 5;
/** Milliseconds in which the longest answer follows its change. In CI, other suites run beside this. */
const PROMPT = CLIENTS >= FULL ? 1000 : 10_000;

let api: ServedApi;
beforeAll(async () => {
  api = await startServedApi({}, { MAX_WAITING_REQUESTS: '1000' });
});
afterAll(() => api?.stop());

const get = (job: Job, query = '', etag = '') =>
  fetch(`${api.url}/api/media/jobs/${job.jobId}${query}`, {
    headers: { 'x-development-identity': 'acme/ann', ...(etag && { 'if-none-match': etag }) },
  });
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test(`${CLIENTS} clients that wait learn of every change`, async () => {
  const random = seededRandom(proofSeed());
  const jobs = await Promise.all(
    (await storeRunningJobs(api, JOBS)).map(async (job) => ({
      job,
      etag: (await get(job)).headers.get('etag') ?? '',
    })),
  );
  const changedAt = new Map<string, number>();
  const clients = Array.from({ length: CLIENTS }, async (_, i) => {
    const { job, etag } = jobs[i % JOBS] as (typeof jobs)[number];
    const response = await get(job, '?wait=25', etag);
    const at = performance.now();
    const text = await response.text();
    const percent = text && (JSON.parse(text) as Job).progress?.percent;
    return { jobId: job.jobId, status: response.status, percent, at };
  });
  await untilWaiting(api, CLIENTS);
  for (const { job } of jobs) {
    await advance(api, job, 50);
    changedAt.set(job.jobId, performance.now());
    await pause(random.below(60));
  }
  const answers = await Promise.all(clients);
  const lost = answers.filter(({ status, percent }) => status !== 200 || percent !== 50);
  const late = answers.map(({ jobId, at }) => at - (changedAt.get(jobId) ?? 0)).sort((a, b) => a - b);
  const median = Math.round(late[Math.floor(CLIENTS / 2)] ?? 0);
  const longest = Math.round(late.at(-1) ?? 0);
  reportProof(35, { clients: CLIENTS, jobs: JOBS, lost: lost.length, medianMs: median, longestMs: longest });
  expect(lost).toEqual([]);
  expect(longest).toBeLessThan(PROMPT);
  // Every place is given back.
  await untilWaiting(api, 0);
}, 120_000);
