import * as z from 'zod';
import { WORK_RESULT } from '../../contract/work-order.ts';
import type { ExecutionDescription } from '../../core/aws/executions.ts';
import type { Job } from '../../core/jobs/job.ts';
import { sendRedrive, sendStart } from '../../core/lifecycle/begin-retry.ts';
import { hasFailed } from '../../core/lifecycle/execution-failure.ts';
import { endAsExecution } from './end-as-execution.ts';
import type { ReconcileDeps, Repair } from './reconcile-deps.ts';

/**
 * What the state machine leaves in its output: the order, the result that CompleteJob wrote, and
 * when it did.
 */
const OUTPUT = z.object({
  result: WORK_RESULT,
  /** Absent in executions of earlier definitions. */
  completed: z.object({ endedAt: z.string() }).optional(),
});

/** A row that says PROCESSING and has not been written for a while. undefined: all is well. */
export async function reconcileRunning(deps: ReconcileDeps, job: Job): Promise<Repair | undefined> {
  const execution = await deps.executions.describe(job.executionArn);
  const fence = { executionArn: job.executionArn, redriveCount: job.redriveCount };
  if (!execution) {
    // A restart that died between the row and the start, or a Step Functions that forgot; it counts redrives from zero again.
    if (!(await deps.jobs.setAttributes(job.jobId, fence, { redriveCount: 0 }))) return undefined;
    await sendStart(deps, job);
    return 'started';
  }
  const { status, redriveCount = 0 } = execution;
  if (status === 'RUNNING') {
    // Moves to the end of the queue for the next look.
    await deps.jobs.setAttributes(job.jobId, fence, { updatedAt: deps.now().toISOString() });
    return undefined;
  }
  if (hasFailed(status) && redriveCount < job.redriveCount) return redrive(deps, job, execution);
  if (hasFailed(status)) {
    await endAsExecution(deps, job, execution, status);
    return 'recorded';
  }
  if (status !== 'SUCCEEDED') return undefined;
  return complete(deps, job, execution);
}

/** The row was claimed for a redrive that never reached Step Functions. Where it refuses by now, the job fails as it had. */
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

/** The execution did its work, and the row does not know, as after a restore of the table from a backup. */
async function complete(deps: ReconcileDeps, job: Job, execution: ExecutionDescription): Promise<Repair> {
  const output = OUTPUT.safeParse(JSON.parse(execution.output ?? 'null'));
  if (!output.success) {
    const lost = {
      error: 'Superseded',
      cause: 'The execution ended without a result, since the job belonged to another one by then.',
    };
    await endAsExecution(deps, job, lost, 'FAILED');
    return 'recorded';
  }
  const { result, completed } = output.data;
  const { manifestKey, outputCount, kind, degraded } = result;
  const written = await deps.jobs.transition({
    jobId: job.jobId,
    to: 'COMPLETED',
    from: ['PROCESSING'],
    fence: { executionArn: job.executionArn, redriveCount: job.redriveCount },
    at: deps.now().toISOString(),
    note: 'reconciled',
    set: {
      manifestKey,
      outputCount,
      kind,
      degraded: JSON.stringify(degraded),
      // What `Job Completed` said.
      finishedAt: completed?.endedAt ?? (execution.stopDate ?? deps.now()).toISOString(),
      error: undefined,
      progress: undefined,
    },
  });
  return written ? 'completed' : 'failed';
}
