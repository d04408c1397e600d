import { setTimeout as sleep } from 'node:timers/promises';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inBatches } from '../../base/in-batches.ts';
import type { Job } from '../../core/jobs/job.ts';
import type { EventEntry } from '../../local/events/event.ts';
import { RESOURCES } from '../../local/resources.ts';
import { holdS3Events } from '../support/held-events.ts';
import type { JobApi } from '../support/job-api.ts';
import { uploadKey } from '../support/pipeline.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';
import { settled } from '../support/settled-cloud.ts';
import { STAND_IN_OUTPUTS, startStandInApi } from '../support/stand-in-api.ts';
import { PIXEL, type standInWorker } from '../support/stand-in-worker.ts';

/** A multiple of twelve: six orders of delivery, for each of two orders in S3. */
const KEYS = proofSize(48);
const AT_ONCE = 24;
const ORDERS = ['012', '021', '102', '120', '201', '210'].map((order) => [...order].map(Number));
/** What happens to a key in S3. The last of the three must win. */
const HISTORIES = [
  ['upload', 'upload', 'delete'],
  ['upload', 'delete', 'upload'],
] as const;

let api: JobApi;
let worker: ReturnType<typeof standInWorker>;
beforeAll(async () => {
  ({ api, worker } = await startStandInApi());
});
afterAll(() => api?.stop());

interface Case {
  key: string;
  order: number[];
  history: (typeof HISTORIES)[number];
}

test(`two uploads and a delete of ${KEYS} keys, whose events come in every order, end as S3 ended`, async () => {
  const random = seededRandom(proofSeed());
  const held = holdS3Events(api.cloud);
  // The events meet jobs that are still at work.
  worker.dawdle('.png', 20);
  const cases: Case[] = Array.from({ length: KEYS }, (_, i) => ({
    key: uploadKey(`key-${i}.png`),
    order: ORDERS[i % 6] as number[],
    history: HISTORIES[Math.floor(i / 6) % 2] as Case['history'],
  }));

  const make = async ({ key, history }: Case) => {
    for (const action of history) await (action === 'upload' ? api.upload(key, PIXEL) : api.remove(key));
  };
  const deliver = async ({ order }: Case, events: EventEntry[]) => {
    for (const position of order) {
      held.deliver(events[position] as EventEntry);
      // At once, while the job before is at work, or after it has ended.
      await sleep(random.pick([0, random.below(60), 300]));
    }
  };
  for (let i = 0; i < KEYS; i += AT_ONCE) {
    const batch = cases.slice(i, i + AT_ONCE);
    await inBatches(batch, AT_ONCE, make);
    const events = held.take(RESOURCES.mediaBucket);
    await inBatches(batch, AT_ONCE, (one) =>
      deliver(
        one,
        events.filter((event) => keyOf(event) === one.key),
      ),
    );
    await settled(api.cloud);
  }

  const jobs = await api.jobs();
  const outputs = await api.outputs();
  const wrong: unknown[] = [];
  let right = 0;
  for (const one of cases) {
    const own = jobs.filter(({ key }) => key === one.key);
    const faults = await faultsOf(one, own, outputs);
    if (faults.length === 0) right += 1;
    else wrong.push({ ...one, faults, jobs: own });
  }
  reportProof(2, { keys: KEYS, right, jobs: jobs.length });
  expect(wrong).toEqual([]);
  expect(await api.deadLetters()).toEqual([]);
}, 3_600_000);

const keyOf = ({ detail }: EventEntry) => (detail as { object: { key: string } }).object.key;

/** What is not as it must be after the last of the three events. */
async function faultsOf({ key, history }: Case, jobs: Job[], outputs: string[]): Promise<string[]> {
  const faults: string[] = [];
  const stem = key.slice(key.lastIndexOf('/') + 1, -'.png'.length);
  const current = outputs.filter((output) => output.includes(`/${stem}_`));
  if (jobs.length !== 2) faults.push(`${jobs.length} jobs`);
  if (jobs.some(({ status }) => status !== 'COMPLETED' && status !== 'CANCELLED'))
    faults.push('a job failed');
  if (history.at(-1) === 'delete') return [...faults, ...current];

  const latest = jobs.toSorted((a, b) => (a.sequencer < b.sequencer ? -1 : 1)).at(-1);
  if (latest?.status !== 'COMPLETED') return [...faults, `the latest upload is ${latest?.status}`];
  faults.push(...(await api.missing(latest)));
  if (current.length !== STAND_IN_OUTPUTS) faults.push(`${current.length} current outputs`);
  for (const output of current) {
    const { Metadata } = await api.s3.send(
      new HeadObjectCommand({ Bucket: RESOURCES.outputBucket, Key: output }),
    );
    if (Metadata?.['job-id'] !== latest.jobId) faults.push(`${output} is of another upload`);
  }
  return faults;
}
