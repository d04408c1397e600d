import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inBatches } from '../../base/in-batches.ts';
import { RESOURCES } from '../../local/resources.ts';
import { shuffled } from '../support/held-events.ts';
import type { JobApi } from '../support/job-api.ts';
import { uploadKey } from '../support/pipeline.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';
import { settled } from '../support/settled-cloud.ts';
import { startStandInApi } from '../support/stand-in-api.ts';
import { PIXEL, type standInWorker } from '../support/stand-in-worker.ts';

const UPLOADS = proofSize(30);
const AT_ONCE = 5;

let api: JobApi;
let worker: ReturnType<typeof standInWorker>;
beforeAll(async () => {
  ({ api, worker } = await startStandInApi());
});
afterAll(() => api?.stop());

/** Milliseconds that jobs take which begin at the same time. */
async function durationOf(keys: readonly string[]): Promise<number> {
  const began = performance.now();
  await Promise.all(keys.map((key) => api.upload(key, PIXEL)));
  await settled(api.cloud);
  return performance.now() - began;
}

test(`of ${UPLOADS} uploads that are deleted at random moments of their jobs, none keeps an output and none is tried again`, async () => {
  const random = seededRandom(proofSeed());
  worker.dawdle('.png', 40);
  const whole = Array.from({ length: AT_ONCE }, (_, i) => uploadKey(`whole-${i}.png`));
  await durationOf(whole);
  const duration = await durationOf(whole);
  await Promise.all(whole.map(api.remove));

  // The moments are spread over the job's life and beyond its end.
  const moments = Array.from(
    { length: UPLOADS },
    (_, i) => (1.5 * duration * (i + random.below(1000) / 1000)) / UPLOADS,
  );
  const keys = moments.map((_, i) => uploadKey(`deleted-${i}.png`));
  const permanently = moments.map(() => random.chance(0.5));
  const order = shuffled([...keys.keys()], random);
  await inBatches(order, AT_ONCE, async (i) => {
    const Key = keys[i] ?? '';
    const { VersionId } = await api.upload(Key, PIXEL);
    await sleep(moments[i]);
    const version = permanently[i] ? { VersionId } : {};
    await api.s3.send(new DeleteObjectCommand({ Bucket: RESOURCES.mediaBucket, Key, ...version }));
  });
  await settled(api.cloud);

  const jobs = (await api.jobs()).filter(({ key }) => keys.includes(key));
  const cancelled = jobs.filter(({ status }) => status === 'CANCELLED');
  const completed = jobs.filter(({ status }) => status === 'COMPLETED');
  reportProof(11, { uploads: UPLOADS, cancelled: cancelled.length, completed: completed.length });
  expect(jobs).toHaveLength(UPLOADS);
  expect(cancelled.length + completed.length).toBe(UPLOADS);
  expect(cancelled.length).toBeGreaterThan(0);
  // What was completed before the deletion says that its outputs are gone.
  expect(completed.filter(({ outputsRemovedAt }) => !outputsRemovedAt)).toEqual([]);
  expect(await api.outputs()).toEqual([]);
  expect(jobs.filter(({ attempt }) => attempt !== 1)).toEqual([]);
  expect(jobs.flatMap(({ executionArn }) => repeatedStates(executionArn))).toEqual([]);
  expect(await api.deadLetters()).toEqual([]);
}, 3_600_000);

/** Names of the states whose task was scheduled more than once. */
function repeatedStates(executionArn: string): string[] {
  const { states } = api.cloud;
  const scheduled = states.histories
    .read(states.find(executionArn))
    .flatMap(({ type, state }) => (type === 'TaskScheduled' ? (state ?? '') : []));
  return scheduled.filter((state, i) => scheduled.indexOf(state) !== i);
}
