import { inBatches } from '../../base/in-batches.ts';
import { log } from '../../base/log.ts';
import type { ExecutionDescription } from '../../core/aws/executions.ts';
import type { Ending } from '../../core/jobs/failure.ts';
import { jobIdOf } from '../../core/jobs/job.ts';
import { endJob } from '../../core/lifecycle/end-job.ts';
import { executionFailure } from '../../core/lifecycle/execution-failure.ts';
import { uploadOfInput } from '../../core/uploads/upload-event.ts';
import { MAX_EXECUTIONS } from './describe-pace.ts';
import type { ReconcileDeps } from './reconcile-deps.ts';

const ENDINGS: readonly Ending['status'][] = ['FAILED', 'TIMED_OUT', 'ABORTED'];
/** Number of rounds that check each ended execution, in case a round is missed. */
const ROUNDS = 3;

/**
 * Records failed executions whose status events were lost and that the rows do not show: they
 * failed before the row was created, or after COMPLETED but before the announcement, or were
 * redriven from the console. Returns the number of executions recorded.
 */
export async function reconcileExecutions(deps: ReconcileDeps): Promise<number> {
  const grace = deps.config.RECONCILE_AFTER_SECONDS * 1000;
  const until = deps.now().getTime() - grace;
  let recorded = 0;
  for (const status of ENDINGS) {
    const latest = await deps.executions.latest(deps.config.STATE_MACHINE_ARN, status, MAX_EXECUTIONS);
    const due = latest.filter(({ stopDate }) => {
      const stopped = stopDate?.getTime() ?? 0;
      return stopped <= until && stopped > until - ROUNDS * grace;
    });
    await inBatches(due, 4, async ({ executionArn }) => {
      // One failure must not prevent the others from being recorded.
      await reconcileExecution(deps, executionArn, status).then(
        (done) => {
          if (done) recorded++;
        },
        (error: Error) => log.error('execution not reconciled', { executionArn, error }),
      );
    });
  }
  return recorded;
}

async function reconcileExecution(
  deps: ReconcileDeps,
  executionArn: string,
  status: Ending['status'],
): Promise<boolean> {
  const execution = await deps.executions.describe(executionArn);
  if (execution?.status !== status || (await isRecorded(deps, execution))) return false;
  const { input, error, cause, redriveCount = 0 } = execution;
  const failure = await executionFailure(deps, executionArn, { status, error, cause });
  await endJob(deps, { executionArn, redriveCount, upload: uploadOfInput(input), failure });
  log.warn('execution reconciled', { executionArn, status });
  return true;
}

/**
 * Returns true if the row shows the end of this execution or has moved on. PROCESSING rows are left
 * to reconcileRunning.
 */
async function isRecorded(
  { jobs }: ReconcileDeps,
  { executionArn, input = '', redriveCount = 0 }: ExecutionDescription,
): Promise<boolean> {
  const upload = uploadOfInput(input);
  if (!upload) return true;
  const job = await jobs.get(jobIdOf(upload));
  if (!job) return false;
  if (job.executionArn !== executionArn || job.status === 'PROCESSING') return true;
  if (redriveCount > job.redriveCount) return false;
  return job.status !== 'COMPLETED' || job.notifiedAttempt === job.attempt;
}
