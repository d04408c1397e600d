import type { Job } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { jobsOf } from '../uploads/ledger-entry.ts';
import type { UploadLedger } from '../uploads/upload-ledger.ts';
import { publishedSet } from './published-set.ts';

/**
 * Returns the job whose outputs are those of an upload key: the latest one that has completed, if
 * only before its outputs were to be made again, since the outputs of an older upload stay until a
 * newer one completes. Undefined if there is none.
 */
export async function liveJob(
  { jobs, ledger }: { jobs: JobStore; ledger: UploadLedger },
  upload: { bucket: string; key: string },
): Promise<Job | undefined> {
  const entry = await ledger.get(upload);
  if (!entry || entry.deleted) return undefined;
  for (const jobId of jobsOf(entry)) {
    const job = await jobs.get(jobId);
    if (job?.status === 'COMPLETED' && job.outputsRemovedAt) return undefined;
    if (job && publishedSet(job)) return job;
  }
  return undefined;
}
