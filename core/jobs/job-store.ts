import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { log } from '../../base/log.ts';
import type { JobStatus } from '../../contract/lists.ts';
import { awsCall, unlessConditional } from '../aws/clients.ts';
import { CHUNKS_BEGIN, type RowProgress } from './chunks-progress.ts';
import { type Job, TRANSITIONS } from './job.ts';
import { parseJob } from './job-row.ts';
import { type Fence, type RowUpdate, rowUpdate } from './row-update.ts';

export interface Transition {
  jobId: string;
  to: JobStatus;
  /** Allowed current statuses; default: all from which TRANSITIONS allows `to`. */
  from?: readonly JobStatus[];
  fence?: Fence;
  /** ISO 8601. */
  at: string;
  note?: string;
  /** Other attributes to set; `undefined` removes the attribute. */
  set?: Partial<Omit<Job, 'status' | 'timeline' | 'jobId'>>;
}

/**
 * Reads and writes job rows in DynamoDB:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
 */
export class JobStore {
  private readonly client: DynamoDBDocumentClient;
  private readonly table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.client = client;
    this.table = table;
  }

  /**
   * Reads a row with strong consistency. Throws `CorruptJobRow`, as does every method that returns
   * a row.
   */
  async get(jobId: string): Promise<Job | undefined> {
    const command = new GetCommand({ TableName: this.table, Key: { jobId }, ConsistentRead: true });
    const { Item } = await awsCall(`read job ${jobId}`, this.client.send(command));
    return Item && !isRemnant(Item) ? parseJob(Item) : undefined;
  }

  /**
   * Reads rows as `get` does, at most 100. Those that do not exist, that DynamoDB had no capacity for or
   * that are corrupt are left out.
   */
  async getAll(jobIds: readonly string[]): Promise<ReadonlyMap<string, Job>> {
    const Keys = jobIds.map((jobId) => ({ jobId }));
    const command = new BatchGetCommand({ RequestItems: { [this.table]: { Keys, ConsistentRead: true } } });
    const { Responses } = await awsCall('read jobs', this.client.send(command));
    const found = new Map<string, Job>();
    for (const item of Responses?.[this.table] ?? []) {
      try {
        if (!isRemnant(item)) found.set(String(item.jobId), parseJob(item));
      } catch (error) {
        log.error('corrupt row', { jobId: String(item.jobId), error: error as Error });
      }
    }
    return found;
  }

  /**
   * Creates the row if it does not exist. Returns the row if it is this execution's: created now, or
   * earlier (a retried state, or a retry of the job); undefined if another execution created it,
   * which makes the event a duplicate.
   */
  async create(job: Job): Promise<Job | undefined> {
    const command = new PutCommand({
      TableName: this.table,
      Item: job,
      ConditionExpression: 'attribute_not_exists(jobId)',
    });
    const created = await unlessConditional(awsCall(`create job ${job.jobId}`, this.client.send(command)));
    if (created !== undefined) return job;
    const found = await this.get(job.jobId);
    return found?.executionArn === job.executionArn ? found : undefined;
  }

  /**
   * Sets attributes of a running job. Returns the row, or undefined if the job has ended or another
   * execution owns it.
   */
  async setAttributes(jobId: string, fence: Fence, set: Partial<Job>): Promise<Job | undefined> {
    return this.update(jobId, ['#status = :processing'], { ':processing': 'PROCESSING' }, fence, set);
  }

  /**
   * Claims the job for a try of a work state; the last claim wins. Removes what was shown while the
   * job waited. Returns the row, or undefined if
   * another execution or a final status owns it. FAILED and REJECTED are no refusal: a redriven try
   * can begin before the event of its redrive arrives.
   */
  async claim(jobId: string, executionArn: string, tryId: string): Promise<Job | undefined> {
    const conditions = ['#status IN (:processing, :failed, :rejected)'];
    const values = { ':processing': 'PROCESSING', ':failed': 'FAILED', ':rejected': 'REJECTED' };
    return this.update(jobId, conditions, values, { executionArn }, { tryId, progress: undefined });
  }

  /**
   * Withdraws the claim of an ended job, so that a redrive cannot complete it without a new claim.
   * Returns false if the job has another claim or status.
   */
  async withdrawClaim({ jobId, status, tryId }: Pick<Job, 'jobId' | 'status' | 'tryId'>): Promise<boolean> {
    if (tryId === undefined) return true;
    const conditions = ['#status = :ended', '#tryId = :try'];
    const values = { ':ended': status, ':try': tryId };
    return (await this.update(jobId, conditions, values, undefined, { tryId: undefined })) !== undefined;
  }

  /**
   * Writes the progress of a running job. A write that loses is dropped; the next one supersedes
   * it.
   */
  async progress(jobId: string, fence: Fence, progress: RowProgress, at: string): Promise<Job | undefined> {
    return this.setAttributes(jobId, fence, { progress, updatedAt: at });
  }

  /** Begins the progress of the chunks of a running job, so many. */
  async startChunks(jobId: string, fence: Fence, count: number, at: string): Promise<Job | undefined> {
    const chunks = { startedAt: at, count, percents: {} };
    return this.progress(jobId, fence, { ...CHUNKS_BEGIN, chunks }, at);
  }

  /**
   * Writes the progress of one chunk of a running job. Keeps what an earlier try of the chunk reached,
   * and of a redriven job, which has lost that of the others, only writes that it goes on. Returns
   * undefined like `progress`.
   */
  async chunkProgress(
    jobId: string,
    fence: Fence,
    { chunk, percent }: { chunk: number; percent: number },
    at: string,
  ): Promise<Job | undefined> {
    const raised = { path: ['progress', 'chunks', 'percents', String(chunk)], value: percent };
    const conditions = ['#status = :processing'];
    const values = { ':processing': 'PROCESSING' };
    const written = await this.update(jobId, conditions, values, fence, { updatedAt: at }, { raised });
    if (written) return written;
    const row = await this.get(jobId);
    if (row?.progress?.chunks && row.status === 'PROCESSING' && row.executionArn === fence.executionArn)
      return row;
    return this.progress(jobId, fence, CHUNKS_BEGIN, at);
  }

  /**
   * Appends a note to the timeline of a running job. Does nothing if the last entry has the same, as
   * after another try of the state, or if another execution owns the job.
   */
  async note(jobId: string, fence: Fence, { note, at }: { note: string; at: string }): Promise<void> {
    const row = await this.get(jobId);
    if (!row || row.timeline.at(-1)?.note === note) return;
    const entry = { at, status: 'PROCESSING', attempt: row.attempt, note };
    const appended = { entry, length: row.timeline.length };
    const values = { ':processing': 'PROCESSING' };
    await this.update(jobId, ['#status = :processing'], values, fence, { updatedAt: at }, { appended });
  }

  /** Lets a row live until then at least, in epoch seconds. */
  async keepUntil(jobId: string, expiresAt: number): Promise<void> {
    await this.update(jobId, ['expiresAt < :until'], { ':until': expiresAt }, undefined, { expiresAt });
  }

  /** Records that the outcome of an attempt has been announced. */
  async markNotified(jobId: string, attempt: number): Promise<void> {
    await this.update(jobId, ['attempt = :current'], { ':current': attempt }, undefined, {
      notifiedAttempt: attempt,
    });
  }

  /**
   * Records that the outputs of an ended attempt have been removed. Does nothing if the job has
   * another status by now: the worker of one that was cancelled meanwhile may still write.
   * `published`: an earlier set that is left.
   */
  async markOutputsRemoved(
    { jobId, attempt, status }: Pick<Job, 'jobId' | 'attempt' | 'status'>,
    at: string,
    published?: Job['published'],
  ): Promise<void> {
    if (status === 'PROCESSING') return;
    const conditions = ['attempt = :current', '#status = :status'];
    const values = { ':current': attempt, ':status': status };
    await this.update(jobId, conditions, values, undefined, { outputsRemovedAt: at, published });
  }

  /**
   * Changes a job's status in one conditional write, and appends to its timeline. Returns the
   * updated row, or undefined if the condition failed: the job has another status, belongs to
   * another execution, or has been redriven since. Then nothing is written.
   */
  async transition({ jobId, to, from, fence, at, note, set = {} }: Transition): Promise<Job | undefined> {
    const leaves = (from ?? (Object.keys(TRANSITIONS) as JobStatus[])).filter((status) =>
      TRANSITIONS[status].includes(to),
    );
    if (leaves.length === 0)
      throw new Error(`Expected a transition from TRANSITIONS, got ${from?.join(', ')} to ${to}`);
    const names = leaves.map((_, i) => `:from${i}`);
    const values = Object.fromEntries(leaves.map((status, i) => [`:from${i}`, status]));
    const row = await this.get(jobId);
    const entry = { at, status: to, attempt: set.attempt ?? row?.attempt ?? 1, ...(note && { note }) };
    return this.update(
      jobId,
      [`#status IN (${names.join(', ')})`],
      values,
      fence,
      { ...set, status: to, updatedAt: at },
      { appended: { entry, length: row?.timeline.length ?? 0 } },
    );
  }

  private async update(
    jobId: string,
    conditions: string[],
    values: Record<string, unknown>,
    fence: Fence | undefined,
    set: Partial<Job>,
    more: Pick<RowUpdate, 'raised' | 'appended'> = {},
  ): Promise<Job | undefined> {
    const command = new UpdateCommand({
      TableName: this.table,
      Key: { jobId },
      ...rowUpdate({ conditions, values, fence, set, ...more }),
      ReturnValues: 'ALL_NEW',
    });
    const answer = await unlessConditional(awsCall(`update job ${jobId}`, this.client.send(command)));
    return answer && parseJob(answer.Attributes);
  }
}

/**
 * Returns true for a leftover of earlier code: a row deleted by TTL, then recreated when its upload
 * was deleted.
 */
const isRemnant = (item: object) =>
  Object.keys(item).every((name) => name === 'jobId' || name === 'outputsRemovedAt');
