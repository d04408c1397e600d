import { log } from '../../../base/log.ts';
import type { RerenderResult } from '../../../contract/rerender-api.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { beginRerender } from '../../../core/lifecycle/begin-rerender.ts';
import { estimateJobCost } from '../../../core/lifecycle/estimate-job-cost.ts';
import type { ApiDeps } from '../api-deps.ts';
import { findStale, isRefusal } from './find-stale.ts';

export interface RerenderOptions {
  choosesProfile: boolean;
  /** Report what would happen without changing anything. */
  dryRun: boolean;
  /** Requester, for the timeline. */
  by: string;
}

/** Makes again what is stale of one of many jobs. An error becomes its result, so that the others continue. */
export async function rerenderOne(
  deps: ApiDeps,
  jobId: string,
  options: RerenderOptions,
): Promise<RerenderResult> {
  const nothing = { jobId, stale: [], estimatedUsd: 0 };
  try {
    // The index is eventually consistent: decide by the row.
    const job = await deps.jobs.get(jobId);
    if (job?.status !== 'COMPLETED')
      return {
        ...{ ...nothing, outcome: 'dropped' },
        reason: job ? `The job is now ${job.status}.` : 'The job row no longer exists.',
      };
    return await rerender(deps, job, options);
  } catch (error) {
    if (isRefusal(error)) return { ...nothing, outcome: 'refused', reason: error.message };
    log.error('outputs not made again', { jobId, error: error as Error });
    return { ...nothing, outcome: 'refused', reason: 'It failed; see the log for the reason.' };
  }
}

async function rerender(
  deps: ApiDeps,
  job: Job,
  { dryRun, ...request }: RerenderOptions,
): Promise<RerenderResult> {
  const { jobId } = job;
  const found = await findStale(deps, job, request);
  if ('refusal' in found)
    return { jobId, outcome: 'refused', reason: found.reason, stale: [], estimatedUsd: 0 };
  const { stale } = found;
  if (stale.length === 0)
    return { jobId, outcome: 'current', reason: 'Nothing is stale.', stale, estimatedUsd: 0 };
  const { kind = 'IMAGE', order, size } = job;
  const estimatedUsd = estimateJobCost({ kind, ...(order?.convert && { convert: true }) }, size);
  const reason = `Stale: ${stale.map(({ name }) => name).join(', ')}.`;
  if (dryRun) return { jobId, outcome: 'stale', reason, stale, estimatedUsd };
  const begun = await beginRerender(deps, job, request);
  return begun.accepted
    ? { jobId, outcome: 'started', reason, stale, estimatedUsd }
    : { jobId, outcome: 'refused', reason: begun.reason, stale, estimatedUsd: 0 };
}
