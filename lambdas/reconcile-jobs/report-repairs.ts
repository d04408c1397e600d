import { type Measures, measure } from '../../core/jobs/metrics.ts';
import type { Repair } from './reconcile-deps.ts';
import type { Reconciliation } from './reconcile-jobs.ts';

/** Zero is a value too: an alarm on "no data" then means that nobody reconciles. */
const REPAIRS: readonly Repair[] = [
  'recorded',
  'completed',
  'started',
  'redriven',
  'settled',
  'swept',
  'released',
  'failed',
];

/** One CloudWatch metric per kind of repair, in embedded metric format: a log line, no call. Returns what it was given. */
export function reportRepairs(reconciliation: Reconciliation): Reconciliation {
  const measures: Measures = { OldestRunningSeconds: [reconciliation.oldestRunningSeconds, 'Seconds'] };
  measures.FullTaskKinds = [reconciliation.fullKinds.length, 'Count'];
  for (const repair of REPAIRS)
    measures[`Reconciled-${repair}`] = [reconciliation.repairs[repair] ?? 0, 'Count'];
  measure(measures);
  return reconciliation;
}
