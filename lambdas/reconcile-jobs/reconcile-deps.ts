import type { JobQueries } from '../../core/jobs/job-queries.ts';
import type { SlotConfig } from '../../core/jobs/task-slots.ts';
import type { RetryDeps } from '../../core/lifecycle/begin-retry.ts';
import type { EndJobDeps } from '../../core/lifecycle/end-job.ts';

export interface ReconcileDeps extends Omit<EndJobDeps, 'config'> {
  queries: JobQueries;
  config: EndJobDeps['config'] & RetryDeps['config'] & SlotConfig & { RECONCILE_AFTER_SECONDS: number };
}

/**
 * The repairs of a row: `recorded` the end of its execution, `completed` it from the execution's output, `started` or `redriven` the
 * execution it waits for, `settled` an end that was never announced, `swept` what a cancelled worker still wrote, `released` the task slot
 * of an execution that has ended; `failed`: none of these. Each is a CloudWatch metric.
 */
export const REPAIRS = [
  'recorded',
  'completed',
  'started',
  'redriven',
  'settled',
  'swept',
  'released',
  'failed',
] as const;
export type Repair = (typeof REPAIRS)[number];
