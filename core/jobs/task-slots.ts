import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Config } from '../../base/config.ts';
import type { SlotLimits, SlotRequest } from '../../contract/work-order.ts';
import { KINDS, MEDIA_KINDS, type MediaKind } from '../../media/kinds/kinds.ts';
import { awsCall, isConditionalFailure } from '../aws/clients.ts';

/**
 * Kinds processed by Fargate tasks. Jobs over the limit in the setting `slots` wait in the
 * AcquireTaskSlot state.
 */
type SlotKind = { [K in MediaKind]: (typeof KINDS)[K] extends { slots: string } ? K : never }[MediaKind];
export const isSlotKind = (kind: MediaKind | undefined): kind is SlotKind => !!kind && 'slots' in KINDS[kind];
export const SLOT_KINDS = MEDIA_KINDS.filter(isSlotKind);
export const SLOT_SETTINGS = [
  ...SLOT_KINDS.map((kind) => KINDS[kind].slots),
  'MAX_TENANT_TASK_PERCENT',
] as const;
export type SlotConfig = Config<(typeof SLOT_SETTINGS)[number]>;

/** Limits and holders of a kind's slots; `name` is the execution name. */
export interface Slots extends SlotLimits {
  holders: { name: string; tenantId: string }[];
}

const slotsId = (kind: SlotKind): string => `slots#${kind}`;
const TENANT = 'tenant#';

export function slotLimits(kind: SlotKind, config: SlotConfig): SlotLimits {
  const limit = config[KINDS[kind].slots];
  return { limit, share: Math.max(1, Math.floor((limit * config.MAX_TENANT_TASK_PERCENT) / 100)) };
}

/**
 * Returns the slot that a job must acquire before its task starts, or undefined if a Lambda
 * function does the work.
 */
export function slotRequest(
  { kind, convert = false, tenantId }: { kind: MediaKind; convert?: boolean; tenantId: string },
  config: SlotConfig,
): SlotRequest | undefined {
  if (!isSlotKind(kind) || ('convertState' in KINDS[kind] && !convert)) return undefined;
  return { id: slotsId(kind), tenant: TENANT + tenantId, ...slotLimits(kind, config) };
}

/**
 * Slots for Fargate tasks: one item per kind in the job table. The state machine acquires a slot
 * with a conditional write, and waits if none is free. The task releases it after its work,
 * record-outcome if the execution ended otherwise, and reconcile-jobs if neither did. All writes
 * are idempotent: a set holds each name once.
 */
export class TaskSlots {
  private readonly client: DynamoDBDocumentClient;
  private readonly table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.client = client;
    this.table = table;
  }

  /**
   * Takes a slot unconditionally, for a task that is already running. After a redrive into its
   * state, or after its slot was released by mistake, waiting jobs must still count the task.
   */
  async hold({ id, tenant, limit, share }: SlotRequest, name: string): Promise<void> {
    await this.update(id, {
      UpdateExpression:
        'SET #limit = if_not_exists(#limit, :limit), #share = if_not_exists(#share, :share) ADD holders :names, #tenant :names',
      ExpressionAttributeNames: { '#limit': 'limit', '#share': 'share', '#tenant': tenant },
      ExpressionAttributeValues: { ':limit': limit, ':share': share, ':names': new Set([name]) },
    });
  }

  /** Releases a slot. Returns false if the execution held none. */
  async release(kind: SlotKind, { name, tenantId }: Slots['holders'][number]): Promise<boolean> {
    return this.update(slotsId(kind), {
      UpdateExpression: 'DELETE holders :names, #tenant :names',
      ConditionExpression: 'contains(holders, :name)',
      ExpressionAttributeNames: { '#tenant': TENANT + tenantId },
      ExpressionAttributeValues: { ':names': new Set([name]), ':name': name },
    });
  }

  /** Writes changed limits, so that waiting jobs use them. */
  async setLimits(kind: SlotKind, { limit, share }: SlotLimits): Promise<void> {
    await this.update(slotsId(kind), {
      UpdateExpression: 'SET #limit = :limit, #share = :share',
      ConditionExpression: 'attribute_exists(#limit)',
      ExpressionAttributeNames: { '#limit': 'limit', '#share': 'share' },
      ExpressionAttributeValues: { ':limit': limit, ':share': share },
    });
  }

  /**
   * Reads the slots with strong consistency. Returns undefined before the first job of the kind.
   */
  async read(kind: SlotKind): Promise<Slots | undefined> {
    const command = new GetCommand({
      TableName: this.table,
      Key: { jobId: slotsId(kind) },
      ConsistentRead: true,
    });
    const { Item } = await awsCall('read the task slots', this.client.send(command));
    if (!Item) return undefined;
    const tenants = Object.entries(Item).filter(([attribute]) => attribute.startsWith(TENANT));
    const holders = tenants.flatMap(([attribute, names]) =>
      [...(names as Set<string>)].map((name) => ({ name, tenantId: attribute.slice(TENANT.length) })),
    );
    return { holders, limit: Item.limit as number, share: Item.share as number };
  }

  private async update(
    jobId: string,
    expressions: Omit<ConstructorParameters<typeof UpdateCommand>[0], 'TableName' | 'Key'>,
  ): Promise<boolean> {
    const command = new UpdateCommand({ TableName: this.table, Key: { jobId }, ...expressions });
    try {
      await awsCall('update the task slots', this.client.send(command));
      return true;
    } catch (error) {
      if (isConditionalFailure(error)) return false;
      throw error;
    }
  }
}
