import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Config } from '../../base/config.ts';
import type { WorkOrder, WorkResult } from '../../contract/work-order.ts';
import type { Job } from './job.ts';

export type Measures = Record<string, readonly [value: number, unit: keyof typeof MetricUnit]>;

/** For the SETTINGS of whoever measures jobs. */
export const METRICS_SETTINGS = ['METRICS_BY_TENANT'] as const;
type MetricsConfig = Config<(typeof METRICS_SETTINGS)[number]>;

/**
 * Writes CloudWatch metrics in embedded metric format: one log line, no call. Fields without a metric (ids, tenants) can be searched in
 * the log but cost nothing. Where no namespace is set (one machine, tests) nothing is written.
 */
export function measure(
  measures: Measures,
  dimensionSets: readonly Record<string, string>[] = [],
  fields: Record<string, string> = {},
): void {
  if (!process.env.POWERTOOLS_METRICS_NAMESPACE) return;
  // The service is a dimension of every metric; a constant, so that one alarm covers all functions and tasks that do the same work.
  const metrics = new Metrics({ serviceName: 'media-pipeline' });
  for (const dimensions of dimensionSets) metrics.addDimensions(dimensions);
  for (const [name, value] of Object.entries(fields)) metrics.addMetadata(name, value);
  for (const [name, [value, unit]] of Object.entries(measures))
    metrics.addMetric(name, MetricUnit[unit], value);
  metrics.publishStoredMetrics();
}

/**
 * Does the work of one order, and measures it once it has published. What fails is measured by whoever records the outcome, and a state
 * that hands over to another is part of that one's job.
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

/** A job that ended without outputs, by whose fault it was. */
export function measureEnd(
  config: MetricsConfig,
  { jobId, tenantId = 'unknown', kind, status, error }: Job,
): void {
  const name = { REJECTED: 'Rejected', FAILED: 'Failed', CANCELLED: 'Cancelled' }[status as string];
  if (!name) return;
  const fields = { jobId, tenantId, error: error?.name ?? 'Unknown', category: error?.category ?? 'unknown' };
  measure({ [name]: [1, 'Count'] }, dimensionsOf({ kind: kind ?? 'UNKNOWN', tenantId }, config), fields);
}

/** By kind; by tenant only on request, since CloudWatch bills each value as a metric of its own. */
function dimensionsOf(
  { kind, tenantId }: { kind: string; tenantId: string },
  { METRICS_BY_TENANT }: MetricsConfig,
): Record<string, string>[] {
  return [{ Kind: kind }, ...(METRICS_BY_TENANT ? [{ Tenant: tenantId }] : [])];
}
