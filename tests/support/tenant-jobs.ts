import type { Job } from '../../core/jobs/job.ts';
import { newJob } from '../../core/jobs/new-job.ts';
import { RESOURCES } from '../../local/resources.ts';
import type { JobApi } from './job-api.ts';
import { uploadKey } from './pipeline.ts';

export const MINUTE = 60_000;
export const SEEDED_FROM = Date.now() - 3 * 3600_000;
export const JOBS_PER_TENANT = 30;

/** Stores the jobs of two tenants. */
export async function seedTenants({ deps }: JobApi): Promise<void> {
  for (const tenant of ['acme', 'globex'])
    for (let i = 0; i < JOBS_PER_TENANT; i++) await deps.jobs.create(rowOf(tenant, i));
}

export const idOf = (tenant: string, i: number) => rowOf(tenant, i).jobId;

/** Thirty jobs a tenant, a minute apart: three users, four kinds, and every fifth failed. */
export function rowOf(tenant: string, i: number): Job {
  const key = uploadKey(`${i}.jpg`, tenant, `user${i % 3}`);
  const upload = { bucket: RESOURCES.mediaBucket, key, etag: 'e', sequencer: i.toString(16), size: 1 };
  const executionArn = `arn:aws:states:us-east-1:000000000000:execution:media-pipeline:${tenant}-${i}`;
  const job = newJob(upload, { executionArn, now: new Date(SEEDED_FROM + i * MINUTE), ttl: 86_400 });
  const kind = (['IMAGE', 'VIDEO', 'AUDIO', 'DOCUMENT'] as const)[i % 4];
  const finishedAt = new Date(SEEDED_FROM + i * MINUTE + (i + 1) * 1000).toISOString();
  const error = { name: 'OutOfMemory', category: 'resource' as const, message: 'm', advice: 'a' };
  if (i % 5 === 4) return { ...job, kind, status: 'FAILED', finishedAt, error, notifiedAttempt: 1 };
  return {
    ...job,
    kind,
    status: i === 0 ? 'PROCESSING' : 'COMPLETED',
    finishedAt: i === 0 ? undefined : finishedAt,
  };
}
