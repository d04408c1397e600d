import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { executionName } from '../../../core/aws/executions.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { TaskSlots } from '../../../core/jobs/task-slots.ts';
import { RESOURCES } from '../../../local/resources.ts';
import { type Pipeline, startPipeline, uploadKey } from '../../support/pipeline.ts';
import { processesOf } from '../../support/processes.ts';
import { decoded, soundStudio } from '../../support/sound.ts';

const LIMIT = 2;
const SETTINGS = { MAX_CONCURRENT_AUDIO_TASKS: String(LIMIT), MAX_TENANT_TASK_PERCENT: '100' };

let pipeline: Pipeline;
let slots: TaskSlots;
let wav: Buffer;
beforeAll(async () => {
  Object.assign(process.env, SETTINGS);
  // Room on this machine is not what limits here.
  pipeline = await startPipeline({ taskCapacity: 10 });
  slots = new TaskSlots(pipeline.table, RESOURCES.jobTable);
  const studio = await soundStudio();
  wav = await decoded(await studio.make('tone.wav', 'sine=d=1'), 'wav');
  await studio.remove();
});
afterAll(async () => {
  for (const name of Object.keys(SETTINGS)) delete process.env[name];
  await pipeline?.stop();
});
afterEach(() => pipeline.cloud.faults.clear());

const taken = async (): Promise<string[]> =>
  ((await slots.read('AUDIO'))?.holders ?? []).map(({ name }) => name);
const holds = async ({ executionArn }: Job) => (await taken()).includes(executionName(executionArn));
const free = () => pipeline.until('all slots to be free', async () => (await taken()).length === 0);
const rowOf = async (key: string) => (await pipeline.jobs()).find((row) => row.key === key);

/** Takes all slots, as executions that go on for ever would. */
async function fill(): Promise<() => Promise<void>> {
  const names = Array.from({ length: LIMIT }, (_, i) => `elsewhere-${i}`);
  const slot = { id: 'slots#AUDIO', tenant: 'tenant#acme', limit: LIMIT, share: LIMIT };
  for (const name of names) await slots.hold(slot, name);
  return async () => {
    for (const name of names) await slots.release('AUDIO', { name, tenantId: 'acme' });
  };
}

const failuresAt = async (job: Job, state: string) => {
  const events = await pipeline.history(job.executionArn);
  const entered = events.findIndex(
    ({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === state,
  );
  return events.slice(entered).flatMap(({ taskFailedEventDetails }) => taskFailedEventDetails?.error ?? []);
};

async function waiting(key: string): Promise<Job> {
  const { upload, until } = pipeline;
  await upload(key, wav);
  const job = await until('the row', () => rowOf(key));
  await until('a second try', async () => (await failuresAt(job, 'AcquireTaskSlot')).length > 1);
  return job;
}

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
  const waits = (await Promise.all(jobs.map((job) => failuresAt(job, 'AcquireTaskSlot')))).flat().length;
  expect(waits).toBeGreaterThan(0);
  await free();
});

describe('a job that waits for a slot', () => {
  test('says that it is queued, in its history what for, and goes on when there is one', async () => {
    const release = await fill();
    const job = await waiting(uploadKey('patient.wav'));
    expect(await rowOf(job.key)).toMatchObject({
      status: 'PROCESSING',
      progress: { phase: 'queued', percent: 0 },
    });
    expect(new Set(await failuresAt(job, 'AcquireTaskSlot'))).toEqual(
      new Set(['DynamoDB.ConditionalCheckFailedException']),
    );
    await release();
    expect(await pipeline.ended(job.key)).toMatchObject({ status: 'COMPLETED', attempt: 1 });
    await free();
  });

  test('and is stopped takes none', async () => {
    const release = await fill();
    const job = await waiting(uploadKey('stopped.wav'));
    pipeline.cloud.states.stop(job.executionArn);
    expect(await pipeline.ended(job.key)).toMatchObject({ status: 'CANCELLED' });
    expect(await taken()).toHaveLength(LIMIT);
    await release();
    await free();
  });

  test('keeps nobody waiting whose work is not a task', async () => {
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

  test('when the job fails; a redrive into the task takes one again for as long as it runs', async () => {
    pipeline.cloud.faults.add({
      service: 's3',
      action: 'PutObject',
      when: ({ bucket }) => bucket === RESOURCES.outputBucket,
      fault: 'deny',
      times: Number.POSITIVE_INFINITY,
    });
    const key = uploadKey('denied.wav');
    await pipeline.upload(key, wav);
    const failed = await pipeline.ended(key);
    expect(failed).toMatchObject({
      status: 'FAILED',
      error: { name: 'AccessDenied', state: 'TranscodeAudio' },
    });
    await pipeline.until('the slot to be free', async () => !(await holds(failed)));
    await pipeline.deadLetters();

    pipeline.cloud.faults.clear();
    await pipeline.sfn.send(new RedriveExecutionCommand({ executionArn: failed.executionArn }));
    await pipeline.until('the slot to be taken', () => holds(failed));
    const completed = await pipeline.until('its end', async () => {
      const row = await rowOf(key);
      return row?.status === 'COMPLETED' && row;
    });
    expect(completed).toMatchObject({ attempt: 2 });
    await pipeline.until('the slot to be free', async () => !(await holds(failed)));
  });
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
