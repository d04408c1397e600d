import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { executionName } from '../../../core/aws/executions.ts';
import { TaskTokens } from '../../../core/aws/task-tokens.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { JobStore } from '../../../core/jobs/job-store.ts';
import { JobQueue } from '../../../core/queue/job-queue.ts';
import { QueueStore } from '../../../core/queue/queue-store.ts';
import { RESOURCES } from '../../../local/resources.ts';
import { type Pipeline, startPipeline, uploadKey } from '../../support/pipeline.ts';
import { processesOf } from '../../support/processes.ts';
import { namesInLine } from '../../support/queue-line.ts';
import { decoded, soundStudio } from '../../support/sound.ts';

const LIMIT = 2;
const SETTINGS = {
  MAX_CONCURRENT_AUDIO_TASKS: String(LIMIT),
  MAX_CONCURRENT_DOCUMENTS: '1',
  MAX_TENANT_TASK_PERCENT: '100',
};
const QUEUE = 'TranscodeAudio';
const ELSEWHERE = Array.from({ length: LIMIT }, (_, i) => `elsewhere-${i}`);

let pipeline: Pipeline;
let store: QueueStore;
let queue: JobQueue;
let wav: Buffer;
beforeAll(async () => {
  Object.assign(process.env, SETTINGS);
  // Room on this machine is not what limits here.
  pipeline = await startPipeline({ taskCapacity: 10 });
  store = new QueueStore(pipeline.table, RESOURCES.queueTable);
  queue = new JobQueue({
    store,
    jobs: new JobStore(pipeline.table, RESOURCES.jobTable),
    tokens: new TaskTokens(pipeline.sfn),
    now: () => new Date(),
  });
  const studio = await soundStudio();
  wav = await decoded(await studio.make('tone.wav', 'sine=d=1'), 'wav');
  await studio.remove();
});
afterAll(async () => {
  for (const name of Object.keys(SETTINGS)) delete process.env[name];
  await pipeline?.stop();
});
afterEach(() => pipeline.cloud.faults.clear());

const taken = async (of: 'TranscodeAudio' | 'ProcessDocument' = QUEUE): Promise<string[]> =>
  (await store.read(of)).slots.map(({ name }) => name);
const holds = async ({ executionArn }: Job) => (await taken()).includes(executionName(executionArn));
const free = () => pipeline.until('all slots to be free', async () => (await taken()).length === 0);
const rowOf = async (key: string) => (await pipeline.jobs()).find((row) => row.key === key);
const inLine = () => namesInLine(store, QUEUE);

/** Takes all slots, as executions that go on for ever would. */
async function fill(): Promise<() => Promise<void>> {
  const policy = { limit: LIMIT, percent: 100, percents: {}, weights: {} };
  for (const name of ELSEWHERE)
    expect(await queue.take(QUEUE, { name, jobId: `job of ${name}`, tenantId: 'acme' }, policy)).toBe(true);
  return async () => {
    for (const name of ELSEWHERE) await queue.release(QUEUE, name);
  };
}

async function waiting(key: string): Promise<Job> {
  await pipeline.upload(key, wav);
  return pipeline.until('the job to wait', async () => {
    const job = await rowOf(key);
    return job && (await inLine()).includes(executionName(job.executionArn)) && job;
  });
}

/** What the history of its execution says. */
const hasWaited = async (job: Job) =>
  (await pipeline.history(job.executionArn)).some(({ taskSubmittedEventDetails }) =>
    taskSubmittedEventDetails?.output?.includes('WAITING_FOR_SLOT'),
  );
const failuresAt = async (job: Job, state: string) => {
  const events = await pipeline.history(job.executionArn);
  const entered = events.findIndex(
    ({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === state,
  );
  return events.slice(entered).flatMap(({ taskFailedEventDetails }) => taskFailedEventDetails?.error ?? []);
};

test('of eight recordings at once no more than two are transcoded at a time, and all are', async () => {
  const keys = Array.from({ length: 8 }, (_, i) => uploadKey(`burst-${i}.wav`));
  await Promise.all(keys.map((key) => pipeline.upload(key, wav)));
  let most = 0;
  const jobs = await pipeline.until('all to end', async () => {
    const rows = (await pipeline.jobs()).filter(({ key }) => keys.includes(key));
    const busy = await Promise.all(rows.map(async (job) => (await processesOf(job)).ffmpeg.length > 0));
    most = Math.max(most, busy.filter(Boolean).length);
    return rows.length === keys.length && rows.every(({ status }) => status !== 'PROCESSING') && rows;
  });
  expect(jobs.map(({ status }) => status)).toEqual(keys.map(() => 'COMPLETED'));
  expect([1, LIMIT]).toContain(most);
  const waited = (await Promise.all(jobs.map(hasWaited))).filter(Boolean);
  expect(waited).toHaveLength(8 - LIMIT);
  for (const job of jobs) expect((await pipeline.history(job.executionArn)).length).toBeLessThanOrEqual(30);
  await free();
  expect(await inLine()).toEqual([]);
});

describe('a job that waits for a slot', () => {
  test('says that it is queued, and goes on when there is one', async () => {
    const release = await fill();
    const job = await waiting(uploadKey('patient.wav'));
    expect(job).toMatchObject({ status: 'PROCESSING', progress: { phase: 'queued', percent: 0 } });
    await release();
    expect(await pipeline.ended(job.key)).toMatchObject({ status: 'COMPLETED', attempt: 1 });
    expect(await failuresAt(job, 'AdmitUpload')).toEqual([]);
    await free();
  });

  test('and is stopped leaves the line', async () => {
    const release = await fill();
    const job = await waiting(uploadKey('stopped.wav'));
    pipeline.cloud.states.stop(job.executionArn);
    expect(await pipeline.ended(job.key)).toMatchObject({ status: 'CANCELLED' });
    await pipeline.until('the line to be empty', async () => (await inLine()).length === 0);
    expect(await taken()).toEqual(ELSEWHERE);
    await release();
    await free();
  });

  test('keeps nobody waiting whose work is of another kind', async () => {
    const release = await fill();
    await pipeline.upload(uploadKey('note.txt'), 'A note.');
    expect(await pipeline.ended(uploadKey('note.txt'))).toMatchObject({ status: 'COMPLETED' });
    await release();
  });
});

describe('a slot is given back', () => {
  test('when the upload turns out to be at fault', async () => {
    const key = uploadKey('broken.wav');
    await pipeline.upload(key, wav.subarray(0, 60));
    expect(await pipeline.ended(key)).toMatchObject({ status: 'REJECTED' });
    await free();
  });

  test('when the execution is stopped while the task runs', async () => {
    const key = uploadKey('aborted.wav');
    await pipeline.upload(key, wav);
    const job = await pipeline.until('the slot', async () => {
      const row = await rowOf(key);
      return row && (await holds(row)) && row;
    });
    pipeline.cloud.states.stop(job.executionArn);
    expect(await pipeline.ended(key)).toMatchObject({ status: 'CANCELLED' });
    await pipeline.until('the slot to be free', async () => !(await holds(job)));
  });
});

describe('a redrive into the state of the work', () => {
  /** A job that failed in its task, and whose slot is free again. */
  async function denied(key: string): Promise<Job> {
    pipeline.cloud.faults.add({
      service: 's3',
      action: 'PutObject',
      when: ({ bucket }) => bucket === RESOURCES.outputBucket,
      fault: 'deny',
      times: Number.POSITIVE_INFINITY,
    });
    await pipeline.upload(key, wav);
    const failed = await pipeline.ended(key);
    expect(failed.error).toMatchObject({ name: 'AccessDenied', state: 'TranscodeAudio' });
    await pipeline.until('the slot to be free', async () => !(await holds(failed)));
    await pipeline.deadLetters();
    pipeline.cloud.faults.clear();
    return failed;
  }
  const completed = (key: string) =>
    pipeline.until('its end', async () => {
      const row = await rowOf(key);
      return row?.status === 'COMPLETED' && row;
    });

  test('takes a free slot for as long as it runs', async () => {
    const failed = await denied(uploadKey('denied.wav'));
    await pipeline.sfn.send(new RedriveExecutionCommand({ executionArn: failed.executionArn }));
    await pipeline.until('the slot to be taken', () => holds(failed));
    expect(await completed(failed.key)).toMatchObject({ attempt: 2 });
    await pipeline.until('the slot to be free', async () => !(await holds(failed)));
  });

  test('enters the line like everybody, and keeps no task while it waits', async () => {
    const failed = await denied(uploadKey('denied-and-busy.wav'));
    const release = await fill();
    const before = await waiting(uploadKey('before.wav'));
    await pipeline.sfn.send(new RedriveExecutionCommand({ executionArn: failed.executionArn }));
    await pipeline.until('both to wait', async () => (await inLine()).length === 2);
    expect(await inLine()).toEqual([before, failed].map(({ executionArn }) => executionName(executionArn)));
    await pipeline.until('its task to end', async () => (await processesOf(failed)).task.length === 0);
    expect(await rowOf(failed.key)).toMatchObject({ status: 'PROCESSING', progress: { phase: 'queued' } });
    expect(await taken()).toEqual(ELSEWHERE);
    await release();
    expect(await completed(failed.key)).toMatchObject({ attempt: 2 });
    expect(await failuresAt(failed, 'TranscodeAudio')).toEqual(['AccessDenied', 'SlotGranted']);
    await pipeline.ended(before.key);
    await free();
  });
});

test('with a limit of documents at once, they wait in line, and Office documents for their conversion only', async () => {
  const keys = Array.from({ length: 5 }, (_, i) => uploadKey(`note-${i}.txt`));
  await Promise.all(keys.map((key) => pipeline.upload(key, 'A note.')));
  const jobs = await Promise.all(keys.map((key) => pipeline.ended(key)));
  expect(jobs.map(({ status }) => status)).toEqual(keys.map(() => 'COMPLETED'));
  const waited = (await Promise.all(jobs.map(hasWaited))).filter(Boolean);
  expect(waited.length).toBeGreaterThan(0);
  await pipeline.until('all slots to be free', async () => (await taken('ProcessDocument')).length === 0);
});

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html: RunTask with a token fails so. */
test('a launch that finds no Fargate capacity is repeated until there is some', async () => {
  const key = uploadKey('no-capacity.wav');
  pipeline.cloud.fargate.refuseLaunches(3);
  await pipeline.upload(key, wav);
  const job = await pipeline.ended(key);
  expect(job.status).toBe('COMPLETED');
  expect(await failuresAt(job, 'TranscodeAudio')).toEqual(
    Array.from({ length: 3 }, () => 'AmazonECS.Unknown'),
  );
  await free();
});
