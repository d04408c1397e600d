import { type Measures, measure } from '../../core/jobs/metrics.ts';
import { REPAIRS } from './reconcile-deps.ts';
import type { Reconciliation } from './reconcile-jobs.ts';

/** One CloudWatch metric per kind of repair, in embedded metric format: a log line, no call. Returns what it was given. */
export function reportRepairs(reconciliation: Reconciliation): Reconciliation {
  const measures: Measures = { OldestRunningSeconds: [reconciliation.oldestRunningSeconds, 'Seconds'] };
  measures.FullTaskKinds = [reconciliation.fullKinds.length, 'Count'];
  // Zero is a value too: an alarm on missing data then means that nobody reconciles.
  for (const repair of REPAIRS)
    measures[`Reconciled-${repair}`] = [reconciliation.repairs[repair] ?? 0, 'Count'];
  measure(measures);
  return reconciliation;
}
