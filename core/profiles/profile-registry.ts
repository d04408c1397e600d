import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { MediaError } from '../../base/errors.ts';
import { awsCall, unlessConditional } from '../aws/clients.ts';
import type { ManagedProfiles } from './managed-profiles.ts';
import { type ProfileRow, type Profiles, underManaged } from './profile-entry.ts';

type Rows = Readonly<Record<string, ProfileRow>>;

const ROW_ID = 'profiles#';
/** Maximum of a row, in bytes of JSON: DynamoDB's is 400 KB, and each admission reads it. */
const MAX_ROW_BYTES = 300_000;
/** Writers that are at it at the same time. */
const WRITE_TRIES = 5;

/**
 * Names of profiles, and the tenants that use them: one row of the job table, so that every change
 * is one conditional write, and a tenant never has two profiles. Those that Terraform manages are
 * read beside it, win over the row, and are never written to it.
 */
export class ProfileRegistry {
  private readonly client: DynamoDBDocumentClient;
  private readonly table: string;
  private readonly managed: Pick<ManagedProfiles, 'read'>;

  constructor(client: DynamoDBDocumentClient, table: string, managed: Pick<ManagedProfiles, 'read'>) {
    this.client = client;
    this.table = table;
    this.managed = managed;
  }

  /** Reads all profiles, those of the row with strong consistency. */
  async read(): Promise<Profiles> {
    const [{ profiles }, managed] = await Promise.all([this.row(), this.managed.read()]);
    return underManaged(profiles, managed);
  }

  /**
   * Sets a profile, or removes it where `change` returns undefined; `change` sees all, and may throw.
   * It is called again if another writer was first. Throws `RangeError` if they are too many for a
   * row.
   */
  async change(name: string, change: (profiles: Profiles) => ProfileRow | undefined): Promise<Profiles> {
    const managed = await this.managed.read();
    for (let i = 0; i < WRITE_TRIES; i++) {
      const { profiles, revision } = await this.row();
      const row = change(underManaged(profiles, managed));
      const { [name]: _former, ...others } = profiles;
      const changed = row ? { ...others, [name]: row } : others;
      if (await this.write(changed, revision)) return underManaged(changed, managed);
    }
    throw new MediaError('ServiceUnavailable', 'Could not write the profiles: others keep changing them.');
  }

  private async row(): Promise<{ profiles: Rows; revision: number }> {
    const command = new GetCommand({
      ...{ TableName: this.table, Key: { jobId: ROW_ID } },
      ConsistentRead: true,
    });
    const { Item } = await awsCall('read the profiles', this.client.send(command));
    return { profiles: Item?.profiles ?? {}, revision: Item?.revision ?? 0 };
  }

  private async write(profiles: Rows, revision: number): Promise<boolean> {
    const bytes = Buffer.byteLength(JSON.stringify(profiles));
    if (bytes > MAX_ROW_BYTES)
      throw new RangeError(`Expected profiles and tenants of at most ${MAX_ROW_BYTES} bytes, got ${bytes}`);
    const command = new PutCommand({
      TableName: this.table,
      Item: { jobId: ROW_ID, profiles, revision: revision + 1 },
      ConditionExpression: 'attribute_not_exists(jobId) OR revision = :revision',
      ExpressionAttributeValues: { ':revision': revision },
    });
    const written = await unlessConditional(awsCall('write the profiles', this.client.send(command)));
    return written !== undefined;
  }
}
