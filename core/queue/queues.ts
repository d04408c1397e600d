import type { Config } from '../../base/config.ts';
import { KINDS, MEDIA_KINDS, type MediaKind } from '../../media/kinds/kinds.ts';

type KindOf = (typeof KINDS)[MediaKind];
type Converted = Extract<KindOf, { convertState: string }>;

/** Name of a queue: that of the state before which its jobs wait. */
export type QueueName = KindOf['state'] | Converted['convertState'];
type SlotSetting = KindOf['slots'] | Converted['convertSlots'];

export interface QueueKind {
  kind: MediaKind;
  /** Maximum number of jobs in the state at once; 0: no queue. */
  setting: SlotSetting;
}

/** Every queue. Derives from KINDS. */
export const QUEUES = Object.fromEntries(
  MEDIA_KINDS.flatMap((kind): [QueueName, QueueKind][] => {
    const row = KINDS[kind];
    return [
      [row.state, { kind, setting: row.slots }],
      ...('convertState' in row
        ? [[row.convertState, { kind, setting: row.convertSlots }] as [QueueName, QueueKind]]
        : []),
    ];
  }),
) as Readonly<Record<QueueName, QueueKind>>;
export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

export const QUEUE_SETTINGS = [
  ...(Object.values(QUEUES).map(({ setting }) => setting) as SlotSetting[]),
  'MAX_TENANT_TASK_PERCENT',
  'TENANT_PERCENTS',
  'TENANT_WEIGHTS',
] as const;
export type QueueConfig = Config<(typeof QUEUE_SETTINGS)[number]>;

/**
 * Returns the queue of a job. An Office document waits for its conversion alone: so few are
 * converted at once that ProcessDocument needs no second queue for them.
 */
export function queueOf({ kind, convert = false }: { kind: MediaKind; convert?: boolean }): QueueName {
  const row = KINDS[kind];
  return convert && 'convertState' in row ? row.convertState : row.state;
}

/** Rules of a queue, stored beside its slots: running tasks obey the present ones, not their own. */
export interface QueuePolicy {
  /** Maximum number of jobs at once. */
  limit: number;
  /** Percentage of `limit` that one tenant may hold, and exceptions. */
  percent: number;
  percents: Readonly<Record<string, number>>;
  /** Weights other than 1. */
  weights: Readonly<Record<string, number>>;
}

/** Returns the policy that the settings ask for, or undefined if they ask for no queue. */
export function policyOf(queue: QueueName, config: QueueConfig): QueuePolicy | undefined {
  const limit = config[QUEUES[queue].setting];
  if (limit === 0) return undefined;
  const { MAX_TENANT_TASK_PERCENT: percent, TENANT_PERCENTS: percents, TENANT_WEIGHTS: weights } = config;
  return { limit, percent, percents, weights };
}

/** Returns how many slots a tenant may hold. */
export function capOf({ limit, percent, percents }: QueuePolicy, tenantId: string): number {
  return Math.max(1, Math.floor((limit * (percents[tenantId] ?? percent)) / 100));
}
