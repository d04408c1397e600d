import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { JobStatus } from '../../contract/lists.ts';
import type { MediaKind } from '../../media/kinds/kinds.ts';
import type { JobSummary } from './job-row.ts';

/** Start of the next page: after this job, or, without a jobId, at jobs created up to this time. */
export interface Position {
  createdAt: string;
  jobId?: string | undefined;
}

export interface JobListing {
  /** Undefined: all tenants. */
  tenantId?: string | undefined;
  userId?: string | undefined;
  status?: JobStatus | undefined;
  kind?: MediaKind | undefined;
  /** Beginning of the uploaded file's name. */
  fileName?: string | undefined;
  /** ISO 8601, UTC, both inclusive. */
  from: string;
  to: string;
  after?: Position | undefined;
  limit: number;
}

/** Index partition that one query reads. */
export interface IndexSlice {
  index: 'byTenant' | 'byDay';
  hash: 'tenantId' | 'day';
  value: string;
}

/**
 * Builds the key condition and filter of a listing within a partition. Expired rows are filtered
 * out, since TTL deletes them late.
 */
export function listingConditions(
  { from, userId, status, kind }: JobListing,
  slice: IndexSlice,
  upTo: string,
  seconds: number,
): Partial<QueryCommandInput> {
  const filters = Object.entries({ userId, status, kind }).filter(([, value]) => value !== undefined);
  return {
    KeyConditionExpression: '#hash = :hash AND createdAt BETWEEN :from AND :to',
    FilterExpression: ['expiresAt > :now', ...filters.map(([name]) => `#${name} = :${name}`)].join(' AND '),
    ExpressionAttributeNames: {
      '#hash': slice.hash,
      ...Object.fromEntries(filters.map(([name]) => [`#${name}`, name])),
    },
    ExpressionAttributeValues: {
      ':hash': slice.value,
      ':from': from,
      ':to': upTo,
      ':now': seconds,
      ...Object.fromEntries(filters.map(([name, value]) => [`:${name}`, value])),
    },
  };
}

export const positionOf = ({ createdAt, jobId }: JobSummary): Position => ({ createdAt, jobId });

/** Returns the last millisecond of the previous day, where the next page starts. */
export const lastMomentBefore = (day: string) =>
  new Date(Date.parse(`${day}T00:00:00.000Z`) - 1).toISOString();
