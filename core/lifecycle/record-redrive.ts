import type { Config } from '../../base/config.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { expiryOf } from '../jobs/retention.ts';

/**
 * Records in the job row that its execution was redriven, from the console or by the API, and sets
 * it to PROCESSING.
 */
export async function recordRedrive(
  { jobs, config, now }: { jobs: JobStore; config: Config<'JOB_STATUS_TTL'>; now: () => Date },
  { jobId, executionArn, redriveCount }: { jobId: string; executionArn: string; redriveCount: number },
): Promise<void> {
  const job = await jobs.get(jobId);
  if (!job || job.redriveCount >= redriveCount) return;
  const attempt = job.attempt + 1;
  const expiresAt = Math.max(job.expiresAt, expiryOf(now(), config.JOB_STATUS_TTL));
  // The end before the redrive is not recorded yet, and must not be any more.
  if (job.status === 'PROCESSING')
    await jobs.setAttributes(jobId, { executionArn, redriveCount }, { attempt, redriveCount, expiresAt });
  await jobs.transition({
    jobId,
    to: 'PROCESSING',
    // A completed job has already seen the end of this redrive.
    from: ['REJECTED', 'FAILED', 'CANCELLED'],
    fence: { executionArn, redriveCount },
    at: now().toISOString(),
    note: `redrive ${redriveCount}`,
    set: { attempt, redriveCount, expiresAt, error: undefined, finishedAt: undefined },
  });
}
