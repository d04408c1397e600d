import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { executionName } from '../../../core/aws/executions.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { QueueView } from '../../../core/queue/queue-view.ts';
import { RESOURCES } from '../../../local/resources.ts';
import { callerOf, type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { decoded, soundStudio } from '../../support/sound.ts';

const QUEUE = 'TranscodeAudio';
const SETTINGS = { MAX_CONCURRENT_AUDIO_TASKS: '1', MAX_TENANT_TASK_PERCENT: '100' };
const FILES = ['long', 'first', 'second', 'third'] as const;
type File = (typeof FILES)[number];

let api: JobApi;
let jobs: Record<File, Job>;
/** Lets a recording be published, which keeps its slot until then. */
const finish = {} as Record<File, () => void>;
beforeAll(async () => {
  Object.assign(process.env, SETTINGS);
  api = await startApi({}, { taskCapacity: 10 });
  const studio = await soundStudio();
  const wav = await decoded(await studio.make('tone.wav', 'sine=d=1'), 'wav');
  await studio.remove();
  const uploaded: [File, Job][] = [];
  for (const file of FILES) {
    const { promise, resolve } = Promise.withResolvers<void>();
    finish[file] = resolve;
    api.cloud.faults.add({
      service: 's3',
      action: 'PutObject',
      when: ({ bucket, key = '' }) => bucket === RESOURCES.outputBucket && key.includes(file),
      times: Number.POSITIVE_INFINITY,
      fault: () => promise,
    });
    const key = uploadKey(`${file}.wav`);
    await api.upload(key, wav);
    // One after the other, so that their order is known.
    const job = await api.until(`a slot or a place for ${file}`, async () => {
      const row = (await api.jobs()).find((one) => one.key === key);
      const names = [...(await holders()), ...(await line())];
      return row && names.includes(executionName(row.executionArn)) && row;
    });
    uploaded.push([file, job]);
  }
  jobs = Object.fromEntries(uploaded) as Record<File, Job>;
});
afterAll(async () => {
  for (const name of Object.keys(SETTINGS)) delete process.env[name];
  for (const file of FILES) finish[file]?.();
  await api?.stop();
});

const holders = async () => (await api.deps.queue.read(QUEUE)).slots.map(({ name }) => name);
async function line(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of api.deps.queue.line(QUEUE)) names.push(name);
  return names;
}
const nameOf = (file: File) => executionName(jobs[file].executionArn);
const shown = (file: File, headers: Record<string, string> = {}) =>
  api.call('GET', `/api/media/jobs/${jobs[file].jobId}`, { headers });
const stands = (file: File, position: number) =>
  api.until(`${file} to be number ${position}`, async () => {
    const { body } = await shown(file);
    return body.queue?.position === position && body;
  });
const statisticsAs = async (as: string, { call } = api as Pick<JobApi, 'call'>) =>
  (await call('GET', '/api/media/jobs/stats', { as })).body;

describe('jobs that wait for the only slot', () => {
  test('are told their places, and a poller only when they change', async () => {
    expect(await holders()).toEqual([nameOf('long')]);
    for (const [i, file] of (['first', 'second', 'third'] as const).entries())
      expect(await stands(file, i + 1)).toMatchObject({
        status: 'PROCESSING',
        progress: { phase: 'queued', percent: 0 },
        // Nothing was measured yet.
        queue: { position: i + 1, ahead: i },
      });
    const { body } = await shown('long');
    expect(body.queue).toBeUndefined();
    expect(body.progress?.phase).not.toBe('queued');
    const etag = (await shown('third')).headers.get('etag') ?? '';
    expect((await shown('third', { 'if-none-match': etag })).status).toBe(304);
  });

  test('are counted: for operators all, for a tenant its own', async () => {
    const all = await statisticsAs('operator');
    expect(all).toMatchObject({
      queueDepth: 3,
      running: { jobs: 4, capacity: 1, utilization: 1 },
      taskSlots: [{ queue: QUEUE, kind: 'AUDIO', taken: 1, limit: 1, tenantShare: 1, waiting: 3 }],
      healthCheck: { status: 'healthy', reasons: [] },
    });
    const now = () => new Date(Date.now() + 90_000);
    const later = callerOf({ ...api.deps, now, queueView: new QueueView(api.deps.queue, now) });
    expect((await statisticsAs('operator', later)).taskSlots[0].oldestWaitSeconds).toBeGreaterThanOrEqual(90);
    const own = await statisticsAs('acme/ann');
    expect(own).toMatchObject({ queueDepth: 3, running: { capacity: 1, utilization: 1 } });
    expect(own.taskSlots).toBeUndefined();
    const others = await statisticsAs('globex/bob');
    expect(others).toMatchObject({ queueDepth: 0, running: { jobs: 0, capacity: 1, utilization: 0 } });
  });

  test('degrade the service once one has waited for too long', async () => {
    const now = () => new Date(Date.now() + (api.deps.config.MAX_QUEUE_WAIT_SECONDS + 60) * 1000);
    const later = callerOf({ ...api.deps, now, queueView: new QueueView(api.deps.queue, now) });
    const healthAs = async (as: string) => (await statisticsAs(as, later)).healthCheck;
    const wait = 'a job has waited 61 minutes for TranscodeAudio';
    expect(await healthAs('operator')).toEqual({
      status: 'degraded',
      reasons: [
        `${wait}, where all slots (1) are taken: raise MAX_CONCURRENT_AUDIO_TASKS if the account's quotas allow`,
      ],
    });
    expect(await healthAs('acme/ann')).toEqual({ status: 'degraded', reasons: [wait] });
    expect(await healthAs('globex/bob')).toEqual({ status: 'healthy', reasons: [] });
  });

  test('leave the line at once when they are cancelled, and the next moves up', async () => {
    const before = (await shown('third')).headers.get('etag') ?? '';
    const { status, body } = await api.call('DELETE', `/api/media/jobs/${jobs.second.jobId}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'CANCELLED' });
    expect(body.queue).toBeUndefined();
    expect(await line()).toEqual([nameOf('first'), nameOf('third')]);
    expect(await holders()).toEqual([nameOf('long')]);
    await stands('third', 2);
    expect((await shown('third', { 'if-none-match': before })).status).toBe(200);
  });

  test('get the slot in their order, and then know how long others will wait', async () => {
    finish.long();
    await api.until('the first to have the slot', async () => (await holders()).includes(nameOf('first')));
    // It is given the slot first, and then taken out of line.
    await api.until('the first out of line', async () => !(await line()).includes(nameOf('first')));
    expect(await line()).toEqual([nameOf('third')]);
    const { queue } = await stands('third', 1);
    expect(Date.parse(queue.estimatedStart)).toBeGreaterThan(Date.parse(jobs.third.createdAt));
    const { body } = await shown('first');
    expect(body.queue).toBeUndefined();
    expect(body.progress?.phase).not.toBe('queued');

    finish.first();
    finish.third();
    for (const file of ['long', 'first', 'third'] as const)
      expect(await api.ended(jobs[file].key)).toMatchObject({ status: 'COMPLETED', attempt: 1 });
    await api.until('an empty queue', async () => {
      const { queueDepth, running } = await statisticsAs('operator');
      return queueDepth === 0 && running.utilization === 0;
    });
  });
});
