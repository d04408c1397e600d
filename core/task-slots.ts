import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { awsCall, isConditionalFailure } from './aws.ts';
import type { Config } from './config.ts';
import type { MediaKind } from './media-kind.ts';

/** How many Fargate tasks of a kind may run at once: jobs beyond that wait in the state AcquireTaskSlot. */
const LIMITS = {
  VIDEO: 'MAX_CONCURRENT_VIDEO_TASKS',
  AUDIO: 'MAX_CONCURRENT_AUDIO_TASKS',
  DOCUMENT: 'MAX_CONCURRENT_OFFICE_TASKS',
} as const satisfies Partial<Record<MediaKind, string>>;

type SlotKind = keyof typeof LIMITS;
export const SLOT_KINDS = Object.keys(LIMITS) as SlotKind[];
export const SLOT_SETTINGS = Object.values(LIMITS);
export type SlotConfig = Config<(typeof LIMITS)[SlotKind]>;

export const isSlotKind = (kind: MediaKind | undefined): kind is SlotKind => !!kind && kind in LIMITS;
export const slotLimit = (kind: SlotKind, config: SlotConfig): number => config[LIMITS[kind]];

/** Id of the item in the job table that lists who holds a slot; state-machines/media-pipeline.asl.json writes it too. */
const slotsId = (kind: SlotKind): string => `slots#${kind}`;

/** The slots that a job must have one of before its task starts; undefined where a Lambda function does the work. */
export function slotsFor(
  { kind, convert = false }: { kind: MediaKind; convert?: boolean },
  config: SlotConfig,
): { id: string; limit: number } | undefined {
  if (!isSlotKind(kind) || (kind === 'DOCUMENT' && !convert)) return undefined;
  return { id: slotsId(kind), limit: slotLimit(kind, config) };
}

/** One kind's slots: `holders` are names of executions. */
export interface Slots {
  holders: Set<string>;
  limit: number;
}

/**
 * The slots for Fargate tasks, one item a kind. The state machine takes a slot under a condition, and waits where there is none; the task
 * gives it back when its work is done, record-outcome where the execution ended otherwise, and reconcile-jobs where neither could. Every
 * write may be repeated: a set holds a name once.
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
  async hold(kind: SlotKind, { name, limit }: { name: string; limit: number }): Promise<void> {
    await this.update(kind, {
      UpdateExpression: 'SET #limit = if_not_exists(#limit, :limit) ADD holders :name',
      ExpressionAttributeNames: { '#limit': 'limit' },
      ExpressionAttributeValues: { ':limit': limit, ':name': new Set([name]) },
    });
  }

  /** Gives a slot back. False where the execution held none. */
  async release(kind: SlotKind, name: string): Promise<boolean> {
    return this.update(kind, {
      UpdateExpression: 'DELETE holders :set',
      ConditionExpression: 'contains(holders, :name)',
      ExpressionAttributeValues: { ':set': new Set([name]), ':name': name },
    });
  }

  /** Makes a changed limit known to jobs that wait already. */
  async limit(kind: SlotKind, limit: number): Promise<void> {
    await this.update(kind, {
      UpdateExpression: 'SET #limit = :limit',
      ConditionExpression: 'attribute_exists(#limit) AND #limit <> :limit',
      ExpressionAttributeNames: { '#limit': 'limit' },
      ExpressionAttributeValues: { ':limit': limit },
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
    return (
      Item && { holders: (Item.holders as Set<string> | undefined) ?? new Set(), limit: Item.limit as number }
    );
  }

  private async update(
    kind: SlotKind,
    expressions: Omit<ConstructorParameters<typeof UpdateCommand>[0], 'TableName' | 'Key'>,
  ): Promise<boolean> {
    const command = new UpdateCommand({
      TableName: this.table,
      Key: { jobId: slotsId(kind) },
      ...expressions,
    });
    try {
      await awsCall('update the task slots', this.client.send(command));
      return true;
    } catch (error) {
      if (isConditionalFailure(error)) return false;
      throw error;
    }
  }
}
