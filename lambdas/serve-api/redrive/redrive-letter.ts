import type { DeadLetter } from '../../../contract/dead-letter.ts';
import type { RedriveResult } from '../../../contract/retry-api.ts';
import type { Job } from '../../../core/jobs/job.ts';
import type { ApiDeps } from '../api-deps.ts';
import { type RedriveOptions, retryOne } from './retry-one.ts';

/** Retries the job of one dead letter, unless the letter is out of date. */
export async function redriveLetter(
  deps: Omit<ApiDeps, 'deadLetters'>,
  letter: DeadLetter,
  options: RedriveOptions,
): Promise<RedriveResult> {
  const { jobId } = letter;
  const job = jobId ? await deps.jobs.get(jobId) : undefined;
  if (!job) {
    const reason = jobId
      ? 'The job row no longer exists.'
      : 'It belongs to no job: its execution was started manually.';
    return { jobId, outcome: 'refused', reason };
  }
  if (job.status === 'COMPLETED' && letter.error.state === 'AnnounceCompletion')
    return announceAgain(deps, letter, options);
  if (job.status !== 'FAILED' || job.attempt !== letter.attempt)
    return { jobId, outcome: 'dropped', reason: whyStale(job, letter) };
  return retryOne(deps, job, options);
}

/**
 * Redrives the execution of a completed job whose completion was not announced: it failed in its
 * last state and resumes there.
 */
async function announceAgain(
  { executions }: Pick<ApiDeps, 'executions'>,
  { jobId, executionArn }: DeadLetter,
  { dryRun }: RedriveOptions,
): Promise<RedriveResult> {
  if (!dryRun) await executions.redrive(executionArn);
  return { jobId, outcome: 'redriven', reason: 'The job has completed; its completion event is sent again.' };
}

function whyStale(job: Job, letter: DeadLetter): string {
  if (job.status === 'FAILED')
    return `The dead letter is from attempt ${letter.attempt}; the job is at attempt ${job.attempt}.`;
  return `The job is now ${job.status}.`;
}
