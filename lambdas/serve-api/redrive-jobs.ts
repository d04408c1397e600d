import type { Job } from '../../core/job.ts';
import { choose, type RetryRequest, retryJob } from '../../core/retry-job.ts';
import type { ApiDeps } from './api-deps.ts';

export interface RedriveResult {
  jobId: string | null;
  outcome: 'redriven' | 'restarted' | 'refused' | 'dropped';
  reason: string;
}

export interface RedriveOptions extends RetryRequest {
  /** Says what would happen, and changes nothing. */
  dryRun: boolean;
}

/** One retry of many: refused rather than thrown, so that the others go on. */
export async function redriveJob(deps: ApiDeps, job: Job, options: RedriveOptions): Promise<RedriveResult> {
  const { jobId } = job;
  if (options.dryRun) {
    const choice = await choose(deps, job, options.mode);
    if ('refusal' in choice) return { jobId, outcome: 'refused', reason: choice.reason };
    return { jobId, outcome: OUTCOMES[choice.mode], reason: choice.reason };
  }
  const result = await retryJob(deps, job, options);
  if (!result.accepted) return { jobId, outcome: 'refused', reason: result.reason };
  return { jobId, outcome: OUTCOMES[result.mode], reason: result.reason };
}

const OUTCOMES = { redrive: 'redriven', restart: 'restarted' } as const;
