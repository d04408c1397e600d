import type { SFNClient } from '@aws-sdk/client-sfn';
import { pacer } from '../../../base/pacer.ts';
import { parseWorkOrder, type WorkOrder } from '../../../contract/work-order.ts';
import { Executions, executionName } from '../../../core/aws/executions.ts';
import type { ObjectStore } from '../../../core/aws/object-store.ts';
import { jobIdOf } from '../../../core/jobs/job.ts';
import type { JobStore } from '../../../core/jobs/job-store.ts';
import type { ProfileDocuments } from '../../../core/profiles/profile-documents.ts';
import type { ProfileRegistry } from '../../../core/profiles/profile-registry.ts';
import { releaseSlot } from '../../../core/queue/in-slot.ts';
import { queueOf } from '../../../core/queue/queues.ts';
import type { StemClaims } from '../../../core/uploads/stem-claims.ts';
import { parseUploadEvent } from '../../../core/uploads/upload-event.ts';
import type { UploadLedger } from '../../../core/uploads/upload-ledger.ts';
import type { WatermarkRegistry } from '../../../core/watermarks/watermark-registry.ts';
import {
  type AdmitUploadDeps,
  type AdmitUploadInput,
  admitUpload,
} from '../../../lambdas/admit-upload/admit-upload.ts';
import { reportAdmission } from '../../../lambdas/admit-upload/report-admission.ts';
import { reconcileQueues } from '../../../lambdas/reconcile-queues/reconcile-queues.ts';
import { DEFAULT_PROFILE } from '../../../media/profile/default-profile.ts';
import type { MortalProcess } from '../aws/mortal-process.ts';
import type { Execution } from '../states/step-functions.ts';
import { openQueue, type World } from './world.ts';

/** Milliseconds in which S3 answers. */
const S3_LATENCY = [15, 60] as const;

/** AdmitUpload: the real code; the row, the ledger, the stems and S3 are stand-ins. */
export async function runAdmission(
  world: World,
  process: MortalProcess,
  input: AdmitUploadInput,
): Promise<object> {
  const { clock, random, rows, config, head } = world;
  const objects = {
    readRange: async () => {
      await clock.sleep(random.between(...S3_LATENCY));
      return { found: head, size: 1_000_000 };
    },
  };
  const documents = { storeDefault: async () => {}, profileOf: async () => DEFAULT_PROFILE };
  const { queue, tokens } = openQueue(world, process);
  const deps: AdmitUploadDeps = {
    jobs: rows as unknown as JobStore,
    ledger: rows as unknown as UploadLedger,
    stems: rows as unknown as StemClaims,
    objects: objects as unknown as ObjectStore,
    profiles: rows as unknown as ProfileRegistry,
    // Never read: the shipped profile has no watermark.
    watermarkRows: rows as unknown as WatermarkRegistry,
    documents: documents as unknown as ProfileDocuments,
    executions: new Executions(process.client<SFNClient>(world.states)),
    queue,
    config,
    now: () => clock.date(),
  };
  return reportAdmission(tokens, input, await admitUpload(deps, input));
}

/** ProcessImage or ProcessDocument: works, and gives back its slot as their handlers do. */
export async function runWork(world: World, process: MortalProcess, payload: unknown): Promise<object> {
  const order = parseWorkOrder(payload);
  // Office documents have waited for their conversion only.
  const seconds = order.convert ? READ_SECONDS : world.workSeconds;
  await work(world, order, seconds, order.convert);
  const { queue } = openQueue(world, process);
  if (!order.convert) await releaseSlot(queue, order);
  return resultOf(order);
}

/** Seconds in which ProcessDocument reads a converted document. */
const READ_SECONDS = 4;

/** Writes progress, and works for a random time around the mean. */
export async function work(world: World, order: WorkOrder, seconds: number, isAfter = false): Promise<void> {
  const { clock, random, rows, observer } = world;
  const { jobId, executionArn } = order;
  const at = clock.date().toISOString();
  await rows.progress(jobId, { executionArn }, { phase: 'analyzing', percent: 0 }, at);
  if (!isAfter) observer.workBegan(executionName(executionArn));
  await clock.sleep(1000 * seconds * random.between(0.8, 1.2));
  if (!isAfter) observer.workEnded();
}

export const resultOf = ({ kind }: WorkOrder) => ({
  ...{ manifestKey: 'manifest.json', manifestVersionId: 'version', outputCount: 3, kind, degraded: [] },
});

/** Runs reconcile-queues every minute, unless it still runs. */
export function reconcileEveryMinute(world: World): void {
  const { clock, functions, rows, config } = world;
  const virtual = { now: () => clock.now, sleep: (milliseconds: number) => clock.sleep(milliseconds) };
  const pace = pacer({ perSecond: 2, burst: 50 }, virtual);
  const run = async (process: MortalProcess) => {
    const executions = new Executions(process.client<SFNClient>(world.states), pace);
    const { queue, tokens } = openQueue(world, process);
    const now = () => clock.date();
    const jobs = rows as unknown as JobStore;
    const { released, told } = await reconcileQueues({ queue, jobs, executions, tokens, config, now });
    world.observer.repairs.released += released;
    world.observer.repairs.told += told;
  };
  const again = () => {
    functions.invoke('reconcile-queues', run).catch(() => {
      world.observer.repairs.failed++;
    });
    clock.after(60_000, again);
  };
  clock.after(60_000, again);
}

/** Does what record-outcome does for the queue when an execution has failed. */
export async function recordOutcome(world: World, execution: Execution, input: unknown): Promise<void> {
  const { clock, functions, rows } = world;
  const { executionArn, name } = execution;
  const jobId = jobIdOf(parseUploadEvent(input).upload);
  await functions.invokeAsync('record-outcome', async (process) => {
    const job = await rows.fail(jobId, { executionArn }, clock.date().toISOString());
    if (!job?.kind) return;
    const queue = queueOf({ kind: job.kind, convert: job.order?.convert ?? false });
    await openQueue(world, process).queue.leave(queue, name);
  });
}
