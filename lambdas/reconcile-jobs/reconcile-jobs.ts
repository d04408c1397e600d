import { FAILED_STATUSES } from '../../base/errors.ts';
import { inBatches } from '../../base/in-batches.ts';
import { log } from '../../base/log.ts';
import type { Job } from '../../core/jobs/job.ts';
import type { StatusEntry } from '../../core/jobs/job-row.ts';
import { END_JOB_SETTINGS } from '../../core/lifecycle/end-job.ts';
import { MAX_ROWS } from './describe-pace.ts';
import type { ReconcileDeps, Repair } from './reconcile-deps.ts';
import { reconcileEnded } from './reconcile-ended.ts';
import { reconcileExecutions } from './reconcile-executions.ts';
import { reconcileRunning } from './reconcile-running.ts';

export const SETTINGS = [
  ...END_JOB_SETTINGS,
  'STATE_MACHINE_ARN',
  'MAX_PROCESSING_RETRIES',
  'RECONCILE_AFTER_SECONDS',
] as const;

export interface Reconciliation {
  looked: number;
  repairs: Partial<Record<Repair, number>>;
  /** Age of the oldest running job among those checked. */
  oldestRunningSeconds: number;
}

const AT_ONCE = 8;
/** Age in milliseconds after which an unannounced end is left to an operator. */
const ENDED_WINDOW = 24 * 3600_000;

/**
 * Compares running rows, and ended rows without an announcement, with Step Functions, and repairs
 * differences: lost status events, executions that were never started, processes that died between
 * two steps. Skips rows updated within RECONCILE_AFTER_SECONDS: their writer may still be working.
 * The index only yields candidates; each row is read again.
 */
export async function reconcileJobs(deps: ReconcileDeps): Promise<Reconciliation> {
  const now = deps.now().getTime();
  const to = new Date(now - deps.config.RECONCILE_AFTER_SECONDS * 1000).toISOString();
  const ever = { from: new Date(0).toISOString(), to };
  const recent = { from: new Date(now - ENDED_WINDOW).toISOString(), to };
  const running = await deps.queries.lastWritten('PROCESSING', ever, MAX_ROWS);
  const result: Reconciliation = { looked: 0, repairs: {}, oldestRunningSeconds: 0 };
  await repairEach(deps, running, result, async (job) => {
    if (job.updatedAt > to) return undefined;
    const age = (now - Date.parse(job.createdAt)) / 1000;
    result.oldestRunningSeconds = Math.max(result.oldestRunningSeconds, Math.round(age));
    return reconcileRunning(deps, job);
  });
  for (const status of FAILED_STATUSES) {
    const ended = await deps.queries.lastWritten(status, recent, MAX_ROWS);
    await repairEach(deps, ended.filter(isUnfinished), result, (job) => reconcileEnded(deps, job));
  }
  const unrecorded = await reconcileExecutions(deps);
  if (unrecorded > 0) result.repairs.recorded = (result.repairs.recorded ?? 0) + unrecorded;
  log.info('reconciled', { ...result });
  return result;
}

const isUnfinished = ({ status, attempt, notifiedAttempt, outputsRemovedAt }: StatusEntry) =>
  attempt !== notifiedAttempt || (status === 'CANCELLED' && !outputsRemovedAt);

/**
 * Repairs each row independently: if one fails, the others still run, and the next round tries it
 * again.
 */
async function repairEach(
  { jobs, now }: ReconcileDeps,
  entries: readonly StatusEntry[],
  result: Reconciliation,
  repair: (job: Job) => Promise<Repair | undefined>,
): Promise<void> {
  const count = (repair: Repair) => {
    result.repairs[repair] = (result.repairs[repair] ?? 0) + 1;
  };
  await inBatches(entries, AT_ONCE, async ({ jobId, status }) => {
    result.looked++;
    try {
      const job = await jobs.get(jobId);
      if (job?.status !== status || job.expiresAt * 1000 <= now().getTime()) return;
      const done = await repair(job);
      if (!done) return;
      count(done);
      log.warn('job reconciled', { jobId, repair: done, executionArn: job.executionArn });
    } catch (error) {
      count('failed');
      log.error('job not reconciled', { jobId, error: error as Error });
    }
  });
}
