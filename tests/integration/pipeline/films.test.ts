import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MAX_CHUNKS } from '../../../base/chunk-limits.ts';
import { readConfig } from '../../../base/config.ts';
import { MediaError } from '../../../base/errors.ts';
import type { WorkOrder } from '../../../contract/work-order.ts';
import { executionName } from '../../../core/aws/executions.ts';
import { TaskTokens } from '../../../core/aws/task-tokens.ts';
import type { TaskPart } from '../../../core/entry/task-part.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { IntermediateFiles } from '../../../core/outputs/intermediate-files.ts';
import { reconcileQueues, SETTINGS } from '../../../lambdas/reconcile-queues/reconcile-queues.ts';
import { LIMITS } from '../../../local/limits.ts';
import { RESOURCES } from '../../../local/resources.ts';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { settled } from '../../support/settled-cloud.ts';
import { standInTasks } from '../../support/stand-in-tasks.ts';
import { standInWorker } from '../../support/stand-in-worker.ts';
import { shortClip } from '../../support/strike-tasks.ts';

const QUEUE = 'TranscodeVideo';
const CHUNKS = [0, 1, 2, 3, 4];
const MANY = 100;

const DEFAULTS = readConfig({}, ['CHUNK_SECONDS']);

/** What a task began to do, and the slots that its execution had then. */
interface Begun {
  part: string;
  slots: number;
}

let api: JobApi;
let clip: Buffer;
let begun: Begun[] = [];
let atWork = 0;
let mostAtWork = 0;
/** By part: errors of its next tasks, and what they wait for. */
const errors = new Map<string, MediaError[]>();
const waiting = new Map<string, Promise<void>>();
const worker = standInWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));

const nameOf = ({ name, chunk }: Pick<TaskPart, 'name' | 'chunk'>) =>
  name === 'chunk' ? `chunk ${chunk}` : name;
const slotsOf = async (order: Pick<WorkOrder, 'executionArn'>) =>
  (await api.deps.queue.read(QUEUE)).slots.filter(({ name }) => name === executionName(order.executionArn))
    .length;

async function work(
  order: WorkOrder,
  part: TaskPart,
  onProgress: (progress: { phase: string; percent: number }) => void,
): Promise<object> {
  const name = nameOf(part);
  mostAtWork = Math.max(mostAtWork, ++atWork);
  begun.push({ part: name, slots: await slotsOf(order) });
  try {
    if (part.name === 'chunk') onProgress({ phase: 'transcode', percent: 50 });
    await waiting.get(name);
    if (!order.key.includes('many')) await new Promise((resolve) => setTimeout(resolve, 30));
    const error = errors.get(name)?.shift();
    if (error) throw error;
    const files = new IntermediateFiles({ ...api.deps, outputBucket: RESOURCES.outputBucket }, order);
    if (part.name === 'chunk') await files.write(`chunks/${part.chunk}`, Buffer.from('x'));
    if (part.name === 'join') await files.removeAll();
    const chunks = order.key.includes('many') ? [...Array(MANY).keys()] : CHUNKS;
    if (part.name === 'whole') return { split: { chunks, concurrency: 1 } };
    if (part.name === 'chunk') return { chunk: part.chunk, damaged: false };
    return await worker.work(order);
  } finally {
    atWork--;
  }
}

beforeAll(async () => {
  process.env.MAX_CONCURRENT_VIDEO_TASKS = '4';
  process.env.MAX_TENANT_TASK_PERCENT = '100';
  api = await startApi();
  clip = await shortClip();
  standInTasks(api, { work, launch: 5, started: () => undefined });
});
afterAll(async () => {
  delete process.env.MAX_CONCURRENT_VIDEO_TASKS;
  delete process.env.MAX_TENANT_TASK_PERCENT;
  await api?.stop();
});
beforeEach(() => {
  begun = [];
  mostAtWork = 0;
  errors.clear();
  waiting.clear();
});

const parts = () => begun.map(({ part }) => part);
const hold = (part: string) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  waiting.set(part, promise);
  return () => {
    waiting.delete(part);
    resolve();
  };
};
const statesOf = async ({ executionArn }: Job) =>
  (await api.history(executionArn)).flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? []);
async function film(file: string): Promise<Job> {
  await api.upload(uploadKey(file), clip);
  const job = await api.ended(uploadKey(file));
  await settled(api.cloud);
  return job;
}
const rowOf = async (file: string) => (await api.jobs()).find(({ key }) => key === uploadKey(file));
const completed = (job: Job) =>
  api.until('the completion', async () => {
    const row = await api.deps.jobs.get(job.jobId);
    return row?.status === 'COMPLETED' && row;
  });
const redrive = ({ executionArn }: Job) => api.sfn.send(new RedriveExecutionCommand({ executionArn }));
const allSlots = async () => (await api.deps.queue.read(QUEUE)).slots;
/** Names of the files that the tasks of a job have passed on. */
const passedOn = async ({ jobId }: Job) =>
  (await api.outputs())
    .filter((key) => key.startsWith(`intermediate/${jobId}/`))
    .map((key) => key.split('/').slice(3).join('/'));
/** Events of a job's execution, and the bytes of the largest input or output of a state. */
async function sizesOf({ executionArn }: Job): Promise<{ events: number; payload: number }> {
  const payloads = (await api.history(executionArn)).map(
    ({ stateEnteredEventDetails: entered, stateExitedEventDetails: exited }) =>
      (entered?.input ?? exited?.output ?? '').length,
  );
  return { events: api.cloud.states.find(executionArn).events, payload: Math.max(...payloads) };
}
const broken = () => new MediaError('AccessDenied', 'Expected to be allowed to write.');

describe('a film', () => {
  test('is encoded by as many tasks as there are free slots, and joined in one of them', async () => {
    const releases = CHUNKS.map((chunk) => hold(`chunk ${chunk}`));
    await api.upload(uploadKey('film.mp4'), clip);
    await api.until('four chunks', async () => atWork === 4);
    for (const release of releases) release();
    const job = await api.ended(uploadKey('film.mp4'));
    await settled(api.cloud);
    expect(job).toMatchObject({ status: 'COMPLETED', attempt: 1 });
    expect(job).not.toHaveProperty('progress');
    expect(parts().toSorted()).toEqual([
      'chunk 0',
      'chunk 1',
      'chunk 2',
      'chunk 3',
      'chunk 4',
      'join',
      'whole',
    ]);
    expect(begun[0]).toEqual({ part: 'whole', slots: 1 });
    expect(begun.at(-1)).toEqual({ part: 'join', slots: 1 });
    const chunks = begun.filter(({ part }) => part.startsWith('chunk'));
    expect(chunks.map(({ slots }) => slots)).toEqual(CHUNKS.map(() => 4));
    expect(mostAtWork).toBe(4);
    expect(await statesOf(job)).toEqual([
      ...['AdmitUpload', 'WhichMediaKind', 'TranscodeVideo', 'WasVideoSplit', 'TranscodeChunks'],
      ...CHUNKS.map(() => 'TranscodeChunk'),
      ...['JoinVideo', 'CompleteJob', 'AnnounceCompletion'],
    ]);
    expect(await api.missing(job)).toEqual([]);
    expect(await allSlots()).toEqual([]);
  });

  test('shows one progress over all chunks', async () => {
    const release = hold('chunk 4');
    await api.upload(uploadKey('progress.mp4'), clip);
    const row = await api.until('four chunks', async () => {
      const found = await rowOf('progress.mp4');
      const percents = Object.values(found?.progress?.chunks?.percents ?? {});
      return percents.filter((percent) => percent === 100).length === 4 && percents.length === 5 && found;
    });
    const { body } = await api.call('GET', `/api/media/jobs/${row.jobId}`);
    // Four and a half of five, of the 90 percent between analysis and publication.
    expect(body.progress).toEqual({ phase: 'transcode', percent: 87, etaSeconds: expect.any(Number) });
    const { body: list } = await api.call('GET', '/api/media/jobs');
    expect(list.jobs.find(({ jobId }: Job) => jobId === row.jobId).progress).toEqual(body.progress);
    release();
    await api.ended(uploadKey('progress.mp4'));
    await settled(api.cloud);
  });

  test('of which a chunk fails for good fails by that state; a redrive runs that chunk and the join', async () => {
    errors.set('chunk 2', [broken()]);
    const release = hold('chunk 2');
    await api.upload(uploadKey('broken.mp4'), clip);
    await api.until('the other chunks', async () => {
      const { executionArn = '' } = (await rowOf('broken.mp4')) ?? {};
      const events = executionArn ? await api.history(executionArn) : [];
      return events.filter(({ type }) => type === 'MapIterationSucceeded').length === CHUNKS.length - 1;
    });
    release();
    const job = await api.ended(uploadKey('broken.mp4'));
    await settled(api.cloud);
    const error = {
      ...{ name: 'AccessDenied', state: 'TranscodeChunk', category: 'configuration' },
      message: `Chunk 2: ${broken().message}`,
    };
    expect(job).toMatchObject({ status: 'FAILED', error });
    expect(job).not.toHaveProperty('progress');
    expect(await api.deadLetters()).toMatchObject([{ jobId: job.jobId, error }]);
    expect(await allSlots()).toEqual([]);
    // The end of a failed job leaves them for a redrive.
    expect(await passedOn(job)).toEqual(['chunks/0', 'chunks/1', 'chunks/3', 'chunks/4']);
    begun = [];

    await redrive(job);
    await completed(job);
    await settled(api.cloud);
    expect(await passedOn(job)).toEqual([]);
    expect(parts()).toEqual(['chunk 2', 'join']);
    expect(begun.at(-1)).toMatchObject({ slots: 1 });
    expect(await allSlots()).toEqual([]);
  });

  test('of as many chunks as there may be would stay below the limits of an execution', async () => {
    // Both grow by the same for each chunk: a thousand take minutes here.
    const [few, many] = [await sizesOf(await film('few.mp4')), await sizesOf(await film('many.mp4'))];
    const most = (size: 'events' | 'payload') =>
      few[size] + ((many[size] - few[size]) / (MANY - CHUNKS.length)) * (MAX_CHUNKS - CHUNKS.length);
    expect(most('events')).toBeGreaterThanOrEqual(8 * MAX_CHUNKS);
    expect(most('events')).toBeLessThan(LIMITS.historyEvents / 2);
    expect(most('payload')).toBeLessThan(LIMITS.payloadBytes / 2);
    // Four hours are 48 chunks by default, and the sound.
    expect((4 * 3600) / DEFAULTS.CHUNK_SECONDS + 1).toBeLessThan(MAX_CHUNKS);
  }, 120_000);

  test('that is cancelled leaves no file, and no slot', async () => {
    const release = hold('chunk 4');
    await api.upload(uploadKey('cancelled.mp4'), clip);
    const row = await api.until('its files', async () => {
      const found = await rowOf('cancelled.mp4');
      return found && (await passedOn(found)).length === 4 && found;
    });
    expect(await api.call('DELETE', `/api/media/jobs/${row.jobId}`)).toMatchObject({ status: 200 });
    expect(await api.ended(uploadKey('cancelled.mp4'))).toMatchObject({ status: 'CANCELLED' });
    await settled(api.cloud);
    expect([await passedOn(row), await allSlots()]).toEqual([[], []]);
    release();
  });

  test('of which the join fails is only joined by a redrive', async () => {
    errors.set('join', [broken()]);
    const job = await film('unjoined.mp4');
    expect(job).toMatchObject({ status: 'FAILED', error: { state: 'JoinVideo' } });
    begun = [];
    await redrive(job);
    expect(await api.missing(await completed(job))).toEqual([]);
    expect(parts()).toEqual(['join']);
  });

  test('of which a chunk lacks memory is encoded in chunks nevertheless, that one in a larger task', async () => {
    errors.set('chunk 1', [new MediaError('OutOfMemory', 'Expected more memory.')]);
    const job = await film('large.mp4');
    expect(job).toMatchObject({ status: 'COMPLETED' });
    const states = await statesOf(job);
    expect(states.filter((name) => name === 'TranscodeChunkInLargerTask')).toHaveLength(1);
    expect(states.slice(-3)).toEqual(['JoinVideo', 'CompleteJob', 'AnnounceCompletion']);
    expect(parts().filter((part) => part === 'chunk 1')).toHaveLength(2);
    expect(await allSlots()).toEqual([]);
  });

  test('of which the join lacks memory is made by a larger task, which does not split it', async () => {
    errors.set('join', [new MediaError('OutOfMemory', 'Expected more memory.')]);
    const job = await film('unjoinable.mp4');
    expect(job).toMatchObject({ status: 'COMPLETED' });
    expect((await statesOf(job)).slice(-3)).toEqual([
      ...['TranscodeVideoInLargerTask', 'CompleteJob', 'AnnounceCompletion'],
    ]);
    expect(begun.filter(({ part }) => part === 'unsplit')).toMatchObject([{ slots: 1 }]);
    expect(await allSlots()).toEqual([]);
  });

  test('gives its slots to those that wait once its chunks are done', async () => {
    const release = hold('join');
    const chunk = hold('chunk 4');
    await api.upload(uploadKey('first.mp4'), clip);
    await api.until('chunks', async () => parts().includes('chunk 4'));
    await api.upload(uploadKey('second.mp4'), clip);
    await api.until('the line', async () => (await rowOf('second.mp4'))?.progress?.phase === 'queued');
    expect(await allSlots()).toHaveLength(4);
    chunk();
    await api.until('the second', async () => parts().filter((part) => part === 'whole').length === 2);
    release();
    for (const file of ['first.mp4', 'second.mp4'])
      expect(await api.ended(uploadKey(file))).toMatchObject({ status: 'COMPLETED' });
    await settled(api.cloud);
    expect(await allSlots()).toEqual([]);
  });
});

describe('chunks that a redrive starts while other jobs hold all slots', () => {
  test('wait for one slot, and all go on, even if one of them was not told', async () => {
    errors.set('chunk 1', [broken()]);
    const fail = hold('chunk 1');
    const chunks = [2, 3, 4].map((chunk) => hold(`chunk ${chunk}`));
    await api.upload(uploadKey('waits.mp4'), clip);
    await api.until('the last chunk, which the first made room for', async () => parts().includes('chunk 4'));
    fail();
    const job = await api.ended(uploadKey('waits.mp4'));
    for (const release of chunks) release();
    await settled(api.cloud);
    const others = [0, 1, 2, 3].map((i) => ({ name: `other-${i}`, jobId: `job-${i}`, tenantId: 'globex' }));
    for (const other of others) expect(await api.deps.queue.take(QUEUE, other)).toBe(true);
    begun = [];
    await redrive(job);
    const parked = await api.until('parked tasks', async () => {
      const tasks = await api.deps.queue.parked(QUEUE);
      return tasks.length === 4 && tasks;
    });
    expect(new Set(parked.map(({ name }) => name))).toEqual(new Set([executionName(job.executionArn)]));
    expect(parts()).toEqual([]);
    await reconcile();
    expect(await api.deps.queue.parked(QUEUE)).toHaveLength(parked.length);
    for (const { name } of others) await api.deps.queue.release(QUEUE, name);
    await completed(job);
    expect(parts().filter((part) => part === 'join')).toHaveLength(1);
    await settled(api.cloud);
    // A chunk that was still in line may have been handed a slot while another joined.
    await reconcile();
    expect([await api.deps.queue.parked(QUEUE), await allSlots()]).toEqual([[], []]);
  });
});

const reconcile = () =>
  reconcileQueues({
    ...api.deps,
    tokens: new TaskTokens(api.sfn),
    config: readConfig({ ...process.env }, SETTINGS),
    now: () => new Date(),
  });
