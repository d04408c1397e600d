import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { JobStatus } from '../../contract/lists.ts';
import { awsCall } from '../aws/clients.ts';
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
  /** Absent after the last page. A page may hold fewer jobs than asked for, even none, and still have a next one. */
  next?: Position | undefined;
}

/** Index rows that one page may look at, however selective its filter is: this bounds what a request costs. */
const MAX_SCANNED = 1_000;
/** Days without a single job that one page may step over. */
const MAX_QUERIES = 40;

/** Reads of many jobs, from indexes that lag a little behind: never decide a transition from one. */
export class JobQueries {
  private readonly client: DynamoDBDocumentClient;
  private readonly table: string;
  private readonly now: () => Date;

  constructor(client: DynamoDBDocumentClient, table: string, now: () => Date = () => new Date()) {
    this.client = client;
    this.table = table;
    this.now = now;
  }

  /** Newest first. */
  async list(listing: JobListing): Promise<JobPage> {
    const { limit } = listing;
    const filtered = Boolean(listing.userId || listing.status || listing.kind);
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

  /** Jobs created in a window, newest first, in pages as DynamoDB cuts them (1 MB). */
  async *window(listing: Omit<JobListing, 'limit' | 'after'>): AsyncGenerator<JobSummary[]> {
    let after: Position | undefined;
    do {
      const page = await this.page({ ...listing, after, limit: 0 });
      yield page.jobs;
      after = page.next;
    } while (after);
  }

  /** How many jobs have a status, counted in at most `pages` pages of the index (about 5,000 jobs each). */
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

  /** Jobs with a status that were last written in a window, longest ago first; at most `limit` index rows are looked at. */
  async lastWritten(
    status: JobStatus,
    window: { from: string; to: string },
    limit: number,
  ): Promise<StatusEntry[]> {
    const entries: StatusEntry[] = [];
    let looked = 0;
    let start: Record<string, unknown> | undefined;
    do {
      const answer = await this.query({
        IndexName: 'byStatus',
        KeyConditionExpression: '#status = :status AND updatedAt BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':status': status, ':from': window.from, ':to': window.to },
        ExclusiveStartKey: start,
        Limit: limit - looked,
      });
      const { Items = [] } = answer;
      entries.push(...parseStatusEntries(Items));
      looked += Items.length;
      start = answer.LastEvaluatedKey;
    } while (start && looked < limit);
    return entries;
  }

  /** One query: of the tenant, or of the day that the position is in. */
  private async page(
    listing: JobListing,
    Limit?: number,
  ): Promise<{ jobs: JobSummary[]; scanned: number; next?: Position | undefined }> {
    const { from, to, after, tenantId } = listing;
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
    const jobs = parseSummaries(Items);
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

  /** TTL deletes late: rows past it are left out. */
  private seconds(): number {
    return Math.floor(this.now().getTime() / 1000);
  }
}

type QueryPart = Omit<QueryCommandInput, 'TableName'> & { IndexName: string };
