import { type Config, readConfig, type SettingName } from '../../base/config.ts';
import { ERRORS, type ErrorName } from '../../base/errors.ts';
import { RESERVED_CONCURRENCY } from '../../base/reserved-concurrency.ts';
import { BOUND_SETTINGS } from '../../contract/profiles/profile-bounds.ts';
import { QUEUE_NAMES, type QueueName } from '../../core/queue/queues.ts';
import { REPAIRS } from '../../lambdas/reconcile-jobs/reconcile-deps.ts';
import type { QueueRepairs } from '../../lambdas/reconcile-queues/reconcile-queues.ts';
import { STOP_REASONS } from '../../lambdas/report-stopped-task/report-stopped-task.ts';
import { type GatewayTable, gatewayTable } from '../../lambdas/serve-api/http/gateway-table.ts';
import { ROUTES } from '../../lambdas/serve-api/routes/routes.ts';
import { FUNCTION_SECONDS } from '../../media/document/limits.ts';
import { KINDS, MEDIA_KINDS, type MediaKind } from '../../media/kinds/kinds.ts';
import { settingsOf } from '../settings-of.ts';
import { workloads } from './workloads.ts';

/**
 * Facts from the code that Terraform needs: `product.json`, which the build writes next to the
 * packages.
 */
export interface ProductTables {
  /** Settings that each function and task reads, by folder name. */
  settings: Record<string, SettingName[]>;
  kinds: MediaKind[];
  /** Default limits of uploads, by setting. */
  limits: Record<string, number>;
  /** Reasons for which a task may stop without reporting, and those that a retry does not fix. */
  stopReasons: { all: ErrorName[]; alarming: ErrorName[] };
  /** Time-outs of functions whose code plans by them, in seconds. */
  timeouts: Record<string, number>;
  /** Reserved concurrency of each function. */
  concurrency: Record<string, number>;
  /** Repairs that reconcile-jobs and reconcile-queues may make, each with a metric. */
  repairs: string[];
  queues: QueueName[];
  /** Defaults of settings that Terraform itself needs. */
  defaults: Pick<Config<(typeof DEFAULTS)[number]>, (typeof DEFAULTS)[number]>;
  /** Routes and CORS configuration of the HTTP API. */
  api: GatewayTable;
}

/**
 * For the alarm of a long wait, against the API's concurrency, for profiles, and for the disk of
 * transcode-video.
 */
const DEFAULTS = ['MAX_QUEUE_WAIT_SECONDS', 'MAX_WAITING_REQUESTS', ...BOUND_SETTINGS] as const;

/** Counts that lambdas/reconcile-queues/report-queues.ts publishes as repairs. */
const QUEUE_REPAIRS = ['released', 'told'] as const satisfies (keyof QueueRepairs)[];

export async function productTables(): Promise<ProductTables> {
  const settings: ProductTables['settings'] = {};
  // Sequentially: Jest's module loader cannot link modules that two imports request at once.
  for (const workload of workloads()) settings[workload.name] = await settingsOf(workload);
  const alarming = STOP_REASONS.filter((name) => ERRORS[name].retry !== 'backoff');
  return {
    settings,
    kinds: [...MEDIA_KINDS],
    limits: defaultLimits(),
    stopReasons: { all: [...STOP_REASONS], alarming },
    timeouts: { 'process-document': FUNCTION_SECONDS },
    concurrency: RESERVED_CONCURRENCY,
    repairs: [...REPAIRS, ...QUEUE_REPAIRS],
    queues: [...QUEUE_NAMES],
    defaults: readConfig({}, DEFAULTS),
    api: gatewayTable(ROUTES),
  };
}

function defaultLimits(): ProductTables['limits'] {
  const names = MEDIA_KINDS.flatMap((kind) => Object.values(KINDS[kind].limits));
  return readConfig({}, names);
}
