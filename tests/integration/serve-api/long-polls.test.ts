import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dynamoDb } from '../../../core/aws/clients.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { QueueClient } from '../../../core/queue/queue-client.ts';
import { WaitingPlaces } from '../../../lambdas/serve-api/waiting/waiting-places.ts';
import { serveApi } from '../../../local/api.ts';
import type { Listening } from '../../../local/http/listen.ts';
import { productEnvironment, RESOURCES } from '../../../local/resources.ts';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { PIXEL } from '../../support/stand-in-worker.ts';
import { advance, placesTaken, storeRunningJobs, untilWaiting } from '../../support/waiting-requests.ts';

/** Milliseconds within which an answer has come at once, and not after its wait of 25 s. */
const PROMPT = 10_000;

let api: JobApi;
let server: Listening;
let crowded: Listening;
beforeAll(async () => {
  api = await startApi();
  const environment = productEnvironment(api.cloud.urls.storage);
  server = await serveApi({ ...environment, MAX_WAITING_REQUESTS: '1000' });
  crowded = await serveApi({ ...environment, MAX_WAITING_REQUESTS: '1' });
});
afterAll(async () => {
  await server?.close();
  await crowded?.close();
  await api?.stop();
});

/** Of the next job. */
let number = 1000;

/** Stores one running job that nothing works on. */
async function running(): Promise<Job> {
  const [job] = await storeRunningJobs(api, 1, number++);
  return job as Job;
}

interface Options {
  as?: string;
  etag?: string | null;
  signal?: AbortSignal;
  from?: Listening;
}
const get = (path: string, { as = 'acme/ann', etag, signal, from = server }: Options = {}) =>
  fetch(`${from.url}/api/media${path}`, {
    headers: { 'x-development-identity': as, ...(etag && { 'if-none-match': etag }) },
    ...(signal && { signal }),
  });
const etagOf = async ({ jobId }: Job) => (await get(`/jobs/${jobId}`)).headers.get('etag');

async function timed<T>(work: Promise<T>): Promise<{ result: T; milliseconds: number }> {
  const started = performance.now();
  const result = await work;
  return { result, milliseconds: performance.now() - started };
}

test('a change before the request is answered at once, and none after the wait with 304', async () => {
  const job = await running();
  const etag = await etagOf(job);
  const unchanged = await timed(get(`/jobs/${job.jobId}?wait=1`, { etag }));
  expect(unchanged.result.status).toBe(304);
  expect(unchanged.result.headers.get('etag')).toBe(etag);
  expect(unchanged.milliseconds).toBeGreaterThan(950);
  await advance(api, job, 10);
  expect((await get(`/jobs/${job.jobId}?wait=25`, { etag })).status).toBe(200);
  expect((await get(`/jobs/${job.jobId}?wait=25`)).status).toBe(200);
});

test('a client that goes away frees its place', async () => {
  const job = await running();
  const etag = await etagOf(job);
  const leaving = new AbortController();
  const gone = get(`/jobs/${job.jobId}?wait=25`, { etag, signal: leaving.signal }).catch(
    (error: Error) => error.name,
  );
  await untilWaiting(api, 1);
  leaving.abort();
  expect(await gone).toBe('AbortError');
  await untilWaiting(api, 0);
});

test('without a free place the answer comes at once, and says when to ask again', async () => {
  const job = await running();
  const etag = await etagOf(job);
  const first = get(`/jobs/${job.jobId}?wait=25`, { etag, from: crowded });
  await untilWaiting(api, 1);
  const second = await timed(get(`/jobs/${job.jobId}?wait=25`, { etag, from: crowded }));
  expect(second.result.status).toBe(304);
  expect(Number(second.result.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(second.milliseconds).toBeLessThan(PROMPT);
  await advance(api, job, 20);
  expect((await first).status).toBe(200);
  await untilWaiting(api, 0);
});

test('the place of an instance that died is free again after its time', async () => {
  let clock = Date.now();
  const items = new QueueClient(dynamoDb(), RESOURCES.queueTable);
  const one = new WaitingPlaces(items, 1, () => new Date(clock));
  expect(await one.take(25)).toBeDefined();
  expect(await one.take(25)).toBeUndefined();
  clock += 31_000;
  const release = await one.take(25);
  expect(release).toBeDefined();
  await release?.();
  expect(await placesTaken()).toBe(0);
});

describe('a job that does not exist yet', () => {
  test('is waited for by its id, and by its key', async () => {
    const key = uploadKey('soon.png');
    const found = timed(get(`/jobs?key=${encodeURIComponent(key)}&wait=25`));
    await untilWaiting(api, 1);
    await api.upload(key, PIXEL);
    const { result } = await found;
    const [summary] = ((await result.json()) as { jobs: Job[] }).jobs;
    expect(summary).toMatchObject({ key });
  });

  test('of another tenant is as absent as one that nobody has', async () => {
    const job = await running();
    const foreign = await timed(get(`/jobs/${job.jobId}?wait=1`, { as: 'globex/bob' }));
    const nobody = await timed(get(`/jobs/job_${'a'.repeat(26)}?wait=1`, { as: 'globex/bob' }));
    expect([foreign.result.status, nobody.result.status]).toEqual([404, 404]);
    for (const { milliseconds } of [foreign, nobody]) expect(milliseconds).toBeGreaterThan(950);
  });
});

test('a wait without a key, or a longer one than API Gateway allows, is refused', async () => {
  for (const path of ['/jobs?wait=5', `/jobs/job_${'a'.repeat(26)}?wait=26`])
    expect((await get(path)).status).toBe(400);
});

test('a server that is stopped waits for its clients no longer than for others', async () => {
  const job = await running();
  const etag = await etagOf(job);
  const stopped = await serveApi({ ...productEnvironment(api.cloud.urls.storage) });
  const waiting = get(`/jobs/${job.jobId}?wait=25`, { etag, from: stopped }).catch(() => 'closed');
  await untilWaiting(api, 1);
  const { milliseconds } = await timed(stopped.close());
  expect(milliseconds).toBeLessThan(8_000);
  expect(await waiting).toBe('closed');
});
