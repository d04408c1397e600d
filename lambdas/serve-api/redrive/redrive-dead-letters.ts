import type { DeadLetter } from '../../../contract/dead-letter.ts';
import type { RedriveResult } from '../../../contract/retry-api.ts';
import type { Job } from '../../../core/jobs/job.ts';
import type { HeldLetter } from '../../../core/lifecycle/dead-letter-queue.ts';
import type { ApiDeps } from '../api-deps.ts';
import { paced } from './paced.ts';
import { orRefused, type RedriveOptions, retryOne } from './retry-one.ts';

export interface LetterSelection {
  /** Whether a letter is meant. */
  matches: (letter: DeadLetter) => boolean;
  limit: number;
  perSecond: number;
}

/** Longer than one request may take: a letter that it holds reappears by itself if the request dies. */
const HOLD_SECONDS = 60;
/** Receives of ten letters each, to find those that are meant. */
const MAX_RECEIVES = 50;

/**
 * Retries the jobs of dead letters. A letter goes once its job runs again, and where it says nothing true any more: its job has
 * completed, been cancelled or been retried since. One whose job may not be retried stays in the queue, and so does one without a job.
 */
export async function redriveDeadLetters(
  deps: ApiDeps,
  { matches, limit, perSecond }: LetterSelection,
  options: RedriveOptions,
): Promise<RedriveResult[]> {
  const { meant, others } = await collect(deps, matches, limit);
  try {
    return await paced(meant, perSecond, async (held) => {
      // A letter whose job cannot be read stays in the queue.
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
    // One that cannot be put back comes back by itself.
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
      ? 'The job has been forgotten.'
      : 'It belongs to no job: its execution was started by hand.';
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

/** The job is complete, but nobody was told: its execution failed in its last state, and resumes there. */
async function announceAgain(
  { executions }: ApiDeps,
  { jobId, executionArn }: DeadLetter,
  { dryRun }: RedriveOptions,
): Promise<RedriveResult> {
  if (!dryRun) await executions.redrive(executionArn);
  return { jobId, outcome: 'redriven', reason: 'The job is complete; its completion is announced again.' };
}

function whyStale(job: Job, letter: DeadLetter): string {
  if (job.status === 'FAILED')
    return `Attempt ${letter.attempt} failed; ${job.attempt - letter.attempt} followed it.`;
  return `The job is ${job.status} by now.`;
}
