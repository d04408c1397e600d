import type { JobFilter } from '../../../contract/job-api.ts';
import type { JobListing } from '../../../core/jobs/job-listing.ts';
import type { ApiDeps } from '../api-deps.ts';
import { decodeCursor } from '../http/cursor.ts';
import type { Identity } from '../http/identity.ts';
import { forbidden, invalid } from '../http/problem.ts';

/** Clocks of different machines differ: jobs "from the future" belong on the first page. */
const CLOCK_SKEW = 3600_000;

/** The filter as a query of the caller's own jobs; `scope` is what a cursor of this listing is bound to. */
export function listingOf(
  { config, now }: Pick<ApiDeps, 'config' | 'now'>,
  identity: Identity,
  filter: JobFilter,
  limit: number,
): { listing: JobListing; scope: object } {
  const tenantId = tenantOf(identity, filter.tenant);
  const { status, kind, user: userId } = filter;
  const from = filter.from && utc(filter.from);
  const to = filter.to && utc(filter.to);
  if (from && to && from > to) throw invalid([{ at: 'from', detail: 'is after `to`' }]);
  const scope = { tenantId, userId, status, kind, from, to };
  const after = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor, scope);
  // Each retry renews the time that a row is kept.
  const oldest = now().getTime() - config.JOB_STATUS_TTL * 1000 * (config.MAX_PROCESSING_RETRIES + 1);
  const listing = {
    ...scope,
    from: from ?? new Date(Math.max(0, oldest)).toISOString(),
    to: to ?? new Date(now().getTime() + CLOCK_SKEW).toISOString(),
    after,
    limit,
  };
  return { listing, scope };
}

/** The tenant whose jobs a caller means; undefined: every tenant's. Throws 403 where that is not his own. */
export function tenantOf(identity: Identity, asked: string | undefined): string | undefined {
  if (identity.role === 'operator') return asked;
  if (asked !== undefined && asked !== identity.tenantId)
    throw forbidden('Only an operator may name another tenant.');
  return identity.tenantId;
}

export const utc = (moment: string) => new Date(moment).toISOString();
