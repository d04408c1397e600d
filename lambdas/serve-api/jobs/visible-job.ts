import type { Job } from '../../../core/jobs/job.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { Identity } from '../http/identity.ts';
import { notFound } from '../http/problem.ts';

/**
 * Returns a job that the caller may see. Throws the same 404 for a job that does not exist, belongs
 * to another tenant or has expired.
 */
export async function visibleJob({ jobs, now }: ApiDeps, identity: Identity, jobId: string): Promise<Job> {
  const job = await jobs.get(jobId);
  const ours = identity.role === 'operator' || job?.tenantId === identity.tenantId;
  if (!job || !ours || job.expiresAt * 1000 <= now().getTime()) throw notFound(`job ${jobId}`);
  return job;
}
