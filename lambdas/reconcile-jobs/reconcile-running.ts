import * as z from 'zod';
import { WORK_RESULT } from '../../contract/work-order.ts';
import type { ExecutionDescription } from '../../core/aws/executions.ts';
import { executionName } from '../../core/aws/executions.ts';
import type { Job } from '../../core/jobs/job.ts';
import { expiryOf } from '../../core/jobs/retention.ts';
import { sendRedrive, sendStart } from '../../core/lifecycle/begin-retry.ts';
import { hasFailed } from '../../core/lifecycle/execution-failure.ts';
import { queueOf } from '../../core/queue/queues.ts';
import { endAsExecution } from './end-as-execution.ts';
import type { ReconcileDeps, Repair } from './reconcile-deps.ts';

/**
 * Part of the state machine's output: the result that CompleteJob wrote, and when.
 */
const OUTPUT = z.object({
  result: WORK_RESULT,
  /** Absent in executions of earlier definitions. */
  completed: z.object({ endedAt: z.string() }).optional(),
  /** Set if CompleteJob's condition failed: the job must not complete with this result. */
  lost: z.never().optional(),
});

/** Checks a PROCESSING row without recent updates. Returns undefined if it needs no repair. */
export async function reconcileRunning(deps: ReconcileDeps, job: Job): Promise<Repair | undefined> {
  const execution = await deps.executions.describe(job.executionArn);
  const fence = { executionArn: job.executionArn, redriveCount: job.redriveCount };
  if (!execution) {
    // A restart died between the row and StartExecution, or the execution expired. The new one
    // counts redrives from zero.
    const expiresAt = Math.max(job.expiresAt, expiryOf(deps.now(), deps.config.JOB_STATUS_TTL));
    if (!(await deps.jobs.setAttributes(job.jobId, fence, { redriveCount: 0, expiresAt }))) return undefined;
    await sendStart(deps, job);
    return 'started';
  }
  const { status, redriveCount = 0 } = execution;
  if (status === 'RUNNING') {
    // Moves the row to the end of the index, so that others are checked first next time.
    await deps.jobs.setAttributes(job.jobId, fence, { updatedAt: deps.now().toISOString() });
    return (await isLostInLine(deps, job)) ? 'restored' : undefined;
  }
  if (hasFailed(status) && redriveCount < job.redriveCount) return redrive(deps, job, execution);
  if (hasFailed(status)) {
    await endAsExecution(deps, job, execution, status);
    return 'recorded';
  }
  if (status !== 'SUCCEEDED') return undefined;
  return complete(deps, job, execution);
}

/** Puts a job that waits, but is not in line, back in line. Returns false if it is there. */
async function isLostInLine({ queue }: ReconcileDeps, job: Job): Promise<boolean> {
  const { kind, progress, order } = job;
  if (!kind || progress?.phase !== 'queued') return false;
  return queue.restore(queueOf({ kind, convert: order?.convert ?? false }), executionName(job.executionArn));
}

/**
 * Sends a redrive that was claimed but never reached Step Functions. If it is refused now, the job
 * fails with its earlier error.
 */
async function redrive(deps: ReconcileDeps, job: Job, execution: ExecutionDescription): Promise<Repair> {
  try {
    await sendRedrive(deps, job);
    return 'redriven';
  } catch (error) {
    if ((error as Error).name !== 'ExecutionNotRedrivable') throw error;
    const { redriveCount } = job;
    await endAsExecution(deps, job, { ...execution, redriveCount }, 'FAILED');
    return 'recorded';
  }
}

/**
 * Completes a row whose execution succeeded, for example after the table was restored from a
 * backup.
 */
async function complete(deps: ReconcileDeps, job: Job, execution: ExecutionDescription): Promise<Repair> {
  const output = OUTPUT.safeParse(JSON.parse(execution.output ?? 'null'));
  if (!output.success) {
    const lost = {
      error: 'Superseded',
      cause: 'The execution ended without a result because another execution had taken over the job.',
    };
    await endAsExecution(deps, job, lost, 'FAILED');
    return 'recorded';
  }
  const { result, completed } = output.data;
  const { manifestKey, manifestVersionId, outputCount, kind, degraded } = result;
  const written = await deps.jobs.transition({
    jobId: job.jobId,
    to: 'COMPLETED',
    from: ['PROCESSING'],
    fence: { executionArn: job.executionArn, redriveCount: job.redriveCount },
    at: deps.now().toISOString(),
    note: 'reconciled',
    set: {
      manifestKey,
      manifestVersionId,
      outputCount,
      kind,
      degraded: JSON.stringify(degraded),
      // Same time as in `Job Completed`.
      finishedAt: completed?.endedAt ?? (execution.stopDate ?? deps.now()).toISOString(),
      error: undefined,
      progress: undefined,
      published: undefined,
    },
  });
  return written ? 'completed' : 'failed';
}
