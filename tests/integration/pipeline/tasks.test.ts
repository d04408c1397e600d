import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Job } from '../../../core/jobs/job.ts';
import { productRules } from '../../../local/product.ts';
import { type Pipeline, startPipeline, uploadKey } from '../../support/pipeline.ts';
import { processes, processesOf } from '../../support/processes.ts';
import { proofSeed, proofSize } from '../../support/proof-size.ts';
import { seededRandom } from '../../support/random.ts';

const run = promisify(execFile);
/** Kills, each at a moment of its own; the seed is printed, so that a failing run can be repeated with SEED=…. */
const MOMENTS = proofSize(20);
const SEED = proofSeed(20261122);

let pipeline: Pipeline;
let clip: Buffer;
beforeAll(async () => {
  process.env.TASK_HEARTBEAT_SECONDS = '0.5';
  pipeline = await startPipeline({
    // HeartbeatSeconds 300 become 15.
    timeoutScale: 0.05,
    // Twenty jobs wait for room on two cores.
    patience: 300_000,
    // A task that dies is only missed by its heartbeats here; kinds.test.ts tests that ECS tells of it, too.
    rules: (await productRules()).filter(({ name }) => name !== 'task-stopped'),
  });
  const folder = await mkdtemp(join(tmpdir(), 'clip-'));
  const file = join(folder, 'clip.mp4');
  const source = [
    '-f',
    'lavfi',
    '-i',
    'testsrc2=size=426x240:rate=25:duration=2',
    '-f',
    'lavfi',
    '-i',
    'sine=duration=2',
  ];
  await run('ffmpeg', [
    '-v',
    'error',
    ...source,
    '-pix_fmt',
    'yuv420p',
    '-preset',
    'ultrafast',
    '-shortest',
    file,
  ]);
  clip = await readFile(file);
  await rm(folder, { recursive: true });
  process.stdout.write(`SEED=${SEED}\n`);
});
afterAll(async () => {
  delete process.env.TASK_HEARTBEAT_SECONDS;
  await pipeline?.stop();
});
afterEach(() => pipeline.cloud.faults.clear());

const started = (key: string) =>
  pipeline.until(`the task of ${key}`, async () => {
    const job = (await pipeline.jobs()).find((row) => row.key === key);
    return job && (await processesOf(job)).task.length > 0 && job;
  });

/** Uploads clips, strikes each one's task once at a random moment of its life, and gives the jobs when all have ended. */
async function strikeEach(
  label: string,
  strike: (pid: number) => void,
): Promise<{ jobs: Job[]; struck: number }> {
  const random = seededRandom(SEED + label.length);
  const moments = new Map(
    Array.from({ length: MOMENTS }, (_, i) => [uploadKey(`${label}-${i}.mp4`), random.below(1500)]),
  );
  const begun = new Map<string, number>();
  let struck = 0;
  for (const key of moments.keys()) await pipeline.upload(key, clip);
  const jobs = await pipeline.until('all jobs to end', async () => {
    const rows = (await pipeline.jobs()).filter(({ key }) => moments.has(key));
    for (const job of rows) {
      const { task } = await processesOf(job);
      const [pid] = task;
      if (pid === undefined || begun.get(job.key) === Number.POSITIVE_INFINITY) continue;
      const since = begun.get(job.key) ?? Date.now();
      begun.set(job.key, since);
      if (Date.now() - since < (moments.get(job.key) ?? 0)) continue;
      begun.set(job.key, Number.POSITIVE_INFINITY);
      struck += 1;
      strike(pid);
    }
    const ended = rows.filter(
      ({ status, attempt, notifiedAttempt }) => status === 'COMPLETED' || notifiedAttempt === attempt,
    );
    return ended.length === MOMENTS && ended;
  });
  return { jobs, struck };
}

/** A task may have ended by itself a moment ago. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const NAMES = [
  '480p.mp4',
  'hls/master.m3u8',
  'metadata.json',
  'poster.jpg',
  'storyboard.jpg',
  'storyboard.vtt',
  'thumb_large.jpg',
];

/** Every job is as if nothing had happened: complete, with all its outputs, each as the manifest says. */
async function expectWhole(jobs: readonly Job[]): Promise<void> {
  const outputs = await pipeline.outputs();
  for (const job of jobs) {
    expect(job).toMatchObject({ status: 'COMPLETED' });
    const { outputs: listed } = await pipeline.manifest(job);
    const prefix = (job.manifestKey ?? '').replace('manifest.json', '');
    expect(listed.map(({ key }) => key.slice(prefix.length))).toEqual(expect.arrayContaining(NAMES));
    const stored = outputs.filter((key) => key.startsWith(prefix));
    expect(stored.sort()).toEqual([...listed.map(({ key }) => key), job.manifestKey].sort());
    for (const { key, size } of listed) expect(await pipeline.output(key)).toHaveLength(size);
  }
}

describe('a video task', () => {
  test('that is killed without warning at any moment is missed and run again; no job is stuck', async () => {
    const { jobs, struck } = await strikeEach('killed', (pid) => signal(pid, 'SIGKILL'));
    process.stdout.write(`Killed ${struck} of ${jobs.length} tasks\n`);
    expect(struck).toBeGreaterThan(MOMENTS / 2);
    await expectWhole(jobs);
    expect(await pipeline.deadLetters()).toEqual([]);
  }, 400_000);

  test('that is told to stop exits within 10 seconds, publishes nothing, and is run again with the same outputs', async () => {
    const exits: Promise<boolean>[] = [];
    const { jobs, struck } = await strikeEach('stopped', (pid) => {
      signal(pid, 'SIGTERM');
      exits.push(sleep(10_000).then(async () => !(await processes()).some((one) => one.pid === pid)));
    });
    process.stdout.write(`Stopped ${struck} of ${jobs.length} tasks\n`);
    expect(struck).toBeGreaterThan(MOMENTS / 2);
    await expectWhole(jobs);
    expect(await Promise.all(exits)).toEqual(Array.from({ length: struck }, () => true));
    // The storyboard's WebVTT names its picture by the upload's stem; all else is the same, byte for byte.
    const hashes = async (job: Job) =>
      (await pipeline.manifest(job)).outputs
        .flatMap(({ key, sha256 }) => (key.endsWith('.vtt') ? [] : sha256))
        .join();
    expect(new Set(await Promise.all(jobs.map(hashes))).size).toBe(1);
    expect(await pipeline.deadLetters()).toEqual([]);
  }, 400_000);

  test('whose execution is stopped ends with its ffmpeg within 20 seconds and leaves no output', async () => {
    const key = uploadKey('cancelled.mp4');
    await pipeline.upload(key, clip);
    const job = await started(key);
    await pipeline.until('ffmpeg', async () => (await processesOf(job)).ffmpeg.length > 0);
    pipeline.cloud.states.stop(job.executionArn);
    const stopped = Date.now();
    await pipeline.until('the processes to end', async () => {
      const { task, ffmpeg } = await processesOf(job);
      return task.length + ffmpeg.length === 0;
    });
    expect(Date.now() - stopped).toBeLessThan(20_000);
    expect(await pipeline.ended(key)).toMatchObject({ status: 'CANCELLED' });
    await pipeline.until(
      'the outputs to go',
      async () => !(await pipeline.outputs()).some((output) => output.includes('/cancelled_')),
    );
  });
});
