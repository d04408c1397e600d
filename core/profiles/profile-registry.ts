import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { MediaError } from '../../base/errors.ts';
import { awsCall, unlessConditional } from '../aws/clients.ts';

/** Profile that operators manage. Its document lies in S3, by its hash. */
export interface ProfileRow {
  /** SHA-256 of the document. */
  hash: string;
  title: string;
  /** Tenants that may choose it; `*`: all. */
  tenants: string[] | '*';
  /** Tenants whose uploads get it unless they name another. */
  defaultFor: string[];
  /** ISO 8601. */
  updatedAt: string;
  updatedBy: string;
}

/** All profiles but the shipped one, by name. */
export type Profiles = Readonly<Record<string, ProfileRow>>;

const ROW_ID = 'profiles#';
/** Maximum of a row, in bytes of JSON: DynamoDB's is 400 KB, and each admission reads it. */
const MAX_ROW_BYTES = 300_000;
/** Writers that are at it at the same time. */
const WRITE_TRIES = 5;

/**
 * Names of profiles, and the tenants that use them: one row of the job table, so that every change
 * is one conditional write, and a tenant never has two profiles.
 */
export class ProfileRegistry {
  private readonly client: DynamoDBDocumentClient;
  private readonly table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.client = client;
    this.table = table;
  }

  /** Reads all profiles with strong consistency. */
  async read(): Promise<Profiles> {
    return (await this.row()).profiles;
  }

  /**
   * Changes the profiles. `change` returns them as they shall be, or throws; it is called again if
   * another writer was first. Throws `RangeError` if they are too many for a row.
   */
  async change(change: (profiles: Profiles) => Profiles): Promise<Profiles> {
    for (let i = 0; i < WRITE_TRIES; i++) {
      const { profiles, revision } = await this.row();
      const changed = change(profiles);
      if (await this.write(changed, revision)) return changed;
    }
    throw new MediaError('ServiceUnavailable', 'Could not write the profiles: others keep changing them.');
  }

  private async row(): Promise<{ profiles: Profiles; revision: number }> {
    const command = new GetCommand({
      ...{ TableName: this.table, Key: { jobId: ROW_ID } },
      ConsistentRead: true,
    });
    const { Item } = await awsCall('read the profiles', this.client.send(command));
    return { profiles: Item?.profiles ?? {}, revision: Item?.revision ?? 0 };
  }

  private async write(profiles: Profiles, revision: number): Promise<boolean> {
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

export const mayUse = ({ tenants }: ProfileRow, tenant: string): boolean =>
  tenants === '*' || tenants.includes(tenant);

/** Returns the name of the profile that a tenant's uploads get; undefined: the shipped one. */
export function nameFor(profiles: Profiles, tenant: string): string | undefined {
  return Object.keys(profiles).find((name) => profiles[name]?.defaultFor.includes(tenant));
}
