import type { Executions } from './executions.ts';
import { describeFailure } from './failure.ts';
import type { Job } from './job.ts';
import type { JobStore } from './job-store.ts';
import { uploadEvent } from './upload-event.ts';

export interface CancelDeps {
  jobs: JobStore;
  executions: Executions;
  /** record-outcome: what follows from an execution's end, given as its status event. */
  recordOutcome: (event: object) => Promise<void>;
  now: () => Date;
}

export type CancelResult = { cancelled: true; job: Job } | { cancelled: false; job: Job };

/** Writes that may be overtaken by a retry between the read and the write. */
const TRIES = 3;

/**
 * Ends a running job: the row first, so that nothing can complete any more, then the execution (its task stops at the next heartbeat),
 * then what had been published. Repeating it finishes what an earlier call did not. A job that ended otherwise stays as it is.
 */
export async function cancelJob(deps: CancelDeps, job: Job, by: string): Promise<CancelResult> {
  const cause = `Cancelled by ${by}.`;
  const { error } = describeFailure({ status: 'ABORTED', error: 'Cancelled', cause });
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
      set: { error, finishedAt: at, progress: undefined },
    });
    current = written ?? (await deps.jobs.get(job.jobId)) ?? current;
  }
  if (current.status !== 'CANCELLED') return { cancelled: false, job: current };
  if (current.notifiedAttempt !== current.attempt) await settleCancelled(deps, current);
  return { cancelled: true, job: current };
}

/** Stops the execution of a cancelled job and has its outputs removed and its end announced. */
export async function settleCancelled(
  { executions, recordOutcome }: Pick<CancelDeps, 'executions' | 'recordOutcome'>,
  job: Job,
): Promise<void> {
  const { executionArn, redriveCount } = job;
  const { name: error, message: cause } = job.error ?? {
    name: 'Cancelled',
    message: 'The job was cancelled.',
  };
  await executions.stop(executionArn, error, cause);
  const input = JSON.stringify(uploadEvent(job));
  await recordOutcome({ detail: { executionArn, redriveCount, status: 'ABORTED', input, error, cause } });
}
