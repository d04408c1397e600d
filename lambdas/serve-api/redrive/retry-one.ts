import { log } from '../../../base/log.ts';
import type { RedriveResult } from '../../../contract/retry-api.ts';
import type { Job } from '../../../core/jobs/job.ts';
import {
  beginRetry,
  decideRetry,
  type RetryDeps,
  type RetryRequest,
} from '../../../core/lifecycle/begin-retry.ts';

export interface RedriveOptions extends RetryRequest {
  /** Report what would happen without changing anything. */
  dryRun: boolean;
}

/** Retries one of many jobs. An error becomes its result, so that the others continue. */
export async function retryOne(deps: RetryDeps, job: Job, options: RedriveOptions): Promise<RedriveResult> {
  const { jobId } = job;
  return orRefused(jobId, async () => {
    const choice = options.dryRun
      ? await decideRetry(deps, job, options.mode)
      : await beginRetry(deps, job, options);
    if ('refusal' in choice) return { jobId, outcome: 'refused', reason: choice.reason };
    return { jobId, outcome: OUTCOMES[choice.mode], reason: choice.reason };
  });
}

/** Turns an error, such as a row that cannot be read, into a refusal. */
export async function orRefused(
  jobId: string | null,
  work: () => Promise<RedriveResult>,
): Promise<RedriveResult> {
  try {
    return await work();
  } catch (error) {
    log.error('job not redriven', { jobId, error: error as Error });
    return { jobId, outcome: 'refused', reason: 'The retry failed; see the log for the reason.' };
  }
}

const OUTCOMES = { redrive: 'redriven', restart: 'restarted' } as const;
