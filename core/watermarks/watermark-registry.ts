import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { MediaError } from '../../base/errors.ts';
import { awsCall, unlessConditional } from '../aws/clients.ts';

/** A tenant's watermark. Its image lies in S3, by its hash. */
export interface WatermarkRow {
  /** SHA-256 of the PNG. */
  hash: string;
  /** In pixels. */
  width: number;
  height: number;
  bytes: number;
  /** ISO 8601. */
  updatedAt: string;
  updatedBy: string;
}

/** All watermarks of a tenant, by name. */
export type WatermarkRows = Readonly<Record<string, WatermarkRow>>;

/** Of a tenant: each admission with a watermark reads all. */
const MAX_WATERMARKS = 100;
/** Writers that are at it at the same time. */
const WRITE_TRIES = 5;

const rowId = (tenantId: string) => `watermarks#${tenantId}`;

/** Names of watermarks: one row of the job table for each tenant, so that every change is one conditional write. */
export class WatermarkRegistry {
  private readonly client: DynamoDBDocumentClient;
  private readonly table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.client = client;
    this.table = table;
  }

  /** Reads all watermarks of a tenant with strong consistency. */
  async read(tenantId: string): Promise<WatermarkRows> {
    return (await this.row(tenantId)).watermarks;
  }

  /** Sets a watermark. Throws `RangeError` if the tenant has too many. */
  async set(tenantId: string, name: string, row: WatermarkRow): Promise<void> {
    await this.change(tenantId, (watermarks) => {
      const changed = { ...watermarks, [name]: row };
      const count = Object.keys(changed).length;
      if (count > MAX_WATERMARKS)
        throw new RangeError(`Expected at most ${MAX_WATERMARKS} watermarks of a tenant, got ${count}`);
      return changed;
    });
  }

  /** Removes a name; does nothing if there is none. */
  async remove(tenantId: string, name: string): Promise<void> {
    await this.change(tenantId, (watermarks) => {
      const { [name]: removed, ...others } = watermarks;
      return removed ? others : watermarks;
    });
  }

  /** `change` is called again if another writer was first; what it returns unchanged is not written. */
  private async change(tenantId: string, change: (rows: WatermarkRows) => WatermarkRows): Promise<void> {
    for (let i = 0; i < WRITE_TRIES; i++) {
      const { watermarks, revision } = await this.row(tenantId);
      const changed = change(watermarks);
      if (changed === watermarks) return;
      const command = new PutCommand({
        TableName: this.table,
        Item: { jobId: rowId(tenantId), watermarks: changed, revision: revision + 1 },
        ConditionExpression: 'attribute_not_exists(jobId) OR revision = :revision',
        ExpressionAttributeValues: { ':revision': revision },
      });
      const written = unlessConditional(awsCall('write the watermarks', this.client.send(command)));
      if ((await written) !== undefined) return;
    }
    throw new MediaError('ServiceUnavailable', 'Could not write the watermarks: others keep changing them.');
  }

  private async row(tenantId: string): Promise<{ watermarks: WatermarkRows; revision: number }> {
    const command = new GetCommand({
      ...{ TableName: this.table, Key: { jobId: rowId(tenantId) } },
      ConsistentRead: true,
    });
    const { Item } = await awsCall('read the watermarks', this.client.send(command));
    return { watermarks: Item?.watermarks ?? {}, revision: Item?.revision ?? 0 };
  }
}
