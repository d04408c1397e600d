import type { JobListFilter } from '../../../contract/job-api.ts';
import { ownerOf } from '../../../contract/upload-key.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { jobsOf } from '../../../core/uploads/ledger-entry.ts';
import { beginsWithName } from '../../../core/uploads/upload-name.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { Identity } from '../http/identity.ts';
import { invalid } from '../http/problem.ts';
import { tenantOf, utc } from './listing.ts';

/**
 * Returns the jobs of one upload key that the caller may see and the filter selects, those of the
 * latest uploads first; of a deleted upload, those from before the deletion. Reads the ledger's
 * entry and these jobs, nothing else. Another tenant's key has none.
 */
export async function jobsOfKey(
  { ledger, jobs, config, now }: Pick<ApiDeps, 'ledger' | 'jobs' | 'config' | 'now'>,
  identity: Identity,
  { key, ...filter }: JobListFilter & { key: string },
  limit: number,
): Promise<Job[]> {
  if (filter.cursor !== undefined)
    throw invalid([{ at: 'cursor', detail: 'expected none beside `key`: its jobs fit on one page' }]);
  const tenantId = tenantOf(identity, filter.tenant);
  const owner = ownerOf(key);
  if (!owner || (tenantId && owner.tenantId !== tenantId)) return [];
  const entry = await ledger.get({ bucket: config.MEDIA_BUCKET, key });
  if (!entry) return [];
  const ids = entry.deleted ? (entry.deletedJobIds ?? jobsOf(entry)) : jobsOf(entry);
  const rows = await Promise.all(ids.slice(0, limit).map((id) => jobs.get(id)));
  const isSelected = selector(filter);
  return rows.filter((job): job is Job => !!job && job.expiresAt * 1000 > now().getTime() && isSelected(job));
}

function selector({ status, kind, user, from, to, fileName }: Omit<JobListFilter, 'key'>) {
  const isNamed = fileName ? beginsWithName(fileName) : () => true;
  const [first, last] = [from && utc(from), to && utc(to)];
  return (job: Job) =>
    (!status || job.status === status) &&
    (!kind || job.kind === kind) &&
    (!user || job.userId === user) &&
    (!first || job.createdAt >= first) &&
    (!last || job.createdAt <= last) &&
    isNamed(job.key);
}
