import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inBatches } from '../../base/in-batches.ts';
import type { Job } from '../../core/jobs/job.ts';
import { type ClipStudio, clipStudio, H264, PICTURE, SOUND } from '../support/clips.ts';
import { type JobApi, startApi } from '../support/job-api.ts';
import { uploadKey } from '../support/pipeline.ts';
import { proofSeed, proofSize } from '../support/proof-size.ts';

const MOMENTS = proofSize(4);
const SEED = proofSeed();

let api: JobApi;
let studio: ClipStudio;
let directory: string;
beforeAll(async () => {
  process.env.TASK_HEARTBEAT_SECONDS = '0.5';
  directory = await mkdtemp(join(tmpdir(), 'cancel-'));
  [api, studio] = await Promise.all([startApi({}, { directory }), clipStudio()]);
});
afterAll(async () => {
  delete process.env.TASK_HEARTBEAT_SECONDS;
  await api?.stop();
  await studio?.remove();
  await rm(directory, { recursive: true, force: true });
});

const CLIPS: Record<string, () => Promise<string>> = {
  'VIDEO.mp4': () => studio.make('clip.mp4', [PICTURE, SOUND], ...H264, '-shortest'),
  'AUDIO.wav': () => studio.make('clip.wav', [SOUND.replace('2', '20')]),
};

/** Programs that work in this cloud's directory, or were told of it: tasks, and ffmpeg, whose environment is bare. */
async function children(): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const ours = await Promise.all(
    pids.map(async (pid) => {
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return cwd.startsWith(directory) || environment.includes(`TMPDIR=${directory}`);
    }),
  );
  return pids.filter((_, i) => ours[i]).map(Number);
}

const rowOf = async (key: string): Promise<Job | undefined> => {
  const entry = await api.deps.ledger.get({ bucket: api.deps.config.MEDIA_BUCKET, key });
  return entry?.latestJobId ? api.deps.jobs.get(entry.latestJobId) : undefined;
};

describe.each(Object.entries(CLIPS))('a task of %s', (name, make) => {
  test(`that is cancelled at ${MOMENTS} moments ends once, with its processes, and leaves no output`, async () => {
    const content = await readFile(await make());
    const wholeKey = uploadKey(`whole-${name}`);
    const began = performance.now();
    await api.upload(wholeKey, content);
    expect(await api.ended(wholeKey)).toMatchObject({ status: 'COMPLETED', kind: name.slice(0, 5) });
    const duration = performance.now() - began;
    let busiest = 0;

    const moments = Array.from({ length: MOMENTS }, (_, i) => duration * ((i * 0.618 + SEED / 7) % 1));
    const outcomes = await inBatches(moments, 2, async (moment) => {
      const key = uploadKey(`${moment.toFixed(3)}-${name}`);
      await api.upload(key, content);
      const { jobId } = await api.until('the job', () => rowOf(key));
      await sleep(moment);
      busiest = Math.max(busiest, (await children()).length);
      const { status } = await api.call('DELETE', `/api/media/jobs/${jobId}`);
      return { jobId, key, status };
    });

    const cancelledAt = Date.now();
    await api.until('every process to end', async () => (await children()).length === 0);
    expect(Date.now() - cancelledAt).toBeLessThan(20_000);
    const left = await api.outputs();
    for (const { jobId, status } of outcomes) {
      const job = await api.deps.jobs.get(jobId);
      const ends = job?.timeline
        .filter((entry) => entry.status !== 'PROCESSING')
        .map((entry) => entry.status);
      expect([status, ends]).toEqual(status === 200 ? [200, ['CANCELLED']] : [409, ['COMPLETED']]);
      const outputs = left.filter((output) => job?.stem && output.includes(`/${job.stem}_`));
      expect(status === 200 ? outputs : []).toEqual([]);
    }
    const cancelled = outcomes.filter(({ status }) => status === 200).length;
    process.stdout.write(
      `${name}: ${cancelled} of ${MOMENTS} cancelled, at most ${busiest} processes at once\n`,
    );
    expect(busiest).toBeGreaterThan(0);
    expect(await api.deadLetters()).toEqual([]);
  }, 900_000);
});
