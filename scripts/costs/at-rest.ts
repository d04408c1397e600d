import type { Resource } from '../mocked-deployment.ts';
import type { CostLine } from './cost-lines.ts';
import { HOURS_PER_MONTH, PRICES } from './prices.ts';

/**
 * Number of metrics that a deployment without uploads writes: reconcile-jobs (its repairs and the
 * oldest job) and reconcile-queues (the longest wait, full queues, its repairs).
 */
const IDLE_METRICS = 13;
/** Compressed size of both images together, measured on builds for both architectures. */
const IMAGE_GIGABYTES = 0.5;

/** Returns the monthly cost of an idle deployment, from the resources in Terraform. */
export function costsAtRest(deployment: readonly Resource[]): CostLine[] {
  const all = (type: string) =>
    deployment
      .filter((resource) => resource.type === type && resource.mode === 'managed')
      .map(({ values }) => values);
  const endpoints = all('aws_vpc_endpoint').filter(
    ({ vpc_endpoint_type }) => vpc_endpoint_type === 'Interface',
  );
  const zones = endpoints.reduce((sum, { subnet_ids }) => sum + subnet_ids.length, 0);
  const alarmed = all('aws_cloudwatch_metric_alarm').map(
    ({ metric_query }) =>
      metric_query?.filter(({ metric }: { metric: unknown[] }) => metric?.length).length || 1,
  );
  const metrics = alarmed.reduce((sum, count) => sum + count, 0);
  /** Half a second of half a gigabyte each time. */
  const every = (minutes: number) =>
    ((HOURS_PER_MONTH * 60) / minutes) *
    (PRICES.lambda.request + 0.5 * 0.5 * PRICES.lambda.gigabyteSecond + PRICES.eventBridge.event);
  return [
    {
      what: `${endpoints.length} interface endpoints, ${zones} network interfaces`,
      cost: zones * HOURS_PER_MONTH * PRICES.endpoint.zoneHour,
    },
    { what: `${alarmed.length} alarms on ${metrics} metrics`, cost: metrics * PRICES.alarm.metricMonth },
    {
      what: `${all('aws_cloudwatch_dashboard').length} dashboard`,
      cost: all('aws_cloudwatch_dashboard').length * PRICES.dashboard.month,
    },
    {
      what: `${IDLE_METRICS} metrics of reconcile-jobs and reconcile-queues`,
      cost: IDLE_METRICS * PRICES.metric.month,
    },
    { what: `${all('aws_kms_key').length} key`, cost: all('aws_kms_key').length * PRICES.kms.keyMonth },
    { what: `container images, ${IMAGE_GIGABYTES} GB`, cost: IMAGE_GIGABYTES * PRICES.ecr.gigabyteMonth },
    { what: 'reconcile-jobs every five minutes', cost: every(5) },
    { what: 'reconcile-queues every minute', cost: every(1) },
  ];
}
