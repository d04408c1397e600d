import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { JobStatus } from '../../contract/lists.ts';
import type { MediaKind } from '../../media/kinds/kinds.ts';
import type { JobSummary } from './job-row.ts';

/** Where a listing goes on: after this job, or (without one) with jobs created before this moment. */
export interface Position {
  createdAt: string;
  jobId?: string | undefined;
}

export interface JobListing {
  /** Absent: every tenant's. */
  tenantId?: string | undefined;
  userId?: string | undefined;
  status?: JobStatus | undefined;
  kind?: MediaKind | undefined;
  /** ISO 8601, UTC, both inclusive. */
  from: string;
  to: string;
  after?: Position | undefined;
  limit: number;
}

/** The part of an index that one query reads. */
export interface IndexSlice {
  index: 'byTenant' | 'byDay';
  hash: 'tenantId' | 'day';
  value: string;
}

/** Key and filter of a listing within a slice; rows past their time are left out, since TTL deletes late. */
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

/** The last millisecond of the day before, as a place to go on from. */
export const lastMomentBefore = (day: string) =>
  new Date(Date.parse(`${day}T00:00:00.000Z`) - 1).toISOString();
