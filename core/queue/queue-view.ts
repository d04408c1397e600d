import { heldBy, weightOf } from './choose-tenant.ts';
import { estimateStart } from './estimate-start.ts';
import type { JobQueue } from './job-queue.ts';
import type { QueueState } from './queue-items.ts';
import { capOf, QUEUE_NAMES, QUEUES, type QueueKind, type QueueName, type QueuePolicy } from './queues.ts';

/** Load of a queue, or of one tenant's jobs in it. */
export interface QueueLoad extends Pick<QueueKind, 'kind'> {
  queue: QueueName;
  /** Jobs that have a slot. */
  taken: number;
  /** Slots that there are, or that the tenant may have. */
  limit: number;
  /** Slots that one tenant may have, unless TENANT_PERCENTS says otherwise. */
  tenantShare: number;
  waiting: number;
  /** Seconds that the first of them has waited; 0 if none waits. */
  oldestWaitSeconds: number;
  /** Seconds for which all slots of the queue have been taken while jobs wait; 0 if they are not. */
  fullSeconds: number;
}

/** Place of a waiting job. */
export interface QueuePlace {
  /** From 1, among the jobs of its tenant. */
  position: number;
  /** Estimate of how many jobs start before it, those of other tenants included. */
  ahead: number;
  /** ISO 8601; undefined before any job of the queue has ended. */
  estimatedStart?: string | undefined;
}

interface Line {
  readAt: number;
  state: QueueState;
  tenants: ReadonlyMap<string, TenantLine>;
  /** Until when it is kept; milliseconds since the epoch. */
  freshUntil: number;
}

interface TenantLine {
  /** Names of the waiting executions, in their order. */
  names: string[];
  /** Since when the first of them has waited, ISO 8601. */
  since: string;
}

/** Milliseconds for which a line is kept, for each so many jobs in it: it is read whole, whoever asks. */
const FRESH = 5_000;
const FRESH_JOBS = 1000;
/**
 * Milliseconds to which an estimate is rounded up: it moves with every reading of an overdue queue,
 * and a changed job has a new ETag.
 */
const ESTIMATE_STEP = 10_000;

/**
 * What the API shows of the queues. Reads each line at most once in a few seconds, and a long one less
 * often: 20,000 jobs in 100 s.
 */
export class QueueView {
  private readonly queue: JobQueue;
  private readonly now: () => Date;
  private readonly lines = new Map<QueueName, Promise<Line>>();

  constructor(queue: JobQueue, now: () => Date) {
    this.queue = queue;
    this.now = now;
  }

  /** Returns the load of each queue in use; of a tenant's jobs alone if `tenantId` is given. */
  async loads(tenantId?: string): Promise<QueueLoad[]> {
    const lines = await Promise.all(
      QUEUE_NAMES.map(async (queue) => ({ queue, ...(await this.line(queue)) })),
    );
    return lines.flatMap(({ queue, ...line }) => {
      const { policy } = line.state;
      if (!policy) return [];
      const { shown, ...slots } = tenantId ? shareOf(line, policy, tenantId) : whole(line, policy);
      return {
        queue,
        kind: QUEUES[queue].kind,
        ...slots,
        waiting: shown.reduce((sum, { names }) => sum + names.length, 0),
        oldestWaitSeconds: Math.max(0, ...shown.map(({ since }) => this.secondsSince(since))),
        fullSeconds: line.state.fullSince ? this.secondsSince(line.state.fullSince) : 0,
      };
    });
  }

  /** Returns the place of a job in line, or undefined if it is not in line. */
  async place(
    queue: QueueName,
    { name, tenantId }: { name: string; tenantId: string },
  ): Promise<QueuePlace | undefined> {
    const { tenants, state, readAt } = await this.line(queue);
    const { policy } = state;
    const before = tenants.get(tenantId)?.names.indexOf(name) ?? -1;
    if (before === -1 || !policy) return undefined;
    // While this many of its tenant's jobs start, so many of the others do, by their weights.
    const others = [...tenants].filter(([other]) => other !== tenantId);
    const ahead = others.reduce((sum, [other, { names }]) => {
      const turns = ((before + 1) * weightOf(policy, other)) / weightOf(policy, tenantId);
      return sum + Math.min(names.length, Math.floor(turns));
    }, before);
    const start = estimateStart(state, { tenantId, before, ahead }, readAt);
    const estimatedStart = start && new Date(Math.ceil(start / ESTIMATE_STEP) * ESTIMATE_STEP).toISOString();
    return { position: before + 1, ahead, ...(estimatedStart && { estimatedStart }) };
  }

  /** Returns whether an execution has a slot. */
  async hasSlot(queue: QueueName, name: string): Promise<boolean> {
    const { slots } = (await this.line(queue)).state;
    return slots.some((slot) => slot.name === name);
  }

  private line(queue: QueueName): Promise<Line> {
    const known = this.lines.get(queue);
    const line = known?.then(
      (kept) => (this.now().getTime() < kept.freshUntil ? kept : this.read(queue)),
      () => this.read(queue),
    );
    const current = line ?? this.read(queue);
    this.lines.set(queue, current);
    return current;
  }

  private async read(queue: QueueName): Promise<Line> {
    const readAt = this.now().getTime();
    const state = await this.queue.read(queue);
    const tenants = new Map<string, TenantLine>();
    let waiting = 0;
    if (state.policy)
      for await (const { tenantId, name, since } of this.queue.line(queue)) {
        const line = tenants.get(tenantId) ?? { names: [], since };
        line.names.push(name);
        waiting++;
        tenants.set(tenantId, line);
      }
    const freshUntil = readAt + FRESH * Math.max(1, waiting / FRESH_JOBS);
    return { readAt, state, tenants, freshUntil };
  }

  private secondsSince(moment: string): number {
    return Math.max(0, Math.round((this.now().getTime() - Date.parse(moment)) / 1000));
  }
}

const whole = ({ state, tenants }: Line, policy: QueuePolicy) => ({
  taken: state.slots.length,
  limit: policy.limit,
  tenantShare: capOf({ ...policy, percents: {} }, ''),
  shown: [...tenants.values()],
});

function shareOf({ state, tenants }: Line, policy: QueuePolicy, tenantId: string) {
  const limit = capOf(policy, tenantId);
  const line = tenants.get(tenantId);
  return { taken: heldBy(state.slots, tenantId), limit, tenantShare: limit, shown: line ? [line] : [] };
}
