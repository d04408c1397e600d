import { log } from '../../../base/log.ts';
import type { RedriveResult } from '../../../contract/retry-api.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { beginRetry, decideRetry, type RetryRequest } from '../../../core/lifecycle/begin-retry.ts';
import type { ApiDeps } from '../api-deps.ts';

export interface RedriveOptions extends RetryRequest {
  /** Says what would happen, and changes nothing. */
  dryRun: boolean;
}

/** One retry of many: what goes wrong with it is its result, so that the others go on. */
export async function retryOne(deps: ApiDeps, job: Job, options: RedriveOptions): Promise<RedriveResult> {
  const { jobId } = job;
  return orRefused(jobId, async () => {
    const choice = options.dryRun
      ? await decideRetry(deps, job, options.mode)
      : await beginRetry(deps, job, options);
    if ('refusal' in choice) return { jobId, outcome: 'refused', reason: choice.reason };
    return { jobId, outcome: OUTCOMES[choice.mode], reason: choice.reason };
  });
}

/** Makes a refusal of what is thrown, such as for a row that cannot be read. */
export async function orRefused(
  jobId: string | null,
  work: () => Promise<RedriveResult>,
): Promise<RedriveResult> {
  try {
    return await work();
  } catch (error) {
    log.error('job not redriven', { jobId, error: error as Error });
    return { jobId, outcome: 'refused', reason: 'The retry failed; its log entry says why.' };
  }
}

const OUTCOMES = { redrive: 'redriven', restart: 'restarted' } as const;
