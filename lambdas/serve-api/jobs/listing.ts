import type { JobFilter, JobListFilter } from '../../../contract/job-api.ts';
import type { JobListing } from '../../../core/jobs/job-listing.ts';
import { maxRetentionSeconds } from '../../../core/jobs/retention.ts';
import type { ApiDeps } from '../api-deps.ts';
import { decodeCursor } from '../http/cursor.ts';
import type { Identity } from '../http/identity.ts';
import { forbidden, invalid } from '../http/problem.ts';

/**
 * Allowance for clock skew between machines in milliseconds: jobs "from the future" belong on the
 * first page.
 */
const CLOCK_SKEW = 3600_000;

/**
 * Converts the filter to a query for jobs that the caller may see. A cursor of this listing is
 * bound to `scope`.
 */
export function listingOf(
  { config, now }: Pick<ApiDeps, 'config' | 'now'>,
  identity: Identity,
  filter: JobFilter & Pick<JobListFilter, 'fileName'>,
  limit: number,
): { listing: JobListing; scope: object } {
  const tenantId = tenantOf(identity, filter.tenant);
  const { status, kind, user: userId, fileName } = filter;
  const from = filter.from && utc(filter.from);
  const to = filter.to && utc(filter.to);
  if (from && to && from > to) throw invalid([{ at: 'from', detail: 'expected a time at or before `to`' }]);
  const scope = { tenantId, userId, status, kind, from, to, ...(fileName && { fileName }) };
  const after = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor, scope);
  // Each retry extends the retention of a row.
  const retention = maxRetentionSeconds(config.JOB_STATUS_TTL) * 1000;
  const oldest = now().getTime() - retention * (config.MAX_PROCESSING_RETRIES + 1);
  const listing = {
    ...scope,
    from: from ?? new Date(Math.max(0, oldest)).toISOString(),
    to: to ?? new Date(now().getTime() + CLOCK_SKEW).toISOString(),
    after,
    limit,
  };
  return { listing, scope };
}

/**
 * Returns the tenant to filter by; undefined for all tenants. Throws 403 if a caller who is not an
 * operator names another tenant.
 */
export function tenantOf(identity: Identity, asked: string | undefined): string | undefined {
  if (identity.role === 'operator') return asked;
  if (asked !== undefined && asked !== identity.tenantId)
    throw forbidden('Access to another tenant requires the operator role.');
  return identity.tenantId;
}

export const utc = (moment: string) => new Date(moment).toISOString();
