import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Job } from '../../core/jobs/job.ts';
import type { AwsCall } from '../../local/faults/aws-call.ts';
import type { Fault } from '../../local/faults/faults.ts';
import { RESOURCES } from '../../local/resources.ts';
import { shuffled } from '../support/held-events.ts';
import { type Pipeline, startPipeline, uploadKey } from '../support/pipeline.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';
import { settled } from '../support/settled-cloud.ts';
import { smallPng } from '../support/small-png.ts';
import { ffmpeg, soundStudio } from '../support/sound.ts';

/** Cases: a call of a job and the way in which it fails. A full run has them all. */
const CASES = proofSize(8);
/** Before the call took effect, and after: with an error, and without an answer. */
const FAULTS = ['error', 'drop', 'error-after', 'drop-after'] as const satisfies readonly Fault[];
/** The SDK tries three times: so often, and it gives up, and the state is retried. */
const SDK_TRIES = 3;

interface Case {
  kind: string;
  name: string;
  ordinal: number;
  fault: (typeof FAULTS)[number];
}

let pipeline: Pipeline;
/** One that a Lambda function processes, and one that is a Fargate task. */
let files: Record<string, Buffer>;
beforeAll(async () => {
  pipeline = await startPipeline();
  const studio = await soundStudio();
  await ffmpeg('-v', 'error', '-f', 'lavfi', '-i', 'sine=d=1', studio.path('tone.wav'));
  files = { 'picture.png': await smallPng('red'), 'tone.wav': await readFile(studio.path('tone.wav')) };
  await studio.remove();
});
afterAll(() => pipeline?.stop());

/** The pipeline's own calls; the rest are this test's. */
const isOurs = ({ service, action, bucket }: AwsCall) =>
  action !== 'Scan' &&
  service !== 'sqs' &&
  !(action === 'PutObject' && bucket === RESOURCES.mediaBucket) &&
  !['DescribeExecution', 'ListExecutions', 'GetExecutionHistory'].includes(action);
const nameOf = ({ service, action }: AwsCall) => `${service}.${action}`;

async function processed(kind: string, label: string): Promise<Job | undefined> {
  const key = uploadKey(`${label}-${kind}`);
  await pipeline.upload(key, files[kind] ?? '');
  await settled(pipeline.cloud);
  return (await pipeline.jobs()).find((job) => job.key === key);
}

/**
 * Processes a file without faults; gives what its outputs are, and the names of its calls with their number: those that every
 * run makes. The first job of a queue writes its policy, one in a minute the mean time of a slot, and reconcile-queues comes between.
 */
async function faultFree(kind: string) {
  await callsOf(kind);
  const { calls, outputs } = await callsOf(kind);
  const again = await callsOf(kind);
  for (const [name, count] of calls) calls.set(name, Math.min(count, again.calls.get(name) ?? 0));
  // The number of heartbeats is up to the clock: the first one stands for all.
  if (calls.has('states.SendTaskHeartbeat')) calls.set('states.SendTaskHeartbeat', 1);
  return { calls, outputs };
}

let wholes = 0;
async function callsOf(kind: string) {
  const calls = new Map<string, number>();
  const count = (call: AwsCall) => {
    if (isOurs(call)) calls.set(nameOf(call), (calls.get(nameOf(call)) ?? 0) + 1);
  };
  pipeline.cloud.faults.observers.add(count);
  const job = await processed(kind, `whole-${++wholes}`);
  pipeline.cloud.faults.observers.delete(count);
  return { calls, outputs: job && (await hashesOf(job)) };
}

const hashesOf = async (job: Job) =>
  (await pipeline.manifest(job)).outputs.map(({ key, sha256 }) => `${key.replace(/.*_/, '')} ${sha256}`);

test(`whichever call of a job fails, before or after it took effect, the job completes with the same outputs: ${CASES} cases`, async () => {
  const references = new Map<string, Awaited<ReturnType<typeof faultFree>>>();
  for (const kind of Object.keys(files)) references.set(kind, await faultFree(kind));
  const all: Case[] = [...references].flatMap(([kind, { calls }]) =>
    [...calls].flatMap(([name, count]) =>
      Array.from({ length: count }, (_, ordinal) =>
        FAULTS.map((fault) => ({ kind, name, ordinal, fault })),
      ).flat(),
    ),
  );
  expect(all.length).toBeGreaterThan(100);
  const cases = shuffled(all, seededRandom(proofSeed())).slice(0, CASES);
  const wrong: unknown[] = [];
  let hits = 0;
  for (const [i, { kind, name, ordinal, fault }] of cases.entries()) {
    const rule = pipeline.cloud.faults.add({
      ...{ fault, skip: ordinal, times: SDK_TRIES },
      when: (call) => isOurs(call) && nameOf(call) === name,
    });
    const job = await processed(kind, `case-${i}`);
    if (rule.hits() > 0) hits += 1;
    rule.remove();
    const outputs = job?.status === 'COMPLETED' && (await hashesOf(job));
    const missing = job?.status === 'COMPLETED' ? await pipeline.missing(job) : [];
    const whole = JSON.stringify(outputs) === JSON.stringify(references.get(kind)?.outputs);
    if (!whole || missing.length > 0)
      wrong.push({ kind, name, ordinal, fault, status: job?.status, error: job?.error, missing });
  }
  reportProof(4, { cases: cases.length, of: all.length, hits, wrong: wrong.length });
  expect(wrong).toEqual([]);
  // A call may be made less often in another run: no more than a few.
  expect(hits).toBeGreaterThan(0.9 * cases.length - 1);
  expect(await pipeline.deadLetters()).toEqual([]);
}, 3_600_000);
