import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dynamoDb } from '../../core/aws/clients.ts';
import type { Job } from '../../core/jobs/job.ts';
import { QueueClient } from '../../core/queue/queue-client.ts';
import { serveApi } from '../../local/api.ts';
import type { Listening } from '../../local/http/listen.ts';
import { productEnvironment, RESOURCES } from '../../local/resources.ts';
import { type JobApi, startApi } from '../support/job-api.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';
import { rowOf } from '../support/tenant-jobs.ts';

const FULL = 500;
const CLIENTS = proofSize(50);
const JOBS = CLIENTS / 5;
/** Milliseconds in which the longest answer follows its change. In CI, other suites run beside this. */
const PROMPT = CLIENTS >= FULL ? 1000 : 10_000;

let api: JobApi;
let server: Listening;
beforeAll(async () => {
  api = await startApi();
  server = await serveApi({ ...productEnvironment(api.cloud.urls.storage), MAX_WAITING_REQUESTS: '1000' });
});
afterAll(async () => {
  await server?.close();
  await api?.stop();
});

const get = (job: Job, query = '', etag = '') =>
  fetch(`${server.url}/api/media/jobs/${job.jobId}${query}`, {
    headers: { 'x-development-identity': 'acme/ann', ...(etag && { 'if-none-match': etag }) },
  });
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const placesTaken = (count: number) =>
  api.until(`${count} places to be taken`, async () => {
    // Reading hundreds of places takes a while itself.
    await pause(count / 2);
    return (await new QueueClient(dynamoDb(), RESOURCES.queueTable).all('api#waiting')).length === count;
  });

/** Stores running jobs that nothing works on. */
async function running(count: number): Promise<{ job: Job; etag: string }[]> {
  const jobs = Array.from({ length: count }, (_, i): Job => {
    const { finishedAt: _finished, error: _error, notifiedAttempt: _notified, ...row } = rowOf('acme', i);
    return { ...row, status: 'PROCESSING', kind: 'IMAGE' };
  });
  return Promise.all(
    jobs.map(async (job) => {
      await api.deps.jobs.create(job);
      return { job, etag: (await get(job)).headers.get('etag') ?? '' };
    }),
  );
}

test(`${CLIENTS} clients that wait learn of every change`, async () => {
  const random = seededRandom(proofSeed());
  const jobs = await running(JOBS);
  const changedAt = new Map<string, number>();
  const clients = Array.from({ length: CLIENTS }, async (_, i) => {
    const { job, etag } = jobs[i % JOBS] as (typeof jobs)[number];
    const response = await get(job, '?wait=25', etag);
    const at = performance.now();
    const text = await response.text();
    const percent = text && (JSON.parse(text) as Job).progress?.percent;
    return { jobId: job.jobId, status: response.status, percent, at };
  });
  await placesTaken(CLIENTS);
  for (const { job } of jobs) {
    const { jobId, executionArn } = job;
    await api.deps.jobs.setAttributes(
      jobId,
      { executionArn },
      { progress: { phase: 'decode', percent: 50 } },
    );
    changedAt.set(jobId, performance.now());
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
  await placesTaken(0);
}, 120_000);
