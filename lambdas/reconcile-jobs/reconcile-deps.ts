import type { JobQueries } from '../../core/jobs/job-queries.ts';
import type { RetryDeps } from '../../core/lifecycle/begin-retry.ts';
import type { EndJobDeps } from '../../core/lifecycle/end-job.ts';

export interface ReconcileDeps extends Omit<EndJobDeps, 'config'> {
  queries: JobQueries;
  config: EndJobDeps['config'] & RetryDeps['config'] & { RECONCILE_AFTER_SECONDS: number };
}

/**
 * Repairs, each with a CloudWatch metric. `recorded`: wrote the end of the execution to the row.
 * `completed`: completed the row from the execution's output. `started`, `redriven`: started or
 * redrove the execution that the row waits for. `settled`: announced an end. `swept`: removed
 * outputs written after a cancellation. `restored`: put a waiting job back in line.
 * `failed`: the repair failed.
 */
export const REPAIRS = [
  'recorded',
  'completed',
  'started',
  'redriven',
  'settled',
  'swept',
  'restored',
  'failed',
] as const;
export type Repair = (typeof REPAIRS)[number];
