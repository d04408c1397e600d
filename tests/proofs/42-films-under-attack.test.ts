import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inBatches } from '../../base/in-batches.ts';
import type { Job } from '../../core/jobs/job.ts';
import { SHORT_FILM_CHUNKS, SPLIT_SHORT_FILMS, shortFilm } from '../support/films/short-film.ts';
import { type JobApi, startApi } from '../support/job-api.ts';
import { uploadKey } from '../support/pipeline.ts';
import { processes } from '../support/processes.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';
import { settled } from '../support/settled-cloud.ts';
import { hashesOf, signal } from '../support/strike-tasks.ts';

/** Films of which a chunk is killed; two thirds as many are cancelled. */
const KILLS = proofSize(3);
const CANCELS = Math.ceil((KILLS * 2) / 3);

const SETTINGS = {
  TASK_HEARTBEAT_SECONDS: '0.5',
  ...SPLIT_SHORT_FILMS,
  MAX_CONCURRENT_VIDEO_TASKS: '4',
  MAX_TENANT_TASK_PERCENT: '100',
  // With several, x264's bytes depend on how many there are.
  MEDIA_PROCESSOR_CONCURRENCY: '1',
};

let api: JobApi;
let film: Buffer;
/** Parts of jobs whose tasks were started, by job. */
const started = new Map<string, string[]>();
const random = seededRandom(proofSeed());

beforeAll(async () => {
  Object.assign(process.env, SETTINGS);
  // HeartbeatSeconds 300 become 60: a chunk that is stopped outlasts the others.
  api = await startApi({}, { timeoutScale: 0.2 });
  const { fargate } = api.cloud;
  const run = fargate.run.bind(fargate);
  fargate.run = (request) => {
    const variables = Object.fromEntries(request.environment.map(({ Name, Value }) => [Name, Value]));
    const { JOB_ID = '', PART = '', CHUNK } = variables;
    started.set(JOB_ID, [...(started.get(JOB_ID) ?? []), CHUNK === undefined ? PART : `${PART} ${CHUNK}`]);
    return run(request);
  };
  film = await shortFilm();
});
afterAll(async () => {
  for (const name of Object.keys(SETTINGS)) delete process.env[name];
  await api?.stop();
});

const rowOf = async (key: string) => (await api.jobs()).findLast((job) => job.key === key);
/** Task programs of chunks of a job. */
const chunkTasks = async (job: Job, chunk?: number) =>
  (await processes()).filter(
    ({ environment }) =>
      environment.includes(job.jobId) &&
      environment.includes('PART=chunk') &&
      (chunk === undefined || environment.includes(`CHUNK=${chunk}\0`)),
  );
const nothingLeft = async () => {
  await settled(api.cloud);
  expect((await api.outputs()).filter((key) => key.startsWith('intermediate/'))).toEqual([]);
};

/** Uploads a film, and waits until some of its chunks are encoded. */
async function uploadFilm(name: string): Promise<Job> {
  const key = uploadKey(name);
  await api.upload(key, film);
  return api.until('chunks', async () => {
    const job = await rowOf(key);
    return job && ((await chunkTasks(job)).length > 0 || job.status !== 'PROCESSING') && job;
  });
}

describe('a film that other tasks encode in chunks', () => {
  test(`is whole although ${KILLS} of its chunks are killed`, async () => {
    const whole = await uploadFilm('whole.mp4');
    const untouched = await api.ended(whole.key);
    expect(untouched.status).toBe('COMPLETED');
    expect(started.get(whole.jobId)?.toSorted()).toEqual([
      ...['chunk 0', 'chunk 1', 'chunk 2', 'chunk 3', 'join', 'whole'],
    ]);
    await nothingLeft();
    let killed = 0;
    const jobs = await inBatches(
      Array.from({ length: KILLS }, (_, i) => i),
      2,
      async (i) => {
        const job = await uploadFilm(`killed-${i}.mp4`);
        await new Promise((resolve) => setTimeout(resolve, random.below(1500)));
        // At another moment, if none is at work in this one.
        const tasks = await api.until('a chunk at work, or the end', async () => {
          const found = await chunkTasks(job);
          return (found.length > 0 || (await rowOf(job.key))?.status !== 'PROCESSING') && found;
        });
        const task = tasks[random.below(Math.max(1, tasks.length))];
        if (task) {
          killed++;
          signal(task.pid, 'SIGKILL');
        }
        return api.ended(job.key);
      },
    );
    expect(jobs.map(({ status, error }) => error ?? status)).toEqual(jobs.map(() => 'COMPLETED'));
    await nothingLeft();
    reportProof(42, { films: KILLS, killed });
    expect(killed).toBeGreaterThan(KILLS / 3);
    const hashes = await hashesOf(api, untouched);
    for (const job of jobs) {
      expect(job).toMatchObject({ status: 'COMPLETED', attempt: 1 });
      expect(await api.missing(job)).toEqual([]);
      expect(await hashesOf(api, job)).toBe(hashes);
    }
  });

  test(`leaves nothing in ${CANCELS} cancellations`, async () => {
    const jobs = await inBatches(
      Array.from({ length: CANCELS }, (_, i) => i),
      2,
      async (i) => {
        const job = await uploadFilm(`cancelled-${i}.mp4`);
        await new Promise((resolve) => setTimeout(resolve, random.below(1500)));
        const { status } = await api.call('DELETE', `/api/media/jobs/${job.jobId}`);
        return { job, status };
      },
    );
    const cancelled = jobs.filter(({ status }) => status === 200);
    expect(cancelled.length).toBeGreaterThan(0);
    for (const { job } of cancelled)
      await api.until('the end of its tasks', async () => (await chunkTasks(job)).length === 0);
    await nothingLeft();
    const outputs = await api.outputs();
    for (const { job } of cancelled) {
      expect(await api.deps.jobs.get(job.jobId)).toMatchObject({ status: 'CANCELLED' });
      expect(outputs.filter((key) => key.includes(`/${job.stem}_`))).toEqual([]);
    }
    expect((await api.deps.queue.read('TranscodeVideo')).slots).toEqual([]);
  });

  test('of which one chunk fails for good is redriven: only that runs again', async () => {
    const job = await uploadFilm('failed.mp4');
    let isOver = false;
    const killing = (async () => {
      while (!isOver) {
        const done = (await api.history(job.executionArn)).filter(
          ({ type }) => type === 'MapIterationSucceeded',
        );
        const areDone = done.length === SHORT_FILM_CHUNKS - 1;
        for (const { pid } of await chunkTasks(job, 1)) signal(pid, areDone ? 'SIGKILL' : 'SIGSTOP');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    const failed = await api.ended(job.key);
    isOver = true;
    await killing;
    expect(failed).toMatchObject({
      status: 'FAILED',
      error: { name: 'OutOfMemory', state: 'TranscodeChunkInLargerTask' },
    });
    await settled(api.cloud);
    const before = started.get(job.jobId)?.length ?? 0;
    await api.sfn.send(new RedriveExecutionCommand({ executionArn: job.executionArn }));
    const redriven = await api.until('its completion', async () => {
      const row = await api.deps.jobs.get(job.jobId);
      return row?.status === 'COMPLETED' && row;
    });
    expect(started.get(job.jobId)?.slice(before)).toEqual(['chunk 1', 'join']);
    expect(await api.missing(redriven)).toEqual([]);
    await nothingLeft();
  });
});
