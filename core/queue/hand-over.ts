import { log } from '../../base/log.ts';
import { executionName } from '../aws/executions.ts';
import type { TaskTokens } from '../aws/task-tokens.ts';
import type { Admission } from '../jobs/admission.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { workOrderOf } from '../jobs/work-order.ts';
import { freeSlots, isOverCap, tenantsInTurn, weightOf } from './choose-tenant.ts';
import type { Member, QueueState, Slot, Waiting } from './queue-items.ts';
import type { QueueStore } from './queue-store.ts';
import { capOf, type QueueName, type QueuePolicy } from './queues.ts';

/** Fails the state of the work, whose Retry starts a task. */
const SLOT_GRANTED = {
  error: 'SlotGranted',
  cause: 'The job has a slot now, and its state starts a task.',
};
/**
 * Jobs from which those that give slots away at once choose, each by the number of its slot, and the
 * slots from which they are many. If all chose the first, most would give it a slot in vain.
 */
const CHOICE = 4;
const SLOTS_PER_CHOICE = 25;
/** Milliseconds after which a hand-over that has not ended was cut short. */
const HAND_OVER = 10_000;

export interface QueueDeps {
  store: QueueStore;
  jobs: Pick<JobStore, 'get'>;
  tokens: Pick<TaskTokens, 'succeed' | 'fail'>;
  now: () => Date;
}

/** Slot to hand over: held by the execution `from`, or free. */
interface Offer {
  number: number;
  from: string | undefined;
}

/** Hands slots to the jobs that wait. JobQueue (job-queue.ts) describes how hand-overs converge. */
export class HandOver {
  private readonly store: QueueStore;
  private readonly jobs: QueueDeps['jobs'];
  private readonly tokens: QueueDeps['tokens'];
  private readonly now: () => Date;

  constructor({ store, jobs, tokens, now }: QueueDeps) {
    this.store = store;
    this.jobs = jobs;
    this.tokens = tokens;
    this.now = now;
  }

  /** Gives the free slots to those that wait. Returns how many it gave. */
  async dispatch(queue: QueueName, state?: QueueState): Promise<number> {
    let { slots, policy } = state ?? (await this.store.read(queue));
    for (let given = 0; ; ) {
      const [number] = policy ? freeSlots(slots, policy) : [];
      if (!policy || number === undefined) return given;
      const outcome = await this.give(queue, { number, from: undefined }, slots, policy);
      if (outcome === 'nobody') return given;
      if (outcome === 'given') given++;
      ({ slots, policy } = await this.store.read(queue));
    }
  }

  /**
   * Gives a slot to the next in line. `others`: the other taken slots. 'lost': the slot is no longer
   * as it was. 'nobody': nobody may have it, and it is as it was.
   */
  async give(
    queue: QueueName,
    { number, from }: Offer,
    others: readonly Slot[],
    policy: QueuePolicy,
  ): Promise<'given' | 'nobody' | 'lost'> {
    let holder = from;
    for (;;) {
      const skip = number % Math.max(1, Math.min(CHOICE, Math.floor(policy.limit / SLOTS_PER_CHOICE)));
      const { next, isContested } = await this.next(queue, others, policy, skip);
      if (!next) break;
      const grantedAt = this.now().toISOString();
      if (!(await this.store.give(queue, number, next, { from: holder, at: grantedAt }))) return 'lost';
      holder = next.name;
      const use = await this.takeFromLine(queue, { ...next, number, grantedAt }, next.since, policy);
      if (use === 'over-cap') break;
      if (use === 'elsewhere') continue;
      if (isContested) await this.store.addServed(queue, next.tenantId, 1 / weightOf(policy, next.tenantId));
      if ((await this.tell(queue, next)) !== 'ended') return 'given';
      log.info('slot passed on: the execution has ended', { queue, execution: next.name });
    }
    if (holder === from) return 'nobody';
    // The last one that it was given to cannot use it.
    if (holder !== undefined) await this.store.free(queue, number, holder);
    if ((await this.store.shares(queue)).length > 0) await this.dispatch(queue);
    return 'lost';
  }

  /**
   * Tells a job that has a slot: its admission succeeds, or the state of the work tries again. 'known':
   * it cannot be told, since it knows already, or its state was retried and has a new token.
   */
  async tell(queue: QueueName, { name, jobId }: Member): Promise<'told' | 'known' | 'ended'> {
    const job = await this.jobs.get(jobId);
    // A redriven execution may run before its row says so.
    const isAlive = job && (job.status === 'PROCESSING' || job.status === 'FAILED');
    if (!isAlive || executionName(job.executionArn) !== name) return 'ended';
    const order = workOrderOf(job);
    if (!order) return 'known';
    const admission: Admission = { admission: 'ADMITTED', job: order };
    let isTold = false;
    for (const ticket of await this.store.tickets(queue, name)) {
      const { token, parked } = ticket;
      // Several tasks of a split job may be parked, each with a token of its own. Those that entered the
      // line at once have a place each, by which the job would be given a slot again at its end.
      if (parked) {
        await this.store.takeFromLine(queue, ticket);
        isTold = (await this.tokens.fail(token, SLOT_GRANTED)) || isTold;
        await this.store.removeParked(queue, ticket);
      } else isTold ||= await this.tokens.succeed(token, admission);
    }
    return isTold ? 'told' : 'known';
  }

  /** Takes a job that has a slot out of line, and tells it. */
  async finish(queue: QueueName, waiting: Waiting): Promise<void> {
    if (await this.store.takeFromLine(queue, waiting)) await this.tell(queue, waiting);
  }

  /** Takes a job that was given a slot out of line. */
  private async takeFromLine(
    queue: QueueName,
    slot: Slot,
    since: string,
    policy: QueuePolicy,
  ): Promise<'taken' | 'elsewhere' | 'over-cap'> {
    if (capOf(policy, slot.tenantId) < policy.limit) {
      const { slots } = await this.store.read(queue);
      // Others gave slots to the same tenant at the same time.
      if (isOverCap(slot, slots, policy)) return 'over-cap';
    }
    if (await this.store.takeFromLine(queue, { ...slot, since })) return 'taken';
    // Another gave it a slot at the same time; or it left, and cannot be told.
    const { slots } = await this.store.read(queue);
    const hasAnother = slots.some(({ name, number }) => name === slot.name && number !== slot.number);
    return hasAnother ? 'elsewhere' : 'taken';
  }

  /**
   * Returns the next job in line, or the one that many places after it, and whether several tenants
   * wait.
   */
  private async next(
    queue: QueueName,
    slots: readonly Slot[],
    policy: QueuePolicy,
    skip: number,
  ): Promise<{ next: Waiting | undefined; isContested: boolean }> {
    const shares = await this.store.shares(queue);
    const isContested = shares.length > 1;
    for (const tenantId of tenantsInTurn(shares, slots, policy)) {
      const first = await this.first(queue, tenantId, slots, skip);
      if (first.next || first.isUnderWay) {
        if (first.next) return { next: first.next, isContested };
        continue;
      }
      await this.store.removeShare(queue, tenantId);
      // A job that has entered since found the share, and did not add one.
      const late = await this.first(queue, tenantId, slots, 0);
      if (!late.next && !late.isUnderWay) continue;
      const { served } = shares.find((share) => share.tenantId === tenantId) ?? { served: 0 };
      await this.store.putShare(queue, { tenantId, served });
      if (late.next) return { next: late.next, isContested };
    }
    return { next: undefined, isContested };
  }

  /**
   * Returns the first job of a tenant that has no slot, or as many places after it as there are, and
   * whether others are in line although they have one. Finishes hand-overs that were cut short.
   */
  private async first(
    queue: QueueName,
    tenantId: string,
    slots: readonly Slot[],
    skip: number,
  ): Promise<{ next: Waiting | undefined; isUnderWay: boolean }> {
    let isUnderWay = false;
    let next: Waiting | undefined;
    let skipped = 0;
    for await (const waiting of this.store.line(queue, tenantId)) {
      const slot = slots.find(({ name }) => name === waiting.name);
      if (!slot) {
        next = waiting;
        if (skipped++ === skip) break;
      } else if (this.now().getTime() - Date.parse(slot.grantedAt) > HAND_OVER)
        await this.finish(queue, waiting);
      else isUnderWay = true;
    }
    return { next, isUnderWay };
  }
}
