import { randomBytes } from 'node:crypto';
import type { Config } from '../../base/config.ts';
import { type Executions, executionArn, executionName } from '../aws/executions.ts';
import type { Job } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { uploadEvent } from '../uploads/upload-event.ts';
import type { UploadLedger } from '../uploads/upload-ledger.ts';
import { type Choice, chooseRetry, type Refusal, type RetryMode, refusalOf } from './choose-retry.ts';

export interface RetryDeps {
  jobs: JobStore;
  ledger: UploadLedger;
  executions: Executions;
  config: Config<'STATE_MACHINE_ARN' | 'MAX_PROCESSING_RETRIES' | 'JOB_STATUS_TTL'>;
  now: () => Date;
}

export interface RetryRequest {
  mode: RetryMode | 'auto';
  /** Who asks, for the timeline. */
  by: string;
}

export type RetryResult =
  | { accepted: true; job: Job; mode: RetryMode; reason: string }
  | { accepted: false; refusal: Refusal; reason: string };

/**
 * Tries an ended job again. The row is claimed first, in one conditional write that names the state it leaves, so that of any number of
 * retries at once one wins; then the execution is redriven or started. Where that is refused, the row goes back to what it was; where
 * the process dies in between, reconcile-jobs does the second half.
 */
export async function beginRetry(deps: RetryDeps, job: Job, request: RetryRequest): Promise<RetryResult> {
  const choice = await decideRetry(deps, job, request.mode);
  if ('refusal' in choice) return { accepted: false, ...choice };
  const { mode, reason, redriveCount } = choice;
  const claimed = await claim(deps, job, { ...request, mode, redriveCount });
  if (!claimed)
    return refused('overtaken', 'Another retry of the job was first, or its state changed meanwhile.');
  try {
    if (mode === 'redrive') await sendRedrive(deps, claimed);
    else await sendStart(deps, claimed);
  } catch (error) {
    await restore(deps, job, claimed, error as Error);
    if (!(error instanceof Error) || error.name !== 'ExecutionNotRedrivable') throw error;
    return refused('not-redrivable', `Step Functions refuses: ${error.message} A restart may be possible.`);
  }
  return { accepted: true, job: claimed, mode, reason };
}

/** What a retry would do, and why; changes nothing. `redriveCount` is what Step Functions counts so far. */
export async function decideRetry(
  { ledger, executions, config }: RetryDeps,
  job: Job,
  mode: RetryRequest['mode'],
): Promise<Choice & { redriveCount: number }> {
  const refusal = refusalOf(job, config.MAX_PROCESSING_RETRIES);
  if (refusal) return { ...refusal, redriveCount: 0 };
  const [execution, entry] = await Promise.all([executions.describe(job.executionArn), ledger.get(job)]);
  const redriveCount = execution?.redriveCount ?? 0;
  const gone = (reason: string) => ({ refusal: 'source-gone' as const, reason, redriveCount });
  if (entry?.deleted) return gone('The upload has been deleted.');
  if (entry && entry.latestJobId !== job.jobId)
    return gone(`A newer upload replaced it: ${entry.latestJobId}.`);
  return { ...chooseRetry(job, execution, mode), redriveCount };
}

/** Redrives the execution of a row that has been claimed for it. Throws where the execution does not run after it. */
export async function sendRedrive({ executions }: RetryDeps, claimed: Job): Promise<void> {
  try {
    await executions.redrive(claimed.executionArn);
  } catch (error) {
    // The call may have worked and its answer got lost.
    const execution = await executions.describe(claimed.executionArn);
    if ((execution?.redriveCount ?? 0) < claimed.redriveCount) throw error;
  }
}

/** Starts the execution that the row names. Safe to repeat; throws where there is none after it. */
export async function sendStart({ executions, config }: RetryDeps, claimed: Job): Promise<void> {
  try {
    await executions.start(
      config.STATE_MACHINE_ARN,
      executionName(claimed.executionArn),
      uploadEvent(claimed),
    );
  } catch (error) {
    if (!(await executions.describe(claimed.executionArn))) throw error;
  }
}

/** The fence of the attempt that is left: whoever retried or redrove the job since then has changed it. */
function claim(
  { jobs, config, now }: RetryDeps,
  job: Job,
  { mode, by, redriveCount }: { mode: RetryMode; by: string; redriveCount: number },
): Promise<Job | undefined> {
  const attempt = job.attempt + 1;
  // Names are unique for 90 days and a forgotten job may come again, so the attempt alone is not enough.
  const name = `${job.jobId}-${attempt}-${randomBytes(4).toString('hex')}`;
  const next =
    mode === 'redrive'
      ? { executionArn: job.executionArn, redriveCount: redriveCount + 1 }
      : { executionArn: executionArn(config.STATE_MACHINE_ARN, name), redriveCount: 0 };
  const expiresAt = Math.max(job.expiresAt, Math.floor(now().getTime() / 1000) + config.JOB_STATUS_TTL);
  return jobs.transition({
    jobId: job.jobId,
    to: 'PROCESSING',
    from: [job.status],
    fence: { executionArn: job.executionArn, redriveCount: job.redriveCount },
    at: now().toISOString(),
    note: `${mode} by ${by}`,
    set: { ...next, attempt, expiresAt, ...NOTHING_YET },
  });
}

const NOTHING_YET = {
  error: undefined,
  finishedAt: undefined,
  progress: undefined,
  outputsRemovedAt: undefined,
} as const;

/** Gives the row of a retry that never began back its end. */
async function restore(
  { jobs, now }: Pick<RetryDeps, 'jobs' | 'now'>,
  before: Job,
  claimed: Job,
  why: Error,
): Promise<void> {
  const { executionArn, redriveCount, attempt, error, finishedAt, outputsRemovedAt } = before;
  await jobs.transition({
    jobId: claimed.jobId,
    to: before.status,
    from: ['PROCESSING'],
    fence: { executionArn: claimed.executionArn, redriveCount: claimed.redriveCount },
    at: now().toISOString(),
    note: `retry ${claimed.attempt} did not begin: ${why.message.slice(0, 300)}`,
    set: { executionArn, redriveCount, attempt, error, finishedAt, outputsRemovedAt },
  });
}

const refused = (refusal: Refusal, reason: string): RetryResult => ({ accepted: false, refusal, reason });
