import { createHash } from 'node:crypto';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { awsCall, isConditionalFailure } from '../aws/clients.ts';
import { comparableSequencer } from './upload.ts';

/**
 * Latest event of an upload key, by S3's sequencer. Outlives the job rows, to order late events.
 */
export interface LedgerEntry {
  sequencer: string;
  /**
   * Job of the latest upload; after a delete, of the deleted upload (absent if its upload event was
   * never received).
   */
  latestJobId?: string;
  versionId?: string;
  deleted: boolean;
  /** Job that the latest one replaced; empty if there was none. */
  previousJobId?: string;
  /** True if the upload of the previous job had been deleted before. */
  previousDeleted?: boolean;
  /**
   * Last job that completed before the latest one, if its outputs are still those of the key until
   * the latest one completes.
   */
  completedJobId?: string;
}

/** Upload that a newer one replaces. */
export interface ReplacedUpload {
  jobId?: string | undefined;
  deleted: boolean;
}

interface KeyEvent {
  bucket: string;
  key: string;
  sequencer: string;
}

/**
 * Records the latest event of each upload key, and which key owns an output stem, in the job table
 * under separate IDs (`key#…`, `stem#…`). Each record is a single conditional write, because events
 * arrive more than once and in any order.
 */
export class UploadLedger {
  private readonly client: DynamoDBDocumentClient;
  private readonly table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.client = client;
    this.table = table;
  }

  /** Reads an entry with strong consistency. */
  async get({ bucket, key }: Pick<KeyEvent, 'bucket' | 'key'>): Promise<LedgerEntry | undefined> {
    const command = new GetCommand({
      TableName: this.table,
      Key: { jobId: keyId(bucket, key) },
      ConsistentRead: true,
    });
    const { Item } = await awsCall('read the upload ledger', this.client.send(command));
    return Item as LedgerEntry | undefined;
  }

  /**
   * Records an upload as the latest of its key. Returns the upload that it replaces, the same on
   * every call, or undefined if a later event is recorded.
   */
  async recordUpload(
    event: KeyEvent & { jobId: string; versionId?: string | undefined },
  ): Promise<ReplacedUpload | undefined> {
    const { jobId, versionId = null } = event;
    const values = { ':job': jobId, ':version': versionId, ':false': false, ':true': true, ':none': '' };
    const replaced = await this.record(event, {
      // A deleted upload that was restored has the same job.
      condition: '(latestJobId <> :job OR #deleted = :true)',
      expression:
        'SET #sequencer = :sequencer, #deleted = :false, latestJobId = :job, versionId = :version, ' +
        'previousJobId = if_not_exists(latestJobId, :none), previousDeleted = if_not_exists(#deleted, :false)',
      values,
    });
    if (replaced) return { jobId: replaced.latestJobId, deleted: replaced.deleted ?? false };
    const entry = await this.get(event);
    // Repeated, by a retry of the state or of the job: the entry is already this upload's.
    if (!entry || entry.latestJobId !== event.jobId || entry.deleted) return undefined;
    return { jobId: entry.previousJobId || undefined, deleted: entry.previousDeleted ?? false };
  }

  /**
   * Records that the replaced job had completed, so that its outputs are the key's until `jobId`
   * completes. Does nothing if the key's latest job is another.
   */
  async recordCompleted(
    { bucket, key, jobId }: Omit<KeyEvent, 'sequencer'> & { jobId: string },
    completedJobId: string,
  ): Promise<void> {
    const command = new UpdateCommand({
      TableName: this.table,
      Key: { jobId: keyId(bucket, key) },
      UpdateExpression: 'SET completedJobId = :completed',
      ConditionExpression: 'latestJobId = :job AND #deleted = :false',
      ExpressionAttributeNames: { '#deleted': 'deleted' },
      ExpressionAttributeValues: { ':completed': completedJobId, ':job': jobId, ':false': false },
    });
    await unlessConditional(awsCall('write the upload ledger', this.client.send(command)));
  }

  /**
   * Records a delete as a tombstone, so that a late create event loses. Returns the previous entry
   * (`{}` for none), or undefined if a later event is recorded.
   */
  async recordDelete(event: KeyEvent): Promise<Partial<LedgerEntry> | undefined> {
    const expression = 'SET #sequencer = :sequencer, #deleted = :true REMOVE completedJobId';
    return this.record(event, { expression, values: { ':true': true } });
  }

  /** Records that this version was still the current one at the time of the event. */
  async confirm(event: KeyEvent, versionId: string | undefined): Promise<void> {
    await this.record(event, {
      expression: 'SET #sequencer = :sequencer',
      condition: 'versionId = :version AND #deleted = :false',
      values: { ':version': versionId ?? null, ':false': false },
    });
  }

  private async record(
    { bucket, key, sequencer }: KeyEvent,
    write: { expression: string; condition?: string; values: Record<string, unknown> },
  ) {
    const isLatest = '(attribute_not_exists(#sequencer) OR #sequencer <= :sequencer)';
    const command = new UpdateCommand({
      TableName: this.table,
      Key: { jobId: keyId(bucket, key) },
      UpdateExpression: write.expression,
      ConditionExpression: write.condition ? `${isLatest} AND ${write.condition}` : isLatest,
      ExpressionAttributeNames: { '#sequencer': 'sequencer', '#deleted': 'deleted' },
      ExpressionAttributeValues: { ...write.values, ':sequencer': comparableSequencer(sequencer) },
      ReturnValues: 'ALL_OLD',
    });
    const answer = await unlessConditional(awsCall('write the upload ledger', this.client.send(command)));
    return answer && ((answer.Attributes ?? {}) as Partial<LedgerEntry>);
  }

  /**
   * Claims the first stem in an output folder that no other key owns. Returns the same stem on
   * every call until it is released. The claim carries the upload's sequencer, so that a late
   * release for an earlier upload does not end it.
   */
  async claimStem(folder: string, owner: KeyEvent, stems: readonly string[]): Promise<string> {
    const ownerKey = ownerKeyOf(owner);
    const sequencer = comparableSequencer(owner.sequencer);
    for (const stem of stems) {
      const command = new PutCommand({
        TableName: this.table,
        Item: { jobId: stemId(folder, stem), ownerKey, sequencer },
        ConditionExpression: `attribute_not_exists(jobId) OR (ownerKey = :owner AND ${NO_LATER_CLAIM})`,
        ExpressionAttributeValues: { ':owner': ownerKey, ':sequencer': sequencer },
      });
      const claimed = await unlessConditional(awsCall('claim an output stem', this.client.send(command)));
      if (claimed || (await this.ownsStem(folder, owner, stem))) return stem;
    }
    throw new Error(`Expected a free stem for ${owner.key}, got ${stems.length} owned by other uploads`);
  }

  /** Returns true if this key owns the stem. */
  async ownsStem(folder: string, owner: Pick<KeyEvent, 'bucket' | 'key'>, stem: string): Promise<boolean> {
    const command = new GetCommand({
      TableName: this.table,
      Key: { jobId: stemId(folder, stem) },
      ConsistentRead: true,
    });
    const { Item } = await awsCall('read a stem claim', this.client.send(command));
    return Item?.ownerKey === ownerKeyOf(owner);
  }

  /** Releases a stem if this key owns it and no later upload has claimed it. */
  async releaseStem(folder: string, owner: KeyEvent, stem: string): Promise<void> {
    const command = new DeleteCommand({
      TableName: this.table,
      Key: { jobId: stemId(folder, stem) },
      ConditionExpression: `ownerKey = :owner AND ${NO_LATER_CLAIM}`,
      ExpressionAttributeValues: {
        ':owner': ownerKeyOf(owner),
        ':sequencer': comparableSequencer(owner.sequencer),
      },
    });
    await unlessConditional(awsCall('release an output stem', this.client.send(command)));
  }
}

/** Claims of earlier code have no sequencer. */
const NO_LATER_CLAIM = '(attribute_not_exists(sequencer) OR sequencer <= :sequencer)';

/** Returns undefined if the write's condition failed. */
async function unlessConditional<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    if (isConditionalFailure(error)) return undefined;
    throw error;
  }
}

const ownerKeyOf = ({ bucket, key }: Pick<KeyEvent, 'bucket' | 'key'>) => `${bucket}/${key}`;
const keyId = (bucket: string, key: string) => `key#${digest(bucket, key)}`;
const stemId = (folder: string, stem: string) => `stem#${digest(folder, stem)}`;
const digest = (...parts: string[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
