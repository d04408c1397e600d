import type { Job } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { expiryOf } from '../jobs/retention.ts';

export interface Claim {
  /** Execution that will run the job, and its redrive count. */
  executionArn: string;
  redriveCount: number;
  /** For the timeline. */
  note: string;
  /** Set if an event of the upload other than that of the row starts the execution. */
  sequencer?: string;
  /** Present if the terms of the job's admission are forgotten. */
  order?: undefined;
  /** Set that readers see until outputs of it have been made again. */
  published?: Job['published'];
}

/**
 * Claims an ended job for another attempt, fenced by the attempt that ended: any other claim since
 * then fails the condition. Returns the row, or undefined if another claim was first.
 */
export async function claimJob(
  { jobs, config, now }: { jobs: JobStore; config: { JOB_STATUS_TTL: number }; now: () => Date },
  job: Job,
  { note, ...next }: Claim,
): Promise<Job | undefined> {
  const { jobId, status, executionArn, redriveCount, attempt } = job;
  const expiresAt = Math.max(job.expiresAt, expiryOf(now(), config.JOB_STATUS_TTL));
  const set = { ...NOTHING_YET, ...next, attempt: attempt + 1, expiresAt };
  const fence = { executionArn, redriveCount };
  const at = now().toISOString();
  const claimed =
    status === 'PROCESSING'
      ? await jobs.setAttributes(jobId, fence, set)
      : await jobs.transition({ jobId, to: 'PROCESSING', from: [status], fence, at, note, set });
  if (claimed || next.executionArn === executionArn) return claimed;
  // The answer to the first of the SDK's tries may have been lost: the name of a new execution is
  // that of this claim alone.
  const row = await jobs.get(jobId);
  const isOurs = row?.status === 'PROCESSING' && row.executionArn === next.executionArn;
  return isOurs && row.attempt === attempt + 1 ? row : undefined;
}

/** What an attempt leaves in the row, and the next one removes. */
const NOTHING_YET = {
  error: undefined,
  finishedAt: undefined,
  progress: undefined,
  outputsRemovedAt: undefined,
  tryId: undefined,
  manifestKey: undefined,
  manifestVersionId: undefined,
  outputCount: undefined,
  degraded: undefined,
} as const;
