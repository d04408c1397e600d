import { randomUUID } from 'node:crypto';
import { MediaError } from '../../base/errors.ts';
import type { WorkOrder } from '../../contract/work-order.ts';
import type { Job } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { LedgerEntry } from '../uploads/ledger-entry.ts';
import type { UploadLedger } from '../uploads/upload-ledger.ts';

interface FenceStores {
  jobs: JobStore;
  ledger: UploadLedger;
}

/**
 * Claims the job for this try, before its first write, and returns the try's ID. All tries of an
 * execution share its ARN, so a worker that outlived its timeout would otherwise pass for its
 * successor. Throws `Superseded` or `SourceDeleted` if the try may not publish. A task checks its
 * token before (core/entry/task-token.ts), so that one that starts too late claims nothing.
 */
export async function claimTry(stores: FenceStores, order: WorkOrder): Promise<string> {
  const tryId = randomUUID();
  const [claimed, entry] = await Promise.all([
    stores.jobs.claim(order.jobId, order.executionArn, tryId),
    stores.ledger.get(order),
  ]);
  if (claimed) check(order, tryId, claimed, entry);
  else check(order, tryId, await stores.jobs.get(order.jobId), entry);
  return tryId;
}

/**
 * Throws `Superseded`, `SourceDeleted` or `Interrupted` unless this try owns the job, the job may
 * still complete, and the upload is still the latest of its key.
 */
export async function assertCurrent(stores: FenceStores, order: WorkOrder, tryId: string): Promise<void> {
  const [job, entry] = await Promise.all([stores.jobs.get(order.jobId), stores.ledger.get(order)]);
  check(order, tryId, job, entry);
}

/** Throws `Superseded` unless the execution owns the job and the job may still complete: for what no try claims. */
export async function assertRunning({ jobs }: Pick<FenceStores, 'jobs'>, order: WorkOrder): Promise<void> {
  checkJob(order, await jobs.get(order.jobId));
}

function check(order: WorkOrder, tryId: string, job: Job | undefined, entry: LedgerEntry | undefined): void {
  const { jobId, key } = order;
  if (entry?.deleted)
    throw new MediaError('SourceDeleted', `The upload ${key} was deleted while it was processed.`);
  if (entry && entry.latestJobId !== jobId) throw superseded(`A newer upload replaced ${key}.`);
  checkJob(order, job);
  // Retried: should the other claim be that of a worker that was only late to begin, the state is
  // not lost.
  if (job?.tryId !== tryId) throw new MediaError('Interrupted', `Another try took over job ${jobId}.`);
}

function checkJob({ jobId, executionArn }: WorkOrder, job: Job | undefined): void {
  if (job?.executionArn !== executionArn) throw superseded(`Another execution took over job ${jobId}.`);
  if (job.status === 'CANCELLED') throw superseded(`Job ${jobId} was cancelled.`);
  if (job.status === 'COMPLETED') throw superseded(`An earlier try completed job ${jobId}.`);
}

const superseded = (message: string) => new MediaError('Superseded', message);
