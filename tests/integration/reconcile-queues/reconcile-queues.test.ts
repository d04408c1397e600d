import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { readConfig } from '../../../base/config.ts';
import { executionName } from '../../../core/aws/executions.ts';
import { TaskTokens } from '../../../core/aws/task-tokens.ts';
import type { Job } from '../../../core/jobs/job.ts';
import type { Member } from '../../../core/queue/queue-items.ts';
import { QueueStore } from '../../../core/queue/queue-store.ts';
import { reconcileQueues, SETTINGS } from '../../../lambdas/reconcile-queues/reconcile-queues.ts';
import { RESOURCES } from '../../../local/resources.ts';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { lineOf, namesInLine } from '../../support/queue-line.ts';
import { PIXEL, standInWorker } from '../../support/stand-in-worker.ts';

const QUEUE = 'ProcessImage';

let api: JobApi;
let store: QueueStore;
const worker = standInWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));
beforeAll(async () => {
  process.env.MAX_CONCURRENT_IMAGES = '1';
  // The worker does not give back its slots, and nobody hears of the ends of executions.
  api = await startApi(
    { work: worker.work },
    { dropStatusEvents: true, functionConcurrency: 16, timeScale: 1000 },
  );
  store = new QueueStore(api.table, RESOURCES.queueTable);
});
afterAll(async () => {
  delete process.env.MAX_CONCURRENT_IMAGES;
  await api?.stop();
});

/** One round, so many minutes after midnight, and long after now. */
function reconcile({ minute = 1, settings = {} }: { minute?: number; settings?: object } = {}) {
  const config = readConfig({ ...process.env, ...settings }, SETTINGS);
  const now = () => new Date(Math.ceil(Date.now() / 86_400_000) * 86_400_000 + minute * 60_000);
  return reconcileQueues({ ...api.deps, tokens: new TaskTokens(api.sfn), config, now });
}

const rowOf = async (key: string) => (await api.jobs()).find((row) => row.key === key) as Job;
const slots = async () => (await store.read(QUEUE)).slots.map(({ name }) => name);
const line = () => namesInLine(store, QUEUE);
const name = ({ executionArn }: Job) => executionName(executionArn);

async function uploaded(file: string): Promise<Job> {
  const key = uploadKey(file);
  await api.upload(key, PIXEL);
  return api.until(`the kind of ${file}`, async () => {
    const row = await rowOf(key);
    return row?.kind && row;
  });
}
const ended = (job: Job) =>
  api.until(`the end of ${job.key}`, async () => {
    const execution = await api.deps.executions.describe(job.executionArn);
    return execution?.status !== 'RUNNING';
  });
/** A job that has the slot and works, and one that waits. */
async function pair(label: string) {
  const release = worker.hold(`${label}-first`);
  const first = await uploaded(`${label}-first.png`);
  await api.until('the slot', async () => (await slots()).includes(name(first)));
  const second = await uploaded(`${label}-second.png`);
  await api.until('the line', async () => (await line()).includes(name(second)));
  return { first, second, release };
}

beforeEach(async () => {
  for (const taken of await slots()) await api.deps.queue.leave(QUEUE, taken);
});

test('the slot of an ended execution goes to the next in line, and that of a running one does not', async () => {
  const { first, second, release } = await pair('ended');
  expect(await reconcile()).toMatchObject({ released: 0 });
  expect(await slots()).toEqual([name(first)]);
  release();
  await ended(first);
  expect(await reconcile()).toMatchObject({ released: 1 });
  await ended(second);
  expect(await reconcile()).toMatchObject({
    released: 1,
    loads: [{ queue: QUEUE, isFull: false, line: undefined }],
  });
  expect({ slots: await slots(), line: await line() }).toEqual({ slots: [], line: [] });
});

test('that of an execution whose row claims to run goes on every fifth minute, when Step Functions is asked', async () => {
  const { first, second, release } = await pair('claims');
  api.cloud.states.stop(first.executionArn);
  release();
  expect(await rowOf(first.key)).toMatchObject({ status: 'PROCESSING' });
  expect(await reconcile({ minute: 1 })).toMatchObject({ released: 0 });
  expect(await reconcile({ minute: 5 })).toMatchObject({ released: 1 });
  await ended(second);
});

test('a job that was given a slot and never told is told', async () => {
  const { first, second, release } = await pair('untold');
  const [waiting] = await lineOf(store, QUEUE);
  const at = new Date().toISOString();
  await store.give(QUEUE, 0, waiting as Member, { from: name(first), at });
  expect(await reconcile()).toMatchObject({ told: 1 });
  await ended(second);
  expect(await line()).toEqual([]);
  expect(await reconcile()).toMatchObject({ told: 0 });
  release();
  await ended(first);
});

test('a limit that is raised takes effect, and one that is turned off lets everybody go', async () => {
  const { first, second, release } = await pair('raised');
  await reconcile({ settings: { MAX_CONCURRENT_IMAGES: '2' } });
  await ended(second);
  const third = await uploaded('raised-third.png');
  const { loads } = await reconcile({ minute: 5, settings: { MAX_CONCURRENT_IMAGES: '1' } });
  expect(loads).toMatchObject([{ queue: QUEUE, isFull: true, line: { waiting: 1 } }]);
  expect(loads[0]?.line?.oldestSeconds).toBeGreaterThan(0);
  const { fullSince } = await store.read(QUEUE);
  expect(Date.parse(fullSince ?? '')).not.toBeNaN();
  // Since then, not since it was last looked at.
  await reconcile({ minute: 6, settings: { MAX_CONCURRENT_IMAGES: '1' } });
  expect((await store.read(QUEUE)).fullSince).toBe(fullSince);
  await reconcile({ settings: { MAX_CONCURRENT_IMAGES: '0' } });
  expect((await store.read(QUEUE)).fullSince).toBeUndefined();
  await ended(third);
  release();
  await ended(first);
  await reconcile();
});
