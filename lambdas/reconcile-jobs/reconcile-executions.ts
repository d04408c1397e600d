import { inBatches } from '../../base/in-batches.ts';
import { log } from '../../base/log.ts';
import type { ExecutionDescription } from '../../core/aws/executions.ts';
import type { Ending } from '../../core/jobs/failure.ts';
import { jobIdOf } from '../../core/jobs/job.ts';
import { endJob } from '../../core/lifecycle/end-job.ts';
import { executionFailure } from '../../core/lifecycle/execution-failure.ts';
import { uploadOfInput } from '../../core/uploads/upload-event.ts';
import type { ReconcileDeps } from './reconcile-deps.ts';

const ENDINGS: readonly Ending['status'][] = ['FAILED', 'TIMED_OUT', 'ABORTED'];
/** Per status and round; those that started last. */
const MAX_EXECUTIONS = 200;
/** Rounds in which an ended execution is looked at, should one of them be missed. */
const ROUNDS = 3;

/**
 * The other direction: executions that failed without a trace in the table, because they failed before the row was written, or after it
 * was COMPLETED and before anybody was told, or because a person redrove them, and whose status events were lost. Returns how many were recorded.
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
      // One that cannot be recorded must not keep the others from it.
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

/** Whether the row says what became of this execution, or has moved on. Rows that still run are compared the other way round. */
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
