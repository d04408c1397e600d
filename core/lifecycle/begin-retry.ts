import { randomBytes } from 'node:crypto';
import type { Config } from '../../base/config.ts';
import { type Executions, executionArn, executionName } from '../aws/executions.ts';
import type { Job } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { uploadEvent } from '../uploads/upload-event.ts';
import type { UploadLedger } from '../uploads/upload-ledger.ts';
import { type Choice, chooseRetry, type Refusal, type RetryMode, refusalOf } from './choose-retry.ts';
import { claimJob } from './claim-job.ts';

export interface RetryDeps {
  jobs: JobStore;
  ledger: UploadLedger;
  executions: Executions;
  config: Config<'STATE_MACHINE_ARN' | 'MAX_PROCESSING_RETRIES' | 'JOB_STATUS_TTL'>;
  now: () => Date;
}

export interface RetryRequest {
  mode: RetryMode | 'auto';
  /** Requester, for the timeline. */
  by: string;
  /** Whether a restart chooses the profile anew, instead of keeping that of the job. */
  choosesProfile?: boolean;
}

export type RetryResult =
  | { accepted: true; job: Job; mode: RetryMode; reason: string }
  | { accepted: false; refusal: Refusal; reason: string };

/**
 * Retries an ended job. Claims the row first, in one conditional write on its current state, so
 * that only one of several concurrent retries wins; then redrives or starts the execution. If that
 * is refused, restores the row. If the process dies in between, reconcile-jobs completes the retry.
 */
export async function beginRetry(deps: RetryDeps, job: Job, request: RetryRequest): Promise<RetryResult> {
  const choice = await decideRetry(deps, job, request.mode);
  if ('refusal' in choice) return { accepted: false, ...choice };
  const { mode, reason, redriveCount } = choice;
  const claimed = await claim(deps, job, { ...request, mode, redriveCount });
  return startClaimed(deps, { before: job, claimed, mode, reason });
}

/**
 * Redrives or starts the execution of a claimed row, and restores the row if that is refused.
 * `claimed` is undefined if another claim was first.
 */
export async function startClaimed(
  deps: RetryDeps,
  { before, claimed, ...started }: { before: Job; claimed: Job | undefined; mode: RetryMode; reason: string },
): Promise<RetryResult> {
  if (!claimed)
    return refused('overtaken', 'Another retry of the job was first, or its status changed in the meantime.');
  try {
    if (started.mode === 'redrive') await sendRedrive(deps, claimed);
    else await sendStart(deps, claimed);
  } catch (error) {
    await restore(deps, before, claimed, error as Error);
    if (!(error instanceof Error) || error.name !== 'ExecutionNotRedrivable') throw error;
    return refused(
      'not-redrivable',
      `Step Functions refused the redrive: ${error.message} A restart may be possible.`,
    );
  }
  return { accepted: true, job: claimed, ...started };
}

/**
 * Determines what a retry would do, and why, without changing anything. `redriveCount`: current
 * count in Step Functions.
 */
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

/** Redrives the execution of a claimed row. Throws if the execution was not redriven. */
export async function sendRedrive({ executions }: RetryDeps, claimed: Job): Promise<void> {
  try {
    await executions.redrive(claimed.executionArn);
  } catch (error) {
    // The call may have succeeded and only its response been lost.
    const execution = await executions.describe(claimed.executionArn);
    if ((execution?.redriveCount ?? 0) < claimed.redriveCount) throw error;
  }
}

/**
 * Starts the execution named in the row. Idempotent. Throws if the execution does not exist
 * afterwards.
 */
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

/** Claims the row for a retry. */
function claim(
  deps: RetryDeps,
  job: Job,
  {
    mode,
    by,
    redriveCount,
    choosesProfile,
  }: Omit<RetryRequest, 'mode'> & { mode: RetryMode; redriveCount: number },
): Promise<Job | undefined> {
  const next =
    mode === 'redrive'
      ? { executionArn: job.executionArn, redriveCount: redriveCount + 1 }
      : newExecution(deps, job);
  const forgotten = choosesProfile ? { order: undefined } : {};
  return claimJob(deps, job, { ...next, ...forgotten, note: `${mode} by ${by}` });
}

/** Names the execution of a job's next attempt. */
export function newExecution({ config }: Pick<RetryDeps, 'config'>, { jobId, attempt }: Job) {
  // Execution names are unique for 90 days and an expired job can be created again, so the attempt
  // alone is not enough.
  const name = `${jobId}-${attempt + 1}-${randomBytes(4).toString('hex')}`;
  return { executionArn: executionArn(config.STATE_MACHINE_ARN, name), redriveCount: 0 };
}

/** Restores the row to its ended state after a retry that did not start. */
async function restore(
  { jobs, now }: Pick<RetryDeps, 'jobs' | 'now'>,
  before: Job,
  claimed: Job,
  why: Error,
): Promise<void> {
  const { executionArn, redriveCount, attempt, order, error, finishedAt, outputsRemovedAt, tryId } = before;
  const { manifestKey, manifestVersionId, outputCount, degraded, published } = before;
  await jobs.transition({
    jobId: claimed.jobId,
    to: before.status,
    from: ['PROCESSING'],
    fence: { executionArn: claimed.executionArn, redriveCount: claimed.redriveCount },
    at: now().toISOString(),
    note: `retry ${claimed.attempt} did not start: ${why.message.slice(0, 300)}`,
    set: {
      ...{ executionArn, redriveCount, attempt, order, error, finishedAt, outputsRemovedAt, tryId },
      ...{ manifestKey, manifestVersionId, outputCount, degraded, published },
    },
  });
}

const refused = (refusal: Refusal, reason: string): RetryResult => ({ accepted: false, refusal, reason });
