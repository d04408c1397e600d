import { cancelledWith, describeFailure } from '../jobs/failure.ts';
import type { Job } from '../jobs/job.ts';
import { type EndJobDeps, endJob } from './end-job.ts';

export type CancelResult = { cancelled: true; job: Job } | { cancelled: false; job: Job };

/** Maximum number of writes, each of which can lose against a concurrent retry. */
const TRIES = 3;

/**
 * Cancels a running job: marks the row first, so that the job can no longer complete, then stops
 * the execution (its task stops at the next heartbeat), then removes its outputs. Repeating the
 * call finishes an interrupted one. A job that has already ended otherwise is left unchanged.
 */
export async function cancelJob(deps: EndJobDeps, job: Job, by: string): Promise<CancelResult> {
  const { error } = cancellation(`Cancelled by ${by}.`);
  let current = job;
  for (let i = 0; i < TRIES && current.status === 'PROCESSING'; i++) {
    const at = deps.now().toISOString();
    const written = await deps.jobs.transition({
      jobId: job.jobId,
      to: 'CANCELLED',
      from: ['PROCESSING'],
      fence: { executionArn: current.executionArn, redriveCount: current.redriveCount },
      at,
      note: `cancelled by ${by}`,
      set: cancelledWith(error, at),
    });
    current = written ?? (await deps.jobs.get(job.jobId)) ?? current;
  }
  if (current.status !== 'CANCELLED') return { cancelled: false, job: current };
  if (current.notifiedAttempt !== current.attempt) await finishCancellation(deps, current);
  return { cancelled: true, job: current };
}

/** Stops the execution of a job in status CANCELLED, removes its outputs and announces its end. */
export async function finishCancellation(deps: EndJobDeps, job: Job): Promise<void> {
  const { executionArn, redriveCount } = job;
  const failure = job.error
    ? { status: 'CANCELLED' as const, error: job.error }
    : cancellation('The job was cancelled.');
  await deps.executions.stop(executionArn, failure.error.name, failure.error.message);
  await endJob(deps, { executionArn, redriveCount, upload: job, failure });
}

const cancellation = (cause: string) => describeFailure({ status: 'ABORTED', error: 'Cancelled', cause });
