import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { awsCall, unlessConditional } from '../aws/clients.ts';
import { digest } from './digest.ts';
import type { KeyEvent } from './ledger-entry.ts';
import { comparableSequencer } from './upload.ts';

/**
 * Records which upload key owns an output stem, in the job table under IDs of their own (`stem#…`):
 * `a.png` and `a.jpg` must not write over each other's outputs. Each record is a single conditional
 * write.
 */
export class StemClaims {
  private readonly client: DynamoDBDocumentClient;
  private readonly table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.client = client;
    this.table = table;
  }

  /**
   * Claims the first stem in an output folder that no other key owns. Returns the same stem on
   * every call until it is released, also if an earlier one has become free since. The claim carries
   * the upload's sequencer, so that a late release for an earlier upload does not end it.
   */
  async claim(folder: string, owner: KeyEvent, stems: readonly string[]): Promise<string> {
    for (const [i, stem] of stems.entries()) {
      const claim = await this.put(folder, owner, stem);
      if (claim === 'new') {
        const later = stems.slice(i + 1);
        const owned = await Promise.all(later.map((other) => this.owns(folder, owner, other)));
        const kept = later.find((_, n) => owned[n]);
        if (kept === undefined) return stem;
        await this.release(folder, owner, stem);
        await this.put(folder, owner, kept);
        return kept;
      }
      if (claim || (await this.owns(folder, owner, stem))) return stem;
    }
    throw new Error(`Expected a free stem for ${owner.key}, got ${stems.length} owned by other uploads`);
  }

  /** Returns undefined if another key, or a later upload of this one, owns the stem. */
  private async put(folder: string, owner: KeyEvent, stem: string): Promise<'new' | 'renewed' | undefined> {
    const ownerKey = ownerKeyOf(owner);
    const sequencer = comparableSequencer(owner.sequencer);
    const command = new PutCommand({
      TableName: this.table,
      Item: { jobId: stemId(folder, stem), ownerKey, sequencer },
      ConditionExpression: `attribute_not_exists(jobId) OR (ownerKey = :owner AND ${NO_LATER_CLAIM})`,
      ExpressionAttributeValues: { ':owner': ownerKey, ':sequencer': sequencer },
      ReturnValues: 'ALL_OLD',
    });
    const answer = await unlessConditional(awsCall('claim an output stem', this.client.send(command)));
    return answer && (answer.Attributes ? 'renewed' : 'new');
  }

  /** Returns true if this key owns the stem. */
  async owns(folder: string, owner: Pick<KeyEvent, 'bucket' | 'key'>, stem: string): Promise<boolean> {
    const command = new GetCommand({
      TableName: this.table,
      Key: { jobId: stemId(folder, stem) },
      ConsistentRead: true,
    });
    const { Item } = await awsCall('read a stem claim', this.client.send(command));
    return Item?.ownerKey === ownerKeyOf(owner);
  }

  /** Releases a stem if this key owns it and no later upload has claimed it. */
  async release(folder: string, owner: KeyEvent, stem: string): Promise<void> {
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

const ownerKeyOf = ({ bucket, key }: Pick<KeyEvent, 'bucket' | 'key'>) => `${bucket}/${key}`;
const stemId = (folder: string, stem: string) => `stem#${digest(folder, stem)}`;
