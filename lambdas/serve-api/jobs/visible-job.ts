import type { Job } from '../../../core/jobs/job.ts';
import type { JobStore } from '../../../core/jobs/job-store.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { Identity } from '../http/identity.ts';
import { notFound } from '../http/problem.ts';

interface Deps extends Pick<ApiDeps, 'now'> {
  jobs: Pick<JobStore, 'get'>;
}

/**
 * Returns a job that the caller may see; undefined for a job that does not exist, belongs to another
 * tenant or has expired.
 */
export async function findVisibleJob(
  { jobs, now }: Deps,
  identity: Identity,
  jobId: string,
): Promise<Job | undefined> {
  const job = await jobs.get(jobId);
  const ours = identity.role === 'operator' || job?.tenantId === identity.tenantId;
  return job && ours && job.expiresAt * 1000 > now().getTime() ? job : undefined;
}

/** Returns a job that the caller may see. Throws the same 404 for every other. */
export async function visibleJob(deps: Deps, identity: Identity, jobId: string): Promise<Job> {
  const job = await findVisibleJob(deps, identity, jobId);
  if (!job) throw notFound(`job ${jobId}`);
  return job;
}
