import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Reconciliation, Repair } from './reconcile-jobs.ts';

/** Zero is a value too: an alarm on "no data" then means that nobody reconciles. */
const REPAIRS: readonly Repair[] = [
  'recorded',
  'completed',
  'started',
  'redriven',
  'settled',
  'swept',
  'failed',
];

/** One CloudWatch metric per kind of repair, in embedded metric format: a log line, no call. Returns what it was given. */
export function reportRepairs(reconciliation: Reconciliation): Reconciliation {
  const metrics = new Metrics({ namespace: 'MediaPipeline', serviceName: 'reconcile-jobs' });
  for (const repair of REPAIRS) {
    metrics.addMetric(`Reconciled-${repair}`, MetricUnit.Count, reconciliation.repairs[repair] ?? 0);
  }
  metrics.addMetric('OldestRunningSeconds', MetricUnit.Seconds, reconciliation.oldestRunningSeconds);
  metrics.publishStoredMetrics();
  return reconciliation;
}
