import { settleCancelled } from '../../core/cancel-job.ts';
import type { Job } from '../../core/job.ts';
import { removeOutputs } from '../../core/remove-outputs.ts';
import { recordOutcome } from '../record-outcome/record-outcome.ts';
import { executionEvent, hasEnded } from './execution-event.ts';
import type { ReconcileDeps, Repair } from './reconcile-jobs.ts';

/** A row that has ended, and of which something is left to do. */
export async function reconcileEnded(deps: ReconcileDeps, job: Job): Promise<Repair | undefined> {
  if (job.status === 'CANCELLED' && job.notifiedAttempt === job.attempt) return sweep(deps, job);
  if (job.notifiedAttempt === job.attempt) return undefined;
  if (job.status === 'CANCELLED') {
    // Whoever cancelled it died before the execution was stopped, or the execution had just ended by itself.
    await settleCancelled({ ...deps, recordOutcome: (event) => recordOutcome(deps, event) }, job);
    return 'settled';
  }
  const execution = await deps.executions.describe(job.executionArn);
  const redriven = execution?.status === 'RUNNING' && (execution.redriveCount ?? 0) > job.redriveCount;
  if (redriven) {
    await recordOutcome(deps, executionEvent(job, execution, 'RUNNING'));
    return 'recorded';
  }
  const status = hasEnded(execution?.status) ? execution.status : 'FAILED';
  await recordOutcome(deps, executionEvent(job, execution ?? {}, status));
  return 'settled';
}

/** A worker may have written outputs after they were removed: it hears of the cancellation only at its next heartbeat. */
async function sweep(deps: ReconcileDeps, job: Job): Promise<Repair | undefined> {
  const removed = await removeOutputs({ ...deps, outputBucket: deps.config.OUTPUT_BUCKET }, job, 'if-latest');
  await deps.jobs.markOutputsRemoved(job.jobId, deps.now().toISOString());
  return removed > 0 ? 'swept' : undefined;
}
