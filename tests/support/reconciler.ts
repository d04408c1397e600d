import { readConfig } from '../../base/config.ts';
import { reconcileJobs, SETTINGS } from '../../lambdas/reconcile-jobs/reconcile-jobs.ts';
import type { JobApi } from './job-api.ts';

/** One round, as the schedule makes it every five minutes, so much later. */
export function reconcile(
  { deps }: JobApi,
  { minutesLater = 10, settings = {} }: { minutesLater?: number; settings?: Record<string, string> } = {},
) {
  const environment = { ...process.env, RECONCILE_AFTER_SECONDS: '300', ...settings };
  const config = readConfig(environment, SETTINGS);
  const now = () => new Date(Date.now() + minutesLater * 60_000);
  return reconcileJobs({ ...deps, config, now });
}
