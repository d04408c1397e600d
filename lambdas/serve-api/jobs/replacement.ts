import type { Job } from '../../../core/jobs/job.ts';
import { liveJob } from '../../../core/outputs/live-job.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { QueueStanding } from './queue-standing.ts';

/** What the ledger knows of a completed job and its row does not say. */
export interface Replacement {
  /** Job of a newer upload to the key, whose outputs replaced those of this job. */
  replacedBy: string | undefined;
}

/** What is shown of a job and not in its row. */
export type BeyondRow = QueueStanding & Replacement;

/**
 * Returns the job of the newer upload to the key whose outputs replaced those of this completed
 * job, if there is one. They stay the key's outputs while a newer upload is being processed, and if
 * that upload is rejected or deleted before it completes.
 */
export async function replacementOf(
  { jobs, ledger }: Pick<ApiDeps, 'jobs' | 'ledger'>,
  job: Job,
): Promise<string | undefined> {
  const entry = await ledger.get(job);
  if (!entry?.latestJobId || entry.latestJobId === job.jobId) return undefined;
  const live = await liveJob({ jobs, ledger }, job);
  if (live?.jobId === job.jobId) return undefined;
  return live?.jobId ?? entry.latestJobId;
}
