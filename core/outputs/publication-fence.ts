import { MediaError } from '../../base/errors.ts';
import type { WorkOrder } from '../../contract/work-order.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { UploadLedger } from '../uploads/upload-ledger.ts';

interface FenceStores {
  jobs: JobStore;
  ledger: UploadLedger;
}

/**
 * Throws unless this execution owns the job, the job is not cancelled, and the upload is still the
 * latest of its key.
 */
export async function assertCurrent({ jobs, ledger }: FenceStores, order: WorkOrder): Promise<void> {
  const [job, entry] = await Promise.all([jobs.get(order.jobId), ledger.get(order)]);
  if (entry?.deleted)
    throw new MediaError('SourceDeleted', `The upload ${order.key} was deleted while it was processed.`);
  if (entry && entry.latestJobId !== order.jobId)
    throw new MediaError('Superseded', `A newer upload replaced ${order.key}.`);
  if (job?.executionArn !== order.executionArn)
    throw new MediaError('Superseded', `Another execution took over job ${order.jobId}.`);
  if (job.status === 'CANCELLED') throw new MediaError('Superseded', `Job ${order.jobId} was cancelled.`);
}

/**
 * Returns true if this execution may still remove the outputs: no newer upload or execution has
 * taken over their keys.
 */
export async function ownsOutputs({ jobs, ledger }: FenceStores, order: WorkOrder): Promise<boolean> {
  const [job, entry] = await Promise.all([jobs.get(order.jobId), ledger.get(order)]);
  if (entry?.deleted) return true;
  return entry?.latestJobId === order.jobId && job?.executionArn === order.executionArn;
}
