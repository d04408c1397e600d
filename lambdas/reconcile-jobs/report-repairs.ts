import { type Measures, measure } from '../../core/jobs/metrics.ts';
import { REPAIRS } from './reconcile-deps.ts';
import type { Reconciliation } from './reconcile-jobs.ts';

/**
 * Publishes one CloudWatch metric per kind of repair, in embedded metric format: a log line, no API
 * call. Returns its argument.
 */
export function reportRepairs(reconciliation: Reconciliation): Reconciliation {
  const measures: Measures = { OldestRunningSeconds: [reconciliation.oldestRunningSeconds, 'Seconds'] };
  // Zeros are published too, so that missing data means reconcile-jobs is not running.
  for (const repair of REPAIRS)
    measures[`Reconciled-${repair}`] = [reconciliation.repairs[repair] ?? 0, 'Count'];
  measure(measures);
  return reconciliation;
}
