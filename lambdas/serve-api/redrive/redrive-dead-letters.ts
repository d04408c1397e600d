import type { DeadLetter } from '../../../contract/dead-letter.ts';
import type { RedriveResult } from '../../../contract/retry-api.ts';
import type { Job } from '../../../core/jobs/job.ts';
import type { HeldLetter } from '../../../core/lifecycle/dead-letter-queue.ts';
import type { ApiDeps } from '../api-deps.ts';
import { paced } from './paced.ts';
import { orRefused, type RedriveOptions, retryOne } from './retry-one.ts';

export interface LetterSelection {
  /** Tells whether the dead letter is selected. */
  matches: (letter: DeadLetter) => boolean;
  limit: number;
  perSecond: number;
}

/**
 * Visibility timeout, longer than a request may take: a message that was received reappears on its
 * own if the request dies.
 */
const HOLD_SECONDS = 60;
/** Maximum number of receive calls, of ten messages each, to find the selected dead letters. */
const MAX_RECEIVES = 50;

/**
 * Retries the jobs of dead letters. A dead letter is deleted once its job runs again, and when it
 * is out of date: its job has since completed, been cancelled or been retried. It stays in the
 * queue if its job cannot be retried or there is no job.
 */
export async function redriveDeadLetters(
  deps: ApiDeps,
  { matches, limit, perSecond }: LetterSelection,
  options: RedriveOptions,
): Promise<RedriveResult[]> {
  const { meant, others } = await collect(deps, matches, limit);
  try {
    return await paced(meant, perSecond, async (held) => {
      // A dead letter whose job row cannot be read stays in the queue.
      let done = false;
      const result = await orRefused(held.letter.jobId, async () => {
        const redriven = await redriveLetter(deps, held.letter, options);
        done = redriven.done && !options.dryRun;
        return redriven.result;
      });
      if (done) await deps.deadLetters.remove(held);
      else others.push(held);
      return result;
    });
  } finally {
    // A message that cannot be released reappears after the visibility timeout.
    await Promise.allSettled(others.map((held) => deps.deadLetters.release(held)));
  }
}

type MeantLetter = HeldLetter & { letter: DeadLetter };

async function collect({ deadLetters }: ApiDeps, matches: LetterSelection['matches'], limit: number) {
  const meant: MeantLetter[] = [];
  const others: HeldLetter[] = [];
  for (let i = 0; i < MAX_RECEIVES && meant.length < limit; i++) {
    const batch = await deadLetters.receive(HOLD_SECONDS);
    if (batch.length === 0) break;
    for (const held of batch) {
      const { letter } = held;
      if (letter && meant.length < limit && matches(letter)) meant.push({ ...held, letter });
      else others.push(held);
    }
  }
  return { meant, others };
}

async function redriveLetter(
  deps: ApiDeps,
  letter: DeadLetter,
  options: RedriveOptions,
): Promise<{ result: RedriveResult; done: boolean }> {
  const { jobId } = letter;
  const job = jobId ? await deps.jobs.get(jobId) : undefined;
  if (!job) {
    const reason = jobId
      ? 'The job row no longer exists.'
      : 'It belongs to no job: its execution was started manually.';
    return { result: { jobId, outcome: 'refused', reason }, done: false };
  }
  if (job.status === 'COMPLETED' && letter.error.state === 'AnnounceCompletion') {
    return { result: await announceAgain(deps, letter, options), done: true };
  }
  if (job.status !== 'FAILED' || job.attempt !== letter.attempt)
    return { result: { jobId, outcome: 'dropped', reason: whyStale(job, letter) }, done: true };
  const result = await retryOne(deps, job, options);
  return { result, done: result.outcome !== 'refused' };
}

/**
 * Redrives the execution of a completed job whose completion was not announced: it failed in its
 * last state and resumes there.
 */
async function announceAgain(
  { executions }: ApiDeps,
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
