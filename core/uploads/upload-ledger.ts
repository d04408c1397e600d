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
   * Records an upload as the latest of its key. Returns the previous entry (`{}` for none), or
   * undefined if a later event is recorded.
   */
  async recordUpload(
    event: KeyEvent & { jobId: string; versionId?: string | undefined },
  ): Promise<Partial<LedgerEntry> | undefined> {
    return this.record(
      event,
      'SET #sequencer = :sequencer, #deleted = :false, latestJobId = :job, versionId = :version',
      {
        ':job': event.jobId,
        ':version': event.versionId ?? null,
        ':false': false,
      },
    );
  }

  /**
   * Records a delete as a tombstone, so that a late create event loses. Returns the same as
   * `recordUpload`.
   */
  async recordDelete(event: KeyEvent): Promise<Partial<LedgerEntry> | undefined> {
    return this.record(event, 'SET #sequencer = :sequencer, #deleted = :true', { ':true': true });
  }

  private async record(
    { bucket, key, sequencer }: KeyEvent,
    expression: string,
    values: Record<string, unknown>,
  ) {
    const command = new UpdateCommand({
      TableName: this.table,
      Key: { jobId: keyId(bucket, key) },
      UpdateExpression: expression,
      ConditionExpression: 'attribute_not_exists(#sequencer) OR #sequencer <= :sequencer',
      ExpressionAttributeNames: { '#sequencer': 'sequencer', '#deleted': 'deleted' },
      ExpressionAttributeValues: { ...values, ':sequencer': comparableSequencer(sequencer) },
      ReturnValues: 'ALL_OLD',
    });
    try {
      const { Attributes } = await awsCall('write the upload ledger', this.client.send(command));
      return (Attributes ?? {}) as Partial<LedgerEntry>;
    } catch (error) {
      if (isConditionalFailure(error)) return undefined;
      throw error;
    }
  }

  /**
   * Claims the first stem in an output folder that no other key owns. Returns the same stem on
   * every call until it is released.
   */
  async claimStem(
    folder: string,
    owner: Pick<KeyEvent, 'bucket' | 'key'>,
    stems: readonly string[],
  ): Promise<string> {
    const ownerKey = `${owner.bucket}/${owner.key}`;
    for (const stem of stems) {
      const command = new PutCommand({
        TableName: this.table,
        Item: { jobId: stemId(folder, stem), ownerKey },
        ConditionExpression: 'attribute_not_exists(jobId) OR ownerKey = :owner',
        ExpressionAttributeValues: { ':owner': ownerKey },
      });
      try {
        await awsCall('claim an output stem', this.client.send(command));
        return stem;
      } catch (error) {
        if (!isConditionalFailure(error)) throw error;
      }
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
    return Item?.ownerKey === `${owner.bucket}/${owner.key}`;
  }

  /** Releases a stem if this key owns it. */
  async releaseStem(folder: string, owner: Pick<KeyEvent, 'bucket' | 'key'>, stem: string): Promise<void> {
    const command = new DeleteCommand({
      TableName: this.table,
      Key: { jobId: stemId(folder, stem) },
      ConditionExpression: 'ownerKey = :owner',
      ExpressionAttributeValues: { ':owner': `${owner.bucket}/${owner.key}` },
    });
    try {
      await awsCall('release an output stem', this.client.send(command));
    } catch (error) {
      if (!isConditionalFailure(error)) throw error;
    }
  }
}

const keyId = (bucket: string, key: string) => `key#${digest(bucket, key)}`;
const stemId = (folder: string, stem: string) => `stem#${digest(folder, stem)}`;
const digest = (...parts: string[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
