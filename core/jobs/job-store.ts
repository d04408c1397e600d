import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { JobStatus } from '../../contract/lists.ts';
import type { JobProgress } from '../../media/progress.ts';
import { awsCall, isConditionalFailure } from '../aws/clients.ts';
import { type Job, TRANSITIONS } from './job.ts';
import { parseJob } from './job-row.ts';

/** Who may write: only the execution that owns the row, and within it only events since its last redrive. */
export interface Fence {
  executionArn: string;
  /** Where given, the row must not have seen a later redrive. */
  redriveCount?: number;
}

export interface Transition {
  jobId: string;
  to: JobStatus;
  /** Statuses it may leave; default: every one from which `to` is legal. */
  from?: readonly JobStatus[];
  fence?: Fence;
  /** ISO 8601. */
  at: string;
  note?: string;
  /** Further attributes to set; `undefined` removes one. */
  set?: Partial<Omit<Job, 'status' | 'timeline' | 'jobId'>>;
}

/** The job rows in DynamoDB: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html */
export class JobStore {
  private readonly client: DynamoDBDocumentClient;
  private readonly table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.client = client;
    this.table = table;
  }

  /** Strongly consistent. Throws `CorruptJobRow`, as every method does that reads a row. */
  async get(jobId: string): Promise<Job | undefined> {
    const command = new GetCommand({ TableName: this.table, Key: { jobId }, ConsistentRead: true });
    const { Item } = await awsCall(`read job ${jobId}`, this.client.send(command));
    return Item && !isRemnant(Item) ? parseJob(Item) : undefined;
  }

  /**
   * Writes the row unless there is one. True if it was written now, or earlier by the same execution (a retried state); false where
   * another execution has it: the event is a duplicate.
   */
  async create(job: Job): Promise<boolean> {
    const command = new PutCommand({
      TableName: this.table,
      Item: job,
      ConditionExpression: 'attribute_not_exists(jobId)',
    });
    try {
      await awsCall(`create job ${job.jobId}`, this.client.send(command));
      return true;
    } catch (error) {
      if (!isConditionalFailure(error)) throw error;
      return (await this.get(job.jobId))?.executionArn === job.executionArn;
    }
  }

  /** Sets attributes of a running job. Returns the row, or undefined where the fence says that another execution owns it or it has ended. */
  async setAttributes(jobId: string, fence: Fence, set: Partial<Job>): Promise<Job | undefined> {
    return this.update(jobId, ['#status = :processing'], { ':processing': 'PROCESSING' }, fence, set);
  }

  /** Progress of a running job; a write that loses is dropped, the next one tells. */
  async progress(jobId: string, fence: Fence, progress: JobProgress, at: string): Promise<Job | undefined> {
    return this.setAttributes(jobId, fence, { progress, updatedAt: at });
  }

  /** Notes that the outcome of an attempt has been announced. */
  async markNotified(jobId: string, attempt: number): Promise<void> {
    await this.update(jobId, ['attempt = :current'], { ':current': attempt }, undefined, {
      notifiedAttempt: attempt,
    });
  }

  /** Notes that an ended job's outputs are gone, since its upload was deleted. */
  async markOutputsRemoved(jobId: string, at: string): Promise<void> {
    // A row that TTL has deleted has no status, which counts as another one: the write would make a
    // row of nothing else.
    const conditions = ['attribute_exists(jobId)', '#status <> :processing'];
    await this.update(jobId, conditions, { ':processing': 'PROCESSING' }, undefined, {
      outputsRemovedAt: at,
    });
  }

  /**
   * Moves a job to another status in one conditional write, appending to its timeline. Returns the row as written, or undefined where
   * the write lost: the job has another status, belongs to another execution, or has been redriven since. The loser does nothing.
   */
  async transition({ jobId, to, from, fence, at, note, set = {} }: Transition): Promise<Job | undefined> {
    const leaves = (from ?? (Object.keys(TRANSITIONS) as JobStatus[])).filter((status) =>
      TRANSITIONS[status].includes(to),
    );
    if (leaves.length === 0) throw new Error(`No transition leads from ${from?.join(', ')} to ${to}`);
    const names = leaves.map((_, i) => `:from${i}`);
    const values = Object.fromEntries(leaves.map((status, i) => [`:from${i}`, status]));
    const current = set.attempt ?? (await this.get(jobId))?.attempt ?? 1;
    const entry = { at, status: to, attempt: current, ...(note && { note }) };
    return this.update(
      jobId,
      [`#status IN (${names.join(', ')})`],
      values,
      fence,
      { ...set, status: to, updatedAt: at },
      entry,
    );
  }

  private async update(
    jobId: string,
    conditions: string[],
    values: Record<string, unknown>,
    fence: Fence | undefined,
    set: Partial<Job>,
    entry?: object,
  ): Promise<Job | undefined> {
    const where = [...conditions];
    const bound: Record<string, unknown> = { ...values };
    if (fence) {
      where.push('executionArn = :fenceArn');
      bound[':fenceArn'] = fence.executionArn;
      if (fence.redriveCount !== undefined) {
        where.push('redriveCount <= :fenceRedrives');
        bound[':fenceRedrives'] = fence.redriveCount;
      }
    }
    const attributes = Object.entries(set);
    const sets = attributes.filter(([, value]) => value !== undefined).map(([name]) => `#${name} = :${name}`);
    const removes = attributes.filter(([, value]) => value === undefined).map(([name]) => `#${name}`);
    for (const [name, value] of attributes) if (value !== undefined) bound[`:${name}`] = value;
    if (entry) {
      sets.push('#timeline = list_append(#timeline, :entry)');
      bound[':entry'] = [entry];
    }
    const named = [
      ...(where.some((condition) => condition.includes('#status')) || 'status' in set ? ['status'] : []),
      ...attributes.map(([name]) => name),
      ...(entry ? ['timeline'] : []),
    ];
    const command = new UpdateCommand({
      TableName: this.table,
      Key: { jobId },
      UpdateExpression: [
        sets.length && `SET ${sets.join(', ')}`,
        removes.length && `REMOVE ${removes.join(', ')}`,
      ]
        .filter(Boolean)
        .join(' '),
      ConditionExpression: where.join(' AND '),
      ExpressionAttributeNames: Object.fromEntries(named.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: bound,
      ReturnValues: 'ALL_NEW',
    });
    try {
      const { Attributes } = await awsCall(`update job ${jobId}`, this.client.send(command));
      return parseJob(Attributes);
    } catch (error) {
      if (isConditionalFailure(error)) return undefined;
      throw error;
    }
  }
}

/** What earlier code left of a job that TTL had deleted when its upload was: no job any more. */
const isRemnant = (item: object) =>
  Object.keys(item).every((name) => name === 'jobId' || name === 'outputsRemovedAt');
