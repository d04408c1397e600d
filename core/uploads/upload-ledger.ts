import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { MediaError } from '../../base/errors.ts';
import { awsCall, unlessConditional } from '../aws/clients.ts';
import { digest } from './digest.ts';
import { jobsOf, type KeyEvent, type LedgerEntry } from './ledger-entry.ts';
import { comparableSequencer } from './upload.ts';

/**
 * Records the latest event of each upload key, in the job table under IDs of their own (`key#…`).
 * Each record is a single conditional write, because events arrive more than once and in any order.
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
   * Records an upload as the latest of its key. Returns the jobs of the uploads before it, latest
   * first, the same on every call, or undefined if a later event is recorded.
   */
  async recordUpload(
    event: KeyEvent & { jobId: string; versionId?: string | undefined },
  ): Promise<string[] | undefined> {
    const { jobId, versionId = null } = event;
    const recorded = await this.record(event, {
      // A deleted upload that was restored has the same job.
      condition: '(latestJobId <> :job OR #deleted = :true)',
      expression:
        'SET #sequencer = :sequencer, #deleted = :false, latestJobId = :job, versionId = :version, ' +
        'jobIds = list_append(:jobs, if_not_exists(jobIds, :empty)) REMOVE expiresAt',
      values: {
        ...{ ':job': jobId, ':jobs': [jobId], ':version': versionId },
        ...{ ':false': false, ':true': true, ':empty': [] },
      },
    });
    if (!recorded) {
      const entry = await this.get(event);
      if (entry?.latestJobId !== jobId || entry.deleted) return undefined;
      // Repeated, by a retry of the state or of the job, or with a later event of the same version.
      const isLater = entry.sequencer < comparableSequencer(event.sequencer);
      if (isLater && !(await this.confirm(event, event.versionId))) return this.recordUpload(event);
      return jobsOf(entry).slice(1);
    }
    const { jobIds = [], latestJobId } = recorded;
    const before = jobIds.length > 0 || recorded.deleted || !latestJobId ? jobIds : [latestJobId];
    return before.filter((id) => id !== jobId);
  }

  /** Shortens `jobIds` of an entry whose latest job is the first of these. */
  async shorten({ bucket, key }: Pick<KeyEvent, 'bucket' | 'key'>, jobIds: readonly string[]): Promise<void> {
    const command = new UpdateCommand({
      TableName: this.table,
      Key: { jobId: keyId(bucket, key) },
      UpdateExpression: 'SET jobIds = :jobs',
      ConditionExpression: 'latestJobId = :job AND #deleted = :false',
      ExpressionAttributeNames: { '#deleted': 'deleted' },
      ExpressionAttributeValues: { ':jobs': jobIds, ':job': jobIds[0], ':false': false },
    });
    await unlessConditional(awsCall('write the upload ledger', this.client.send(command)));
  }

  /**
   * Records a delete as a tombstone, so that a late create event loses. Returns the previous entry
   * (`{}` for none), or undefined if a later event is recorded. `expiresAt`: epoch seconds, for
   * DynamoDB's TTL.
   */
  async recordDelete(event: KeyEvent, expiresAt: number): Promise<Partial<LedgerEntry> | undefined> {
    const set = 'SET #sequencer = :sequencer, #deleted = :true, expiresAt = :expiry';
    const values = { ':true': true, ':expiry': expiresAt };
    const listed = {
      condition: 'attribute_exists(jobIds)',
      expression: `${set}, deletedJobIds = jobIds REMOVE jobIds`,
      values,
    };
    // Deleted before, or an entry of earlier code.
    const unlisted = { condition: 'attribute_not_exists(jobIds)', expression: set, values };
    for (let i = 0; i < DELETE_TRIES; i++) {
      const recorded = (await this.record(event, listed)) ?? (await this.record(event, unlisted));
      if (recorded) return recorded;
      const entry = await this.get(event);
      if (entry && entry.sequencer > comparableSequencer(event.sequencer)) return undefined;
      // An upload or another deletion came between the two writes.
    }
    throw new MediaError('ServiceUnavailable', `Could not record the deletion of ${event.key}.`);
  }

  /**
   * Records that this version was still the current one at the time of the event. Returns false if
   * a later event, another version or a deletion is recorded.
   */
  async confirm(event: KeyEvent, versionId: string | undefined): Promise<boolean> {
    const confirmed = await this.record(event, {
      expression: 'SET #sequencer = :sequencer',
      condition: 'versionId = :version AND #deleted = :false',
      values: { ':version': versionId ?? null, ':false': false },
    });
    return confirmed !== undefined;
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
}

/** Maximum number of tries to record a deletion, against other events of the key. */
const DELETE_TRIES = 5;

const keyId = (bucket: string, key: string) => `key#${digest(bucket, key)}`;
