import type { Job } from '../../core/jobs/job.ts';
import { finishCancellation } from '../../core/lifecycle/cancel-job.ts';
import { hasFailed } from '../../core/lifecycle/execution-failure.ts';
import { recordRedrive } from '../../core/lifecycle/record-redrive.ts';
import { restoreUpload } from '../../core/lifecycle/restore-upload.ts';
import { removeOutputsOfJob } from '../../core/outputs/remove-outputs.ts';
import { endAsExecution } from './end-as-execution.ts';
import type { ReconcileDeps, Repair } from './reconcile-deps.ts';

/**
 * Time in milliseconds after a cancellation in which its worker may still write: it learns of the
 * end at its next heartbeat, if the network lets it, and may be killed before it removes what it
 * wrote.
 */
const LATE_WRITES = 3600_000;
/** Errors of a job whose upload was replaced or deleted. */
const OVERTAKEN = new Set(['Superseded', 'SourceDeleted']);

/** Attempts after which an overtaken job is not started again: the event of its deletion was lost. */
const MAX_ATTEMPTS = 5;

/** Finishes the end of a job: its announcement, or the removal of its outputs. */
export async function reconcileEnded(deps: ReconcileDeps, job: Job): Promise<Repair | undefined> {
  if (job.status === 'CANCELLED' && job.notifiedAttempt === job.attempt) return sweep(deps, job);
  if (job.notifiedAttempt === job.attempt) return undefined;
  if (job.status === 'CANCELLED') {
    // The cancellation died before it stopped the execution, or the execution ended at the same
    // time.
    await finishCancellation(deps, job);
    return 'settled';
  }
  const execution = await deps.executions.describe(job.executionArn);
  const redriveCount = execution?.redriveCount ?? 0;
  if (execution?.status === 'RUNNING' && redriveCount > job.redriveCount) {
    await recordRedrive(deps, { ...job, redriveCount });
    return 'recorded';
  }
  const status = hasFailed(execution?.status) ? execution.status : 'FAILED';
  await endAsExecution(deps, job, execution ?? {}, status);
  return 'settled';
}

/**
 * Removes outputs written after a cancellation, at each round until `LATE_WRITES` is over. Processes the upload again if it is the latest of its key after all: the event that overtook the
 * job was undone while the job ended.
 */
async function sweep(deps: ReconcileDeps, job: Job): Promise<Repair | undefined> {
  const entry = await deps.ledger.get(job);
  const isOvertaken = OVERTAKEN.has(job.error?.name ?? '') && job.attempt < MAX_ATTEMPTS;
  if (isOvertaken && entry?.latestJobId === job.jobId && !entry.deleted)
    return (await restoreUpload(deps, job)) ? 'started' : undefined;
  const removed = await removeOutputsOfJob({ ...deps, outputBucket: deps.config.OUTPUT_BUCKET }, job);
  const sinceEnd = deps.now().getTime() - Date.parse(job.finishedAt ?? job.updatedAt);
  if (sinceEnd >= LATE_WRITES)
    await deps.jobs.markOutputsRemoved(job, deps.now().toISOString(), job.published);
  return removed > 0 ? 'swept' : undefined;
}
