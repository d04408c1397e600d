import { expect } from '@jest/globals';
import type { Job } from '../../core/jobs/job.ts';
import { clipStudio, SOUND } from './clips.ts';
import { type Pipeline, uploadKey } from './pipeline.ts';
import { processesOf } from './processes.ts';
import type { Random } from './random.ts';

/** Makes a clip whose task takes about as long to start as to work. */
export async function shortClip(): Promise<Buffer> {
  const studio = await clipStudio();
  try {
    const picture = 'testsrc2=size=426x240:rate=25:duration=2';
    const encoding = ['-pix_fmt', 'yuv420p', '-preset', 'ultrafast', '-shortest'];
    await studio.make('clip.mp4', [picture, SOUND], ...encoding);
    return await studio.read('clip.mp4');
  } finally {
    await studio.remove();
  }
}

/** Upload whose tasks are struck, each at a moment of its own. */
export interface Target {
  key: string;
  /** Number of its tasks that are struck. */
  strikes: number;
}

/** Milliseconds that the task of a clip lives when as many run as there is room for. */
export async function taskLife(pipeline: Pipeline, clip: Buffer): Promise<number> {
  const keys = ['whole-0.mp4', 'whole-1.mp4'].map((file) => uploadKey(file));
  await Promise.all(keys.map((key) => pipeline.upload(key, clip)));
  const seen = new Map<string, { first: number; last: number }>();
  await pipeline.until('whole jobs', async () => {
    const jobs = (await pipeline.jobs()).filter(({ key }) => keys.includes(key));
    for (const job of jobs)
      if ((await processesOf(job)).task.length > 0)
        seen.set(job.key, { first: seen.get(job.key)?.first ?? Date.now(), last: Date.now() });
    return jobs.length === keys.length && jobs.every(({ status }) => status === 'COMPLETED');
  });
  return Math.max(...[...seen.values()].map(({ first, last }) => last - first));
}

/** Uploads clips, strikes their tasks, and returns the jobs when all have ended. */
export async function strikeTasks(
  pipeline: Pipeline,
  { clip, life, random, targets }: { clip: Buffer; life: number; random: Random; targets: readonly Target[] },
  strike: (pid: number, target: Target) => void,
): Promise<{ jobs: Job[]; struck: number }> {
  const left = new Map(targets.map(({ key, strikes }) => [key, strikes]));
  /** When each task is struck, by process. */
  const due = new Map<number, number>();
  let struck = 0;
  for (const { key } of targets) await pipeline.upload(key, clip);
  const jobs = await pipeline.until('all jobs to end', async () => {
    const rows = (await pipeline.jobs()).filter(({ key }) => left.has(key));
    for (const job of rows) {
      const [pid] = (await processesOf(job)).task;
      if (pid === undefined || !left.get(job.key)) continue;
      const moment = due.get(pid) ?? Date.now() + random.below(life);
      due.set(pid, moment);
      if (Date.now() < moment) continue;
      due.set(pid, Number.POSITIVE_INFINITY);
      left.set(job.key, (left.get(job.key) ?? 0) - 1);
      struck += 1;
      strike(pid, targets.find(({ key }) => key === job.key) as Target);
    }
    const ended = rows.filter(
      ({ status, attempt, notifiedAttempt }) => status === 'COMPLETED' || notifiedAttempt === attempt,
    );
    return ended.length === targets.length && ended;
  });
  return { jobs, struck };
}

/** Sends a signal to a process, which may have ended by itself a moment ago. */
export function signal(pid: number, name: NodeJS.Signals): void {
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
  'storyboard.vtt',
  'thumb_large.jpg',
];

/** Expects that a job is as if nothing had happened: complete, with all its outputs, each as the manifest says. */
export async function expectWhole(pipeline: Pipeline, job: Job): Promise<void> {
  expect(job).toMatchObject({ status: 'COMPLETED', attempt: 1 });
  const { outputs } = await pipeline.manifest(job);
  const prefix = (job.manifestKey ?? '').replace('manifest.json', '');
  expect(outputs.map(({ key }) => key.slice(prefix.length))).toEqual(expect.arrayContaining(NAMES));
  const stored = (await pipeline.outputs()).filter((key) => key.startsWith(prefix));
  expect(stored.sort()).toEqual([...outputs.map(({ key }) => key), job.manifestKey].sort());
  expect(await pipeline.missing(job)).toEqual([]);
}

/** Hashes of a job's outputs, but for the storyboard's WebVTT, which names its picture by the upload's stem. */
export const hashesOf = async (pipeline: Pipeline, job: Job): Promise<string> =>
  (await pipeline.manifest(job)).outputs
    .flatMap(({ key, sha256 }) => (key.endsWith('.vtt') ? [] : sha256))
    .join();
