import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Pipeline, startPipeline, uploadKey } from '../support/pipeline.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';
import { settled } from '../support/settled-cloud.ts';
import {
  expectWhole,
  hashesOf,
  shortClip,
  signal,
  strikeTasks,
  type Target,
  taskLife,
} from '../support/strike-tasks.ts';

/** Uploads; the task of each is killed. */
const UPLOADS = proofSize(4);
/** One upload in so many is killed at every try. */
const HOPELESS = 10;

let pipeline: Pipeline;
let clip: Buffer;
beforeAll(async () => {
  process.env.TASK_HEARTBEAT_SECONDS = '0.5';
  // HeartbeatSeconds 300 become 15. Jobs wait for room on two cores.
  pipeline = await startPipeline({ timeoutScale: 0.05, patience: 3_000_000 });
  clip = await shortClip();
});
afterAll(async () => {
  delete process.env.TASK_HEARTBEAT_SECONDS;
  await pipeline?.stop();
});

test(`of ${UPLOADS} video tasks that are killed without warning, each is run again; none is stuck, and no manifest is partial`, async () => {
  const random = seededRandom(proofSeed());
  const life = await taskLife(pipeline, clip);
  const targets: Target[] = Array.from({ length: UPLOADS }, (_, i) => ({
    key: uploadKey(`killed-${i}.mp4`),
    strikes: i % HOPELESS === HOPELESS - 1 ? Number.POSITIVE_INFINITY : 1,
  }));
  // ECS tells of half of the deaths; the others are only missed by their heartbeats.
  const lost = loseTaskEvents(() => random.chance(0.5));
  const { jobs, struck } = await strikeTasks(pipeline, { clip, life, random, targets }, (pid) =>
    signal(pid, 'SIGKILL'),
  );
  await settled(pipeline.cloud);

  const completed = jobs.filter(({ status }) => status === 'COMPLETED');
  const failed = jobs.filter(({ status }) => status === 'FAILED');
  const letters = await pipeline.deadLetters();
  reportProof(3, {
    uploads: UPLOADS,
    struck,
    lost: lost(),
    completed: completed.length,
    failed: failed.length,
  });
  expect(completed.length + failed.length).toBe(UPLOADS);
  // Some end before their moment comes, more of them on a busy machine.
  expect(struck).toBeGreaterThan(UPLOADS / 5);
  for (const job of completed) await expectWhole(pipeline, job);
  expect(new Set(await Promise.all(completed.map((job) => hashesOf(pipeline, job)))).size).toBe(1);
  // Only what was killed at each try has failed: with one dead letter, and no output.
  const hopeless = new Set(targets.filter(({ strikes }) => strikes > 1).map(({ key }) => key));
  expect(failed.filter(({ key }) => !hopeless.has(key))).toEqual([]);
  expect(letters.map(({ jobId }) => jobId).sort()).toEqual(failed.map(({ jobId }) => jobId).sort());
  const outputs = await pipeline.outputs();
  for (const { stem } of failed) expect(outputs.filter((key) => key.includes(`/${stem}_`))).toEqual([]);
}, 3_600_000);

/** Drops events of stopped tasks; returns how many so far. */
function loseTaskEvents(lose: () => boolean): () => number {
  const { events } = pipeline.cloud;
  const put = events.put;
  let lost = 0;
  events.put = (entry, bus) => {
    if (entry.source !== 'aws.ecs' || !lose()) return put.call(events, entry, bus);
    lost += 1;
    return '';
  };
  return () => lost;
}
