import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WorkOrder } from '../../contract/work-order.ts';
import type { JobApi } from '../support/job-api.ts';
import { uploadKey } from '../support/pipeline.ts';
import { proofSize, reportProof } from '../support/proof-size.ts';
import { settled } from '../support/settled-cloud.ts';
import { ffmpeg, soundStudio } from '../support/sound.ts';
import { startStandInApi } from '../support/stand-in-api.ts';
import { standInTasks } from '../support/stand-in-tasks.ts';

/** Recordings of the large tenant, all uploaded at once. */
const RECORDINGS = proofSize(32);
const isFull = RECORDINGS >= 200;
/** Recordings of the small tenant, one after another: while nothing else runs, and again beside the large tenant's. */
const SAMPLES = isFull ? 40 : 3;
/** The share of a tenant is by default three quarters of them. */
const LIMIT = 4;
/** Seconds here for a second on AWS. Many waiting jobs must not keep this machine's tables busy, which would be measured, too. */
const TIME_SCALE = isFull ? 0.1 : 0.05;
/** Milliseconds that stand for the launch of a task, and for its work. */
const LAUNCH = 30_000 * TIME_SCALE;
const WORK = 4_000 * TIME_SCALE;

let api: JobApi;
let wav: Buffer;
const began = new Map<string, number>();
beforeAll(async () => {
  process.env.MAX_CONCURRENT_AUDIO_TASKS = String(LIMIT);
  process.env.MAX_TENANT_TASK_PERCENT = '75';
  const { api: started, worker } = await startStandInApi({ timeScale: TIME_SCALE });
  api = started;
  worker.dawdle('.wav', WORK);
  standInTasks(api, {
    work: worker.work,
    launch: LAUNCH,
    started: ({ key }: WorkOrder) => began.set(key, Date.now()),
  });
  const studio = await soundStudio();
  await ffmpeg('-v', 'error', '-f', 'lavfi', '-i', 'sine=d=0.1', studio.path('tone.wav'));
  wav = await readFile(studio.path('tone.wav'));
  await studio.remove();
});
afterAll(async () => {
  delete process.env.MAX_CONCURRENT_AUDIO_TASKS;
  delete process.env.MAX_TENANT_TASK_PERCENT;
  await api?.stop();
});

/**
 * Milliseconds from the upload of a recording of the small tenant to the start of its task. Returns when the job has ended: a tenant
 * with one job holds one slot.
 */
async function waitOf(file: string): Promise<number> {
  const key = uploadKey(file, 'small');
  const uploaded = Date.now();
  await api.upload(key, wav);
  await api.ended(key);
  return (began.get(key) ?? 0) - uploaded;
}

async function waits(label: string): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < SAMPLES; i++) found.push(await waitOf(`${label}-${i}.wav`));
  return found.sort((a, b) => a - b);
}

const p95 = (sorted: number[]) => sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0;
const running = () =>
  [...api.cloud.states.executions.values()].filter(({ status }) => status === 'RUNNING').length;

test(`beside a tenant with ${RECORDINGS} recordings, another waits at most twice as long as alone`, async () => {
  await waitOf('first.wav');
  const idle = await waits('idle');
  const keys = Array.from({ length: RECORDINGS }, (_, i) => uploadKey(`large-${i}.wav`, 'large'));
  await Promise.all(keys.map((key) => api.upload(key, wav)));
  await api.until('all to be admitted', async () => {
    const admitted = (await api.jobs()).filter(({ tenantId, kind }) => tenantId === 'large' && kind);
    return admitted.length === RECORDINGS;
  });
  const beside = await waits('beside');
  const left = running();
  const small = (await api.jobs()).filter(({ tenantId }) => tenantId === 'small');
  const queued = small.filter(({ executionArn }) => hasQueued(executionArn)).length;
  await settled(api.cloud);
  reportProof(26, { recordings: RECORDINGS, idle: p95(idle), beside: p95(beside), left, queued });
  // The large tenant was waiting all the time.
  expect(left).toBeGreaterThan(LIMIT);
  expect(queued).toBe(0);
  // A few samples say nothing on a busy machine.
  if (isFull) expect(p95(beside)).toBeLessThan(2 * p95(idle));
  const jobs = await api.jobs();
  expect(jobs.filter(({ status }) => status !== 'COMPLETED')).toEqual([]);
  expect(jobs).toHaveLength(1 + 2 * SAMPLES + RECORDINGS);
}, 3_600_000);

/** Whether a job found no free slot, so that it had to wait in line. */
function hasQueued(executionArn: string): boolean {
  const { states } = api.cloud;
  const events = states.histories.read(states.find(executionArn));
  return events.some((event) => JSON.stringify(event).includes('WAITING_FOR_SLOT'));
}
