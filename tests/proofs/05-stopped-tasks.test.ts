import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ObjectVersions } from '../../core/aws/object-versions.ts';
import { RESOURCES } from '../../local/resources.ts';
import { type Pipeline, startPipeline, uploadKey } from '../support/pipeline.ts';
import { processes } from '../support/processes.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';
import { settled } from '../support/settled-cloud.ts';
import { expectWhole, hashesOf, shortClip, signal, strikeTasks, taskLife } from '../support/strike-tasks.ts';

const UPLOADS = proofSize(4);
/** ECS kills a task this long after it told it to stop: stopTimeout in terraform, at most 120 s. */
const STOP_TIMEOUT = 120_000;
/** Well before that; on an idle machine it takes a second. */
const EXIT_WITHIN = 30_000;

let pipeline: Pipeline;
let clip: Buffer;
beforeAll(async () => {
  process.env.TASK_HEARTBEAT_SECONDS = '0.5';
  pipeline = await startPipeline({ timeoutScale: 0.05, patience: 3_000_000 });
  clip = await shortClip();
});
afterAll(async () => {
  delete process.env.TASK_HEARTBEAT_SECONDS;
  await pipeline?.stop();
});

/** Milliseconds until a process has ended; kills it after `STOP_TIMEOUT`, as ECS does. */
async function exitOf(pid: number): Promise<number> {
  const began = Date.now();
  while ((await processes()).some((one) => one.pid === pid)) {
    if (Date.now() - began > STOP_TIMEOUT) signal(pid, 'SIGKILL');
    await sleep(100);
  }
  return Date.now() - began;
}

test(`of ${UPLOADS} video tasks that are told to stop, each exits in time, leaves nothing that it wrote, and is run again`, async () => {
  const random = seededRandom(proofSeed());
  const life = await taskLife(pipeline, clip);
  const targets = Array.from({ length: UPLOADS }, (_, i) => ({
    key: uploadKey(`stopped-${i}.mp4`),
    strikes: 1,
  }));
  const exits: Promise<number>[] = [];
  const { jobs, struck } = await strikeTasks(pipeline, { clip, life, random, targets }, (pid) => {
    signal(pid, 'SIGTERM');
    exits.push(exitOf(pid));
  });
  const slowest = Math.max(...(await Promise.all(exits)));
  await settled(pipeline.cloud);

  const versions = new ObjectVersions(pipeline.s3);
  const tries = jobs.map(({ executionArn }) => {
    const events = pipeline.cloud.states.histories.read(pipeline.cloud.states.find(executionArn));
    return events.filter(({ type, state }) => type === 'TaskScheduled' && state === 'TranscodeVideo').length;
  });
  reportProof(5, { uploads: UPLOADS, struck, tries: tries.reduce((a, b) => a + b), slowest });
  // Some end before their moment comes, more of them on a busy machine.
  expect(struck).toBeGreaterThan(UPLOADS / 5);
  expect(slowest).toBeLessThan(EXIT_WITHIN);
  expect(Math.max(...tries)).toBe(2);
  for (const job of jobs) {
    await expectWhole(pipeline, job);
    // One version of each object: what the stopped task had written is gone.
    const prefix = (job.manifestKey ?? '').replace('manifest.json', '');
    const keys = (await versions.list(RESOURCES.outputBucket, prefix)).map(({ key }) => key);
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  }
  expect(new Set(await Promise.all(jobs.map((job) => hashesOf(pipeline, job)))).size).toBe(1);
  expect(await pipeline.deadLetters()).toEqual([]);
}, 3_600_000);
