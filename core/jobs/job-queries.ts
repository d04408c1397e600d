import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { JobStatus } from '../../contract/lists.ts';
import { awsCall } from '../aws/clients.ts';
import { beginsWithName } from '../uploads/upload-name.ts';
import {
  type IndexSlice,
  type JobListing,
  lastMomentBefore,
  listingConditions,
  type Position,
  positionOf,
} from './job-listing.ts';
import { type JobSummary, parseStatusEntries, parseSummaries, type StatusEntry } from './job-row.ts';

export interface JobPage {
  jobs: JobSummary[];
  /**
   * Undefined on the last page. A page may hold fewer jobs than requested, even none, and still
   * have a next one.
   */
  next?: Position | undefined;
}

/**
 * Maximum number of index rows evaluated per page, however selective the filter: it bounds the cost
 * of a request.
 */
const MAX_SCANNED = 1_000;
/** Maximum number of queries per page; each empty day takes one. */
const MAX_QUERIES = 40;

/** Reads lists of jobs from eventually consistent indexes: never decide a transition from one. */
export class JobQueries {
  private readonly client: DynamoDBDocumentClient;
  private readonly table: string;
  private readonly now: () => Date;

  constructor(client: DynamoDBDocumentClient, table: string, now: () => Date = () => new Date()) {
    this.client = client;
    this.table = table;
    this.now = now;
  }

  /** Returns one page of jobs, newest first. */
  async list(listing: JobListing): Promise<JobPage> {
    const { limit } = listing;
    const filtered = Boolean(listing.userId || listing.status || listing.kind || listing.fileName);
    const jobs: JobSummary[] = [];
    let scanned = 0;
    let position = listing.after;
    for (let queries = 0; queries < MAX_QUERIES && scanned < MAX_SCANNED; queries++) {
      const Limit = filtered ? MAX_SCANNED - scanned : limit - jobs.length;
      const page = await this.page({ ...listing, after: position }, Limit);
      const room = limit - jobs.length;
      jobs.push(...page.jobs.slice(0, room));
      const last = jobs.at(-1);
      if (page.jobs.length > room && last) return { jobs, next: positionOf(last) };
      scanned += page.scanned;
      position = page.next;
      if (!position) return { jobs };
      if (jobs.length === limit) break;
    }
    return { jobs, next: position };
  }

  /** Yields the jobs created in a time window, newest first, in DynamoDB's pages (1 MB). */
  async *window(listing: Omit<JobListing, 'limit' | 'after'>): AsyncGenerator<JobSummary[]> {
    let after: Position | undefined;
    do {
      const page = await this.page({ ...listing, after, limit: 0 });
      yield page.jobs;
      after = page.next;
    } while (after);
  }

  /**
   * Counts the jobs with a status, in at most `pages` pages of the index (about 5,000 jobs each).
   */
  async count(status: JobStatus, pages = 3): Promise<{ count: number; complete: boolean }> {
    let count = 0;
    let start: Record<string, unknown> | undefined;
    for (let page = 0; page < pages; page++) {
      const answer = await this.query({
        IndexName: 'byStatus',
        KeyConditionExpression: '#status = :status',
        FilterExpression: 'expiresAt > :now',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':status': status, ':now': this.seconds() },
        Select: 'COUNT',
        ExclusiveStartKey: start,
      });
      count += answer.Count ?? 0;
      start = answer.LastEvaluatedKey;
      if (!start) return { count, complete: true };
    }
    return { count, complete: false };
  }

  /**
   * Returns jobs with a status that were last updated in a time window, oldest first. Reads at most
   * `limit` index rows.
   */
  async lastWritten(
    status: JobStatus,
    window: { from: string; to: string },
    limit: number,
  ): Promise<StatusEntry[]> {
    const entries: StatusEntry[] = [];
    let read = 0;
    let start: Record<string, unknown> | undefined;
    do {
      const answer = await this.query({
        IndexName: 'byStatus',
        KeyConditionExpression: '#status = :status AND updatedAt BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':status': status, ':from': window.from, ':to': window.to },
        ExclusiveStartKey: start,
        Limit: limit - read,
      });
      const { Items = [] } = answer;
      entries.push(...parseStatusEntries(Items));
      read += Items.length;
      start = answer.LastEvaluatedKey;
    } while (start && read < limit);
    return entries;
  }

  /** Runs one query: of the tenant's index, or of the day that contains the position. */
  private async page(
    listing: JobListing,
    Limit?: number,
  ): Promise<{ jobs: JobSummary[]; scanned: number; next?: Position | undefined }> {
    const { from, to, after, tenantId, fileName } = listing;
    const upTo = after?.createdAt ?? to;
    const day = upTo.slice(0, 10);
    const slice: IndexSlice = tenantId
      ? { index: 'byTenant', hash: 'tenantId', value: tenantId }
      : { index: 'byDay', hash: 'day', value: day };
    if (upTo < from) return { jobs: [], scanned: 0 };
    const {
      Items = [],
      ScannedCount = 0,
      LastEvaluatedKey: last,
    } = await this.query({
      IndexName: slice.index,
      ...listingConditions(listing, slice, upTo, this.seconds()),
      ScanIndexForward: false,
      ExclusiveStartKey: after?.jobId && {
        [slice.hash]: slice.value,
        createdAt: after.createdAt,
        jobId: after.jobId,
      },
      Limit,
    } as QueryPart);
    const isNamed = fileName ? beginsWithName(fileName) : () => true;
    const jobs = parseSummaries(Items).filter(({ key }) => isNamed(key));
    if (last) return { jobs, scanned: ScannedCount, next: { createdAt: last.createdAt, jobId: last.jobId } };
    if (tenantId || day <= from.slice(0, 10)) return { jobs, scanned: ScannedCount };
    return { jobs, scanned: ScannedCount, next: { createdAt: lastMomentBefore(day) } };
  }

  private async query(part: QueryPart) {
    return awsCall(
      `query ${part.IndexName}`,
      this.client.send(new QueryCommand({ TableName: this.table, ...part })),
    );
  }

  /** Current time in epoch seconds, to filter out expired rows: TTL deletes them late. */
  private seconds(): number {
    return Math.floor(this.now().getTime() / 1000);
  }
}

type QueryPart = Omit<QueryCommandInput, 'TableName'> & { IndexName: string };
