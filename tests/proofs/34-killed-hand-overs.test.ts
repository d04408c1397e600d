import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { QueueStore } from '../../core/queue/queue-store.ts';
import type { AwsCall } from '../../local/faults/aws-call.ts';
import { RESOURCES } from '../../local/resources.ts';
import { callingProcess } from '../support/calling-process.ts';
import { type Pipeline, startPipeline, uploadKey } from '../support/pipeline.ts';
import { processesOf } from '../support/processes.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { namesInLine } from '../support/queue-line.ts';
import { seededRandom } from '../support/random.ts';
import { settled } from '../support/settled-cloud.ts';
import { decoded, soundStudio } from '../support/sound.ts';
import { signal } from '../support/strike-tasks.ts';

const RECORDINGS = proofSize(10);
/** Hand-overs that are cut short: one in six jobs', in one of two places. */
const KILLS = Math.floor(RECORDINGS / 6);
const LIMIT = 4;
const QUEUE = 'TranscodeAudio';
/** Probability that a call to DynamoDB or Step Functions fails. */
const RATE = 0.1;
const MAX_REDRIVES = 4;
const FAULTS = ['throttle', 'error', 'drop', 'error-after', 'drop-after'] as const;

let pipeline: Pipeline;
let wav: Buffer;
beforeAll(async () => {
  process.env.MAX_CONCURRENT_AUDIO_TASKS = String(LIMIT);
  process.env.TASK_HEARTBEAT_SECONDS = '0.5';
  // HeartbeatSeconds 300 become 15, and the minute of reconcile-queues three seconds.
  pipeline = await startPipeline({
    taskCapacity: 12,
    timeoutScale: 0.05,
    timeScale: 0.05,
    patience: 3_000_000,
  });
  const studio = await soundStudio();
  wav = await decoded(await studio.make('tone.wav', 'sine=d=0.3'), 'wav');
  await studio.remove();
});
afterAll(async () => {
  delete process.env.MAX_CONCURRENT_AUDIO_TASKS;
  delete process.env.TASK_HEARTBEAT_SECONDS;
  await pipeline?.stop();
});

test(`${RECORDINGS} recordings for ${LIMIT} slots are all done, and no slot is lost, although one call in ten fails and ${KILLS} hand-overs are cut short`, async () => {
  const random = seededRandom(proofSeed());
  const { faults } = pipeline.cloud;
  const killed = { inLine: 0, untold: 0 };
  /** Tasks that were killed: each at most once, since Retry allows one death by SIGKILL. */
  const struck = new Set<string>();
  const strike = (call: AwsCall, place: keyof typeof killed): boolean => {
    if (killed.inLine + killed.untold >= KILLS || !random.chance(0.5)) return false;
    const task = callingProcess(call);
    if (!task || struck.has(task.execution)) return false;
    struck.add(task.execution);
    signal(task.pid, 'SIGKILL');
    killed[place]++;
    return true;
  };
  // A task deletes from the queue only the job that it has just given its slot. Either the job stays in
  // line, or it has left the line and is not told.
  const deletion = { service: 'dynamodb', action: 'DeleteItem', times: Number.POSITIVE_INFINITY } as const;
  faults.add({ ...deletion, when: (call) => random.chance(0.5) && strike(call, 'inLine'), fault: 'drop' });
  faults.add({ ...deletion, when: (call) => strike(call, 'untold'), fault: () => undefined });
  const rules = FAULTS.map((fault) =>
    faults.add({
      ...{ fault, times: Number.POSITIVE_INFINITY },
      when: ({ service, action }) =>
        (service === 'dynamodb' || service === 'states') &&
        action !== 'Scan' &&
        random.chance(RATE / FAULTS.length),
    }),
  );

  const keys = Array.from({ length: RECORDINGS }, (_, i) => uploadKey(`burst-${i}.wav`));
  for (const key of keys) await pipeline.upload(key, wav);
  let most = 0;
  const jobs = await pipeline.until('all to end', async () => {
    const rows = (await pipeline.jobs()).filter(({ key }) => keys.includes(key));
    const running = rows.filter(({ status, kind }) => status === 'PROCESSING' && kind);
    const busy = await Promise.all(running.map(async (job) => (await processesOf(job)).ffmpeg.length > 0));
    most = Math.max(most, busy.filter(Boolean).length);
    return rows.length === keys.length && rows.every(({ status }) => status !== 'PROCESSING') && rows;
  });
  const hits = rules.reduce((sum, rule) => sum + rule.hits(), 0);
  faults.clear();
  await settled(pipeline.cloud);

  // What ran out of retries, because so many calls fail, is redriven, as an operator would.
  const failed = jobs.filter(({ status }) => status !== 'COMPLETED');
  reportProof(34, { recordings: RECORDINGS, most, ...killed, hits, failed: failed.length });
  expect(failed.every(({ error }) => error?.category !== 'processing')).toBe(true);
  const redrives = new Map<string, number>();
  const done = await pipeline.until('all to be done', async () => {
    const rows = await pipeline.jobs();
    if (rows.some(({ status }) => status === 'PROCESSING')) return false;
    const open = rows.filter(({ status }) => status !== 'COMPLETED');
    if (open.length === 0) return rows;
    // As many as there are slots: a redriven task starts whether it has a slot or not, and dozens that
    // start at once take longer than a heartbeat may, which is a twentieth of what it is on AWS.
    const next = open.slice(0, LIMIT).map(({ executionArn }) => executionArn);
    for (const execution of next) {
      redrives.set(execution, (redrives.get(execution) ?? 0) + 1);
      expect(redrives.get(execution)).toBeLessThanOrEqual(MAX_REDRIVES);
      pipeline.cloud.states.redrive(execution);
    }
    await pipeline.until('the redrives to be noticed', async () =>
      (await pipeline.jobs()).some(({ status }) => status === 'PROCESSING'),
    );
    return false;
  });
  expect(done).toHaveLength(RECORDINGS);
  expect(most).toBeLessThanOrEqual(LIMIT);
  expect(killed.inLine + killed.untold).toBe(KILLS);
  const store = new QueueStore(pipeline.table, RESOURCES.queueTable);
  await pipeline.until('the queue to be empty', async () => {
    const { slots } = await store.read(QUEUE);
    const line = await namesInLine(store, QUEUE);
    return slots.length === 0 && line.length === 0;
  });
}, 3_600_000);
