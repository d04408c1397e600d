import type { SettingName } from '../../base/config.ts';
import { ERRORS, type ErrorName } from '../../base/errors.ts';
import { REPAIRS } from '../../lambdas/reconcile-jobs/reconcile-deps.ts';
import { STOP_REASONS } from '../../lambdas/report-stopped-task/report-stopped-task.ts';
import { MEDIA_KINDS, type MediaKind } from '../../media/kinds/kinds.ts';
import { settingsOf } from '../settings-of.ts';
import { workloads } from './workloads.ts';

/**
 * What Terraform needs to know of the code: `product.json`, which the build writes beside the
 * packages.
 */
export interface ProductTables {
  /** The settings that each function and task reads, by its folder's name. */
  settings: Record<string, SettingName[]>;
  kinds: MediaKind[];
  /**
   * Why a task may have stopped without a word, and the reasons that another attempt does not mend.
   */
  stopReasons: { all: ErrorName[]; alarming: ErrorName[] };
  /** What reconcile-jobs may have done. */
  repairs: string[];
}

export async function productTables(): Promise<ProductTables> {
  const settings: ProductTables['settings'] = {};
  // One after the other: Jest's module loader cannot link modules that two imports want at once.
  for (const workload of workloads()) settings[workload.name] = await settingsOf(workload);
  const alarming = STOP_REASONS.filter((name) => ERRORS[name].retry !== 'backoff');
  return {
    settings,
    kinds: [...MEDIA_KINDS],
    stopReasons: { all: [...STOP_REASONS], alarming },
    repairs: [...REPAIRS],
  };
}
