import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Config } from '../../base/config.ts';
import type { WorkOrder, WorkResult } from '../../contract/work-order.ts';
import type { Job } from './job.ts';

export type Measures = Record<string, readonly [value: number, unit: keyof typeof MetricUnit]>;

/** Settings required to publish job metrics. */
export const METRICS_SETTINGS = ['METRICS_BY_TENANT'] as const;
type MetricsConfig = Config<(typeof METRICS_SETTINGS)[number]>;

/**
 * Publishes CloudWatch metrics in embedded metric format: one log line, no API call. `fields` (IDs,
 * tenants) are searchable in the log but do not become metrics. Without a namespace (local run,
 * tests) nothing is written.
 */
export function measure(
  measures: Measures,
  dimensionSets: readonly Record<string, string>[] = [],
  fields: Record<string, string> = {},
): void {
  if (!process.env.POWERTOOLS_METRICS_NAMESPACE) return;
  // The service is a dimension of every metric. It is constant, so that one alarm covers all
  // functions and tasks.
  const metrics = new Metrics({ serviceName: 'media-pipeline' });
  for (const dimensions of dimensionSets) metrics.addDimensions(dimensions);
  for (const [name, value] of Object.entries(fields)) metrics.addMetadata(name, value);
  for (const [name, [value, unit]] of Object.entries(measures))
    metrics.addMetric(name, MetricUnit[unit], value);
  metrics.publishStoredMetrics();
}

/**
 * Runs the work of one order and publishes its metrics if it published a manifest. Failures are
 * measured by `endJob`. A state that hands its output to a later state publishes no metrics of its
 * own.
 */
export async function measureWork<Result extends object>(
  config: MetricsConfig,
  order: WorkOrder,
  work: () => Promise<Result>,
): Promise<Result> {
  const start = performance.now();
  const result = await work();
  const published: Partial<WorkResult> = result;
  if (published.manifestKey === undefined) return result;
  const measures = {
    Published: [1, 'Count'],
    Outputs: [published.outputCount ?? 0, 'Count'],
    UploadBytes: [order.size, 'Bytes'],
    WorkSeconds: [(performance.now() - start) / 1000, 'Seconds'],
  } as const;
  const { kind = order.kind } = published;
  const { jobId, tenantId } = order;
  measure(measures, dimensionsOf({ kind, tenantId }, config), { jobId, tenantId });
  return result;
}

/** Publishes the metric of a job that was rejected, failed or cancelled. */
export function measureEnd(
  config: MetricsConfig,
  { jobId, tenantId = 'unknown', kind, status, error }: Job,
): void {
  const name = { REJECTED: 'Rejected', FAILED: 'Failed', CANCELLED: 'Cancelled' }[status as string];
  if (!name) return;
  const fields = { jobId, tenantId, error: error?.name ?? 'Unknown', category: error?.category ?? 'unknown' };
  measure({ [name]: [1, 'Count'] }, dimensionsOf({ kind: kind ?? 'UNKNOWN', tenantId }, config), fields);
}

/**
 * Returns the kind as a dimension, and the tenant only if enabled: CloudWatch bills each value as a
 * separate metric.
 */
function dimensionsOf(
  { kind, tenantId }: { kind: string; tenantId: string },
  { METRICS_BY_TENANT }: MetricsConfig,
): Record<string, string>[] {
  return [{ Kind: kind }, ...(METRICS_BY_TENANT ? [{ Tenant: tenantId }] : [])];
}
