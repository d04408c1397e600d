import type { Job } from '../jobs/job.ts';
import { isInLargerTask } from '../jobs/larger-task.ts';

export type RetryMode = 'redrive' | 'restart';
export type Refusal =
  | 'still-running'
  | 'completed'
  | 'not-completed'
  | 'cancellation-unfinished'
  | 'attempts-exhausted'
  | 'not-redrivable'
  | 'source-gone'
  | 'overtaken';

export type Choice = { mode: RetryMode; reason: string } | { refusal: Refusal; reason: string };

/**
 * Status of the job's execution in Step Functions; undefined if the execution does not exist or has
 * expired.
 */
export type ExecutionFacts =
  | {
      status?: string | undefined;
      redriveStatus?: string | undefined;
      redriveStatusReason?: string | undefined;
    }
  | undefined;

/** Returns why the job cannot be retried, with a human-readable reason, or undefined if it can. */
export function refusalOf(job: Job, maxRetries: number): { refusal: Refusal; reason: string } | undefined {
  if (job.status === 'PROCESSING') return refused('still-running', 'The job is running; cancel it first.');
  if (job.status === 'COMPLETED')
    return refused(
      'completed',
      'The job is complete; its outputs can be made again: those that are stale, or by name.',
    );
  // The cancellation may still be removing outputs, and would remove those of the new attempt.
  if (job.status === 'CANCELLED' && job.notifiedAttempt !== job.attempt)
    return refused('cancellation-unfinished', 'The cancellation is not finished yet; try again in a minute.');
  const times = job.attempt - (job.published?.attempt ?? 0);
  if (times > maxRetries)
    return refused(
      'attempts-exhausted',
      `The job has run ${times} times; MAX_PROCESSING_RETRIES allows ${maxRetries} retries.`,
    );
  return undefined;
}

/**
 * Chooses between a redrive, which resumes at the failed state, and a restart, which runs the whole
 * state machine again.
 */
export function chooseRetry(job: Job, execution: ExecutionFacts, wanted: RetryMode | 'auto'): Choice {
  if (execution?.status === 'RUNNING')
    return refused('still-running', 'The execution is running: it has just been redriven.');
  const state = job.error?.state ?? 'the failed state';
  const whyNot = obstacle(execution);
  if (wanted === 'restart') return { mode: 'restart', reason: 'A restart was requested.' };
  if (wanted === 'redrive') {
    if (whyNot) return refused('not-redrivable', `${whyNot} A restart is possible.`);
    return { mode: 'redrive', reason: `A redrive was requested; it resumes at ${state}.` };
  }
  if (whyNot) return { mode: 'restart', reason: `Restarted, because a redrive is not possible: ${whyNot}` };
  if (job.status === 'CANCELLED')
    return { mode: 'restart', reason: 'Restarted, because the cancellation removed the outputs.' };
  if (job.error?.category === 'resource' && isInLargerTask(job.error.state))
    return {
      mode: 'restart',
      reason: 'Restarted, because a redrive keeps the size and the time limit that did not suffice.',
    };
  return {
    mode: 'redrive',
    reason: `Redriven: Step Functions resumes at ${state}, with the original definition and input.`,
  };
}

function obstacle(execution: ExecutionFacts): string | undefined {
  if (!execution) return 'Step Functions no longer has the execution.';
  if (execution.redriveStatus === 'REDRIVABLE') return undefined;
  const reason = execution.redriveStatusReason?.trim();
  return `Step Functions reports ${execution.redriveStatus ?? 'NOT_REDRIVABLE'}${reason ? `: ${reason}` : ''}.`;
}

const refused = (refusal: Refusal, reason: string) => ({ refusal, reason });
