import { inBatches } from '../../core/in-batches.ts';
import { jobIdOf } from '../../core/job.ts';
import { log } from '../../core/log.ts';
import { parseUploadEvent } from '../../core/upload-event.ts';
import { recordOutcome } from '../record-outcome/record-outcome.ts';
import type { Ending } from './execution-event.ts';
import type { ReconcileDeps } from './reconcile-jobs.ts';

const ENDINGS: readonly Ending[] = ['FAILED', 'TIMED_OUT', 'ABORTED'];
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
      if (await reconcileExecution(deps, executionArn, status)) recorded++;
    });
  }
  return recorded;
}

type Execution = NonNullable<Awaited<ReturnType<ReconcileDeps['executions']['describe']>>>;

async function reconcileExecution(
  deps: ReconcileDeps,
  executionArn: string,
  status: Ending,
): Promise<boolean> {
  const execution = await deps.executions.describe(executionArn);
  if (execution?.status !== status || (await isRecorded(deps, execution))) return false;
  const { input, error, cause, redriveCount } = execution;
  await recordOutcome(deps, { detail: { executionArn, status, input, error, cause, redriveCount } });
  log.warn('execution reconciled', { executionArn, status });
  return true;
}

/** Whether the row says what became of this execution, or has moved on. Rows that still run are compared the other way round. */
async function isRecorded(
  { jobs }: ReconcileDeps,
  { executionArn, input = '', redriveCount = 0 }: Execution,
): Promise<boolean> {
  const jobId = jobOf(input);
  if (!jobId) return true;
  const job = await jobs.get(jobId);
  if (!job) return false;
  if (job.executionArn !== executionArn || job.status === 'PROCESSING') return true;
  if (redriveCount > job.redriveCount) return false;
  return job.status !== 'COMPLETED' || job.notifiedAttempt === job.attempt;
}

function jobOf(input: string): string | undefined {
  try {
    return jobIdOf(parseUploadEvent(JSON.parse(input)).upload);
  } catch {
    return undefined;
  }
}
