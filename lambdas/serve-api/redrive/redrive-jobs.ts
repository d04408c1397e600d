import { log } from '../../../base/log.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { choose, type RetryRequest, retryJob } from '../../../core/lifecycle/retry-job.ts';
import type { ApiDeps } from '../api-deps.ts';

export interface RedriveResult {
  jobId: string | null;
  outcome: 'redriven' | 'restarted' | 'refused' | 'dropped';
  reason: string;
}

export interface RedriveOptions extends RetryRequest {
  /** Says what would happen, and changes nothing. */
  dryRun: boolean;
}

/** One retry of many: what goes wrong with it is its result, so that the others go on. */
export async function redriveJob(deps: ApiDeps, job: Job, options: RedriveOptions): Promise<RedriveResult> {
  const { jobId } = job;
  try {
    const choice = options.dryRun
      ? await choose(deps, job, options.mode)
      : await retryJob(deps, job, options);
    if ('refusal' in choice) return { jobId, outcome: 'refused', reason: choice.reason };
    return { jobId, outcome: OUTCOMES[choice.mode], reason: choice.reason };
  } catch (error) {
    log.error('job not redriven', { jobId, error: error as Error });
    return { jobId, outcome: 'refused', reason: 'The retry failed; its log entry says why.' };
  }
}

const OUTCOMES = { redrive: 'redriven', restart: 'restarted' } as const;
