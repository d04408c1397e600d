import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Config } from '../../base/config.ts';
import type { SlotLimits, SlotRequest } from '../../contract/work-order.ts';
import { KINDS, MEDIA_KINDS, type MediaKind } from '../../media/kinds/kinds.ts';
import { awsCall, isConditionalFailure } from '../aws/clients.ts';

/**
 * Kinds whose work is a Fargate task: jobs beyond the setting `slots` wait in the state
 * AcquireTaskSlot.
 */
type SlotKind = { [K in MediaKind]: (typeof KINDS)[K] extends { slots: string } ? K : never }[MediaKind];
export const isSlotKind = (kind: MediaKind | undefined): kind is SlotKind => !!kind && 'slots' in KINDS[kind];
export const SLOT_KINDS = MEDIA_KINDS.filter(isSlotKind);
export const SLOT_SETTINGS = [
  ...SLOT_KINDS.map((kind) => KINDS[kind].slots),
  'MAX_TENANT_TASK_PERCENT',
] as const;
export type SlotConfig = Config<(typeof SLOT_SETTINGS)[number]>;

/** Who holds a slot, by name of the execution. */
export interface Slots extends SlotLimits {
  holders: { name: string; tenantId: string }[];
}

const slotsId = (kind: SlotKind): string => `slots#${kind}`;
const TENANT = 'tenant#';

export function slotLimits(kind: SlotKind, config: SlotConfig): SlotLimits {
  const limit = config[KINDS[kind].slots];
  return { limit, share: Math.max(1, Math.floor((limit * config.MAX_TENANT_TASK_PERCENT) / 100)) };
}

/** The slot that a job must have before its task starts; undefined where a Lambda function does the work. */
export function slotRequest(
  { kind, convert = false, tenantId }: { kind: MediaKind; convert?: boolean; tenantId: string },
  config: SlotConfig,
): SlotRequest | undefined {
  if (!isSlotKind(kind) || ('convertState' in KINDS[kind] && !convert)) return undefined;
  return { id: slotsId(kind), tenant: TENANT + tenantId, ...slotLimits(kind, config) };
}

/**
 * The slots for Fargate tasks, one item a kind in the job table. The state machine takes a slot under a condition, and waits where there
 * is none; the task gives it back when its work is done, record-outcome where the execution ended otherwise, and reconcile-jobs where
 * neither could. Every write may be repeated: a set holds a name once.
 */
export class TaskSlots {
  private readonly client: DynamoDBDocumentClient;
  private readonly table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.client = client;
    this.table = table;
  }

  /**
   * Takes a slot without asking whether one is free: for a task that runs already. After a redrive into its state, or after a slot was
   * given back in error, those that wait must still count it.
   */
  async hold({ id, tenant, limit, share }: SlotRequest, name: string): Promise<void> {
    await this.update(id, {
      UpdateExpression:
        'SET #limit = if_not_exists(#limit, :limit), #share = if_not_exists(#share, :share) ADD holders :names, #tenant :names',
      ExpressionAttributeNames: { '#limit': 'limit', '#share': 'share', '#tenant': tenant },
      ExpressionAttributeValues: { ':limit': limit, ':share': share, ':names': new Set([name]) },
    });
  }

  /** Gives a slot back. False where the execution held none. */
  async release(kind: SlotKind, { name, tenantId }: Slots['holders'][number]): Promise<boolean> {
    return this.update(slotsId(kind), {
      UpdateExpression: 'DELETE holders :names, #tenant :names',
      ConditionExpression: 'contains(holders, :name)',
      ExpressionAttributeNames: { '#tenant': TENANT + tenantId },
      ExpressionAttributeValues: { ':names': new Set([name]), ':name': name },
    });
  }

  /** Makes changed limits known to jobs that wait already. */
  async setLimits(kind: SlotKind, { limit, share }: SlotLimits): Promise<void> {
    await this.update(slotsId(kind), {
      UpdateExpression: 'SET #limit = :limit, #share = :share',
      ConditionExpression: 'attribute_exists(#limit)',
      ExpressionAttributeNames: { '#limit': 'limit', '#share': 'share' },
      ExpressionAttributeValues: { ':limit': limit, ':share': share },
    });
  }

  /** Strongly consistent; undefined before the first job of the kind. */
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
