import type { Job } from '../jobs/job.ts';

export type RetryMode = 'redrive' | 'restart';
export type Refusal =
  | 'still-running'
  | 'completed'
  | 'cancellation-unfinished'
  | 'attempts-exhausted'
  | 'not-redrivable'
  | 'source-gone'
  | 'overtaken';

export type Choice = { mode: RetryMode; reason: string } | { refusal: Refusal; reason: string };

/** What Step Functions says about the job's execution; undefined where it does not know it (any more). */
export type ExecutionFacts =
  | {
      status?: string | undefined;
      redriveStatus?: string | undefined;
      redriveStatusReason?: string | undefined;
    }
  | undefined;

/** Whether a job as it stands may be tried again at all; the reason why not is for a person. */
export function refusalOf(job: Job, maxRetries: number): { refusal: Refusal; reason: string } | undefined {
  if (job.status === 'PROCESSING') return refused('still-running', 'The job is running; cancel it first.');
  if (job.status === 'COMPLETED')
    return refused('completed', 'The job is complete; upload the file again to process it once more.');
  // Whoever cancelled may still be removing outputs, and would remove those of the new attempt.
  if (job.status === 'CANCELLED' && job.notifiedAttempt !== job.attempt)
    return refused('cancellation-unfinished', 'The cancellation is not finished yet; try again in a minute.');
  if (job.attempt > maxRetries)
    return refused(
      'attempts-exhausted',
      `The job has been tried ${job.attempt} times; MAX_PROCESSING_RETRIES allows ${maxRetries} retries.`,
    );
  return undefined;
}

/** Redrive resumes at the state that failed and keeps what the states before it did; restart begins again, as for a new upload. */
export function chooseRetry(job: Job, execution: ExecutionFacts, wanted: RetryMode | 'auto'): Choice {
  if (execution?.status === 'RUNNING')
    return refused('still-running', 'The execution is running: it was redriven a moment ago.');
  const state = job.error?.state ?? 'the state that failed';
  const whyNot = obstacle(execution);
  if (wanted === 'restart') return { mode: 'restart', reason: 'A restart was asked for.' };
  if (wanted === 'redrive') {
    if (whyNot) return refused('not-redrivable', `${whyNot} A restart is possible.`);
    return { mode: 'redrive', reason: `A redrive was asked for; it resumes at ${state}.` };
  }
  if (whyNot) return { mode: 'restart', reason: `Restarted, because a redrive is not possible: ${whyNot}` };
  if (job.status === 'CANCELLED')
    return { mode: 'restart', reason: 'Restarted, because the cancellation removed what had been made.' };
  return {
    mode: 'redrive',
    reason: `Redriven: Step Functions resumes at ${state}, with the definition and input it began with.`,
  };
}

function obstacle(execution: ExecutionFacts): string | undefined {
  if (!execution) return 'Step Functions does not know the execution any more.';
  if (execution.redriveStatus === 'REDRIVABLE') return undefined;
  const reason = execution.redriveStatusReason?.trim();
  return `Step Functions says ${execution.redriveStatus ?? 'NOT_REDRIVABLE'}${reason ? `: ${reason}` : ''}.`;
}

const refused = (refusal: Refusal, reason: string) => ({ refusal, reason });
