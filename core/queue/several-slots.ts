import { freeSlots, hash, heldBy, isOverCap } from './choose-tenant.ts';
import type { HandOver, QueueDeps } from './hand-over.ts';
import type { Member, QueueState, Slot } from './queue-items.ts';
import type { QueueStore } from './queue-store.ts';
import { capOf, type QueueName } from './queues.ts';

/** Free slots that are tried in vain, because others take them at the same time. */
const VAIN_TRIES = 3;

/** Returns the slots of an execution, the one that it got first at the front. */
export const slotsOf = (slots: readonly Slot[], name: string): Slot[] =>
  slots
    .filter((slot) => slot.name === name)
    .sort((a, b) => (a.grantedAt === b.grantedAt ? a.number - b.number : a.grantedAt < b.grantedAt ? -1 : 1));

/** Takes and gives back slots of jobs that work in several tasks at once. */
export class SeveralSlots {
  private readonly store: QueueStore;
  private readonly handOver: HandOver;
  private readonly now: () => Date;

  constructor({ store, now }: Pick<QueueDeps, 'store' | 'now'>, handOver: HandOver) {
    this.store = store;
    this.handOver = handOver;
    this.now = now;
  }

  /** Gives back slots of an execution, each to the next in line where one waits. */
  async giveBack(queue: QueueName, own: readonly Slot[], { slots, policy }: QueueState): Promise<void> {
    const others = slots.filter((slot) => !own.includes(slot));
    for (const { number, name } of own) {
      const isWanted = policy && number < policy.limit;
      const outcome = isWanted
        ? await this.handOver.give(queue, { number, from: name }, others, policy)
        : 'nobody';
      if (outcome !== 'nobody') continue;
      await this.store.free(queue, number, name);
      // Who has entered the line since may have seen this slot taken.
      if ((await this.store.shares(queue)).length > 0) await this.handOver.dispatch(queue);
    }
  }

  async keepOne(queue: QueueName, name: string): Promise<void> {
    const state = await this.store.read(queue);
    await this.giveBack(queue, slotsOf(state.slots, name).slice(1), state);
  }

  async takeMore(queue: QueueName, member: Member, wanted: number): Promise<number> {
    const { slots, policy } = await this.store.read(queue);
    const held = slotsOf(slots, member.name).length;
    if (!policy) return held;
    const left = capOf(policy, member.tenantId) - heldBy(slots, member.tenantId);
    const room = Math.min(1 + wanted - held, left);
    if (room <= 0 || (await this.store.shares(queue)).length > 0) return held;
    const taken = await this.takeFree(queue, member, freeSlots(slots, policy), room);
    if (taken.size === 0) return held;
    // Others took some at the same time, or entered the line and saw these taken.
    const state = await this.store.read(queue);
    const isWaitedFor = (await this.store.shares(queue)).length > 0;
    const own = slotsOf(state.slots, member.name);
    const excess = own.filter(
      (slot) => taken.has(slot.number) && (isWaitedFor || isOverCap(slot, state.slots, policy)),
    );
    await this.giveBack(queue, excess, state);
    return own.length - excess.length;
  }

  private async takeFree(
    queue: QueueName,
    member: Member,
    free: readonly number[],
    room: number,
  ): Promise<Set<number>> {
    // Each begins elsewhere, as when it takes its first.
    const start = free.length > 0 ? hash(member.name) % free.length : 0;
    const taken = new Set<number>();
    let vain = 0;
    for (const number of [...free.slice(start), ...free.slice(0, start)]) {
      if (taken.size === room || vain === VAIN_TRIES) break;
      const at = this.now().toISOString();
      if (await this.store.give(queue, number, member, { from: undefined, at })) taken.add(number);
      else vain++;
    }
    return taken;
  }
}
