import type { JobStore } from '../jobs/job-store.ts';

/**
 * Records in the job row that its execution was redriven, from the console or by the API, and sets
 * it to PROCESSING.
 */
export async function recordRedrive(
  { jobs, now }: { jobs: JobStore; now: () => Date },
  { jobId, executionArn, redriveCount }: { jobId: string; executionArn: string; redriveCount: number },
): Promise<void> {
  const job = await jobs.get(jobId);
  if (!job || job.redriveCount >= redriveCount) return;
  await jobs.transition({
    jobId,
    to: 'PROCESSING',
    // A completed job has already seen the end of this redrive.
    from: ['REJECTED', 'FAILED', 'CANCELLED'],
    fence: { executionArn, redriveCount },
    at: now().toISOString(),
    note: `redrive ${redriveCount}`,
    set: { attempt: job.attempt + 1, redriveCount, error: undefined, finishedAt: undefined },
  });
}
