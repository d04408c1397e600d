import { addShare } from './add-share.ts';
import { freeSlots, hash, heldBy, isOverCap, tenantsInTurn } from './choose-tenant.ts';
import { HandOver, type QueueDeps } from './hand-over.ts';
import type { Member, Parked, QueueState, Slot, Ticket, Waiting } from './queue-items.ts';
import type { QueueStore } from './queue-store.ts';
import { capOf, type QueueName, type QueuePolicy } from './queues.ts';
import { SeveralSlots, slotsOf } from './several-slots.ts';
import { type LineSurvey, surveyLine } from './survey-line.ts';

/** Free slots that an admission tries, before it lets its job wait. */
const TAKE_TRIES = 3;
/** Seconds between measurements of how long a slot is held, and the weight of a new one in the mean. */
const MEASURE_SECONDS = 60;
const SMOOTHING = 0.2;

/**
 * Gives the slots of a queue to jobs, in order. A job that finds no free slot enters the line, and
 * its state waits for a task token. Whoever gives back a slot hands it to the next in line with one
 * conditional write, takes that job out of line, and tells it. No write spans two items, so that
 * many hand-overs a second do not conflict. What a process does not finish, the next that looks at
 * the queue finishes, at the latest reconcile-queues:
 *
 * - A job that has a slot and is still in line: its hand-over was cut short. It is told.
 * - A job that has a slot, is not in line, and does not start: it is told again.
 * - A job that two gave slots to at once: whoever fails to take it out of line gives its slot to
 *   another.
 * - A job that ended while it waited: its token is invalid, and the slot goes to another.
 *
 * A job that works in several tasks at once, a film that is split, holds several slots.
 *
 * The limit of a queue is never exceeded: there are no more slots. That of a tenant may be, by
 * hand-overs within the same milliseconds.
 */
export class JobQueue {
  private readonly store: QueueStore;
  private readonly handOver: HandOver;
  private readonly several: SeveralSlots;
  private readonly now: () => Date;

  constructor(deps: QueueDeps) {
    this.store = deps.store;
    this.handOver = new HandOver(deps);
    this.several = new SeveralSlots(deps, this.handOver);
    this.now = deps.now;
  }

  read(queue: QueueName): Promise<QueueState> {
    return this.store.read(queue);
  }

  /**
   * Takes a free slot unless somebody who waits may have it. Returns true if the job has one now.
   * `configured`: policy of a queue that has none yet.
   */
  async take(queue: QueueName, member: Member, configured?: QueuePolicy): Promise<boolean> {
    // Before the slots: in a burst most end here, and hundreds of slots are ten read units, of the
    // 3,000 a second that the partition has. One that has a slot is told when it enters the line.
    const shares = await this.store.shares(queue);
    if (shares.some(({ tenantId }) => tenantId === member.tenantId)) return false;
    const { slots, policy } = await this.present(queue, configured);
    if (slots.some(({ name }) => name === member.name)) return true;
    if (!policy || heldBy(slots, member.tenantId) >= capOf(policy, member.tenantId)) return false;
    const free = freeSlots(slots, policy);
    if (free.length === 0) return false;
    if (tenantsInTurn(shares, slots, policy).length > 0) return false;
    // Each begins elsewhere, so that many that are admitted at once rarely try the same slot.
    const start = hash(member.name) % free.length;
    for (const number of [...free.slice(start), ...free.slice(0, start)].slice(0, TAKE_TRIES)) {
      const at = this.now().toISOString();
      if (await this.store.give(queue, number, member, { from: undefined, at }))
        return this.keeps(queue, member, number, policy);
    }
    return false;
  }

  /**
   * Puts a job in line, and hands over what is free. The job is told by its token, possibly before
   * this returns. A job that is in line already keeps its place.
   */
  async enter(queue: QueueName, ticket: Ticket, configured?: QueuePolicy): Promise<void> {
    const { name, tenantId } = ticket;
    const place = await this.placeOf(queue, name);
    const since = place?.since ?? ticket.since;
    await this.store.putInLine(queue, { ...ticket, since }, this.now());
    // After the write: whoever frees a slot now finds this job, or this finds the slot.
    const state = await this.present(queue, configured);
    await addShare(this.store, queue, tenantId, state);
    if (!state.slots.some((slot) => slot.name === name)) await this.handOver.dispatch(queue, state);
    // Whoever told other tasks of the job may have taken it out of line, and not seen this one.
    else if (ticket.parked) await this.handOver.tell(queue, ticket);
    else await this.handOver.finish(queue, { ...ticket, since });
  }

  /**
   * Gives back every slot of an execution, to the next in line where one waits. Returns how many it
   * had.
   */
  async release(queue: QueueName, name: string): Promise<number> {
    const state = await this.store.read(queue);
    const own = slotsOf(state.slots, name);
    await this.several.giveBack(queue, own, state);
    if (own[0]) await this.measure(queue, own[0], state);
    return own.length;
  }

  /**
   * Takes free slots for a job that has one, until it has so many besides the first: only while nobody
   * waits in line, at most those that its tenant may have, and without waiting. Returns how many it
   * holds now.
   */
  takeMore(queue: QueueName, member: Member, wanted: number): Promise<number> {
    return this.several.takeMore(queue, member, wanted);
  }

  /** Gives back all slots of an execution but the one that it got first. */
  keepOne(queue: QueueName, name: string): Promise<void> {
    return this.several.keepOne(queue, name);
  }

  /** Takes an ended execution out of line, and gives back its slots. Returns how many it had. */
  async leave(queue: QueueName, name: string): Promise<number> {
    for (const ticket of await this.store.tickets(queue, name)) {
      await this.store.takeFromLine(queue, ticket);
      if (ticket.parked) await this.store.removeParked(queue, ticket);
    }
    return this.release(queue, name);
  }

  setPolicy(queue: QueueName, policy: QueuePolicy): Promise<void> {
    return this.store.setPolicy(queue, policy);
  }

  /** Returns all waiting jobs, by tenant, in their order; or those of one tenant. */
  line(queue: QueueName, tenantId?: string): AsyncGenerator<Waiting> {
    return this.store.line(queue, tenantId);
  }

  /** Looks at the first in line of each tenant, and mends what a dead process left. */
  survey(queue: QueueName): Promise<LineSurvey> {
    return surveyLine(this.store, queue, this.now());
  }

  setFullSince(queue: QueueName, fullSince: string | undefined): Promise<void> {
    return this.store.setFullSince(queue, fullSince);
  }

  async hasLine(queue: QueueName): Promise<boolean> {
    return (await this.store.shares(queue)).length > 0;
  }

  /** Returns the tasks that wait in their own state, which needs heartbeats. */
  parked(queue: QueueName): Promise<Parked[]> {
    return this.store.parked(queue);
  }

  removeParked(queue: QueueName, parked: Parked): Promise<void> {
    return this.store.removeParked(queue, parked);
  }

  /** Gives the free slots to those that wait. Returns how many it gave. */
  dispatch(queue: QueueName): Promise<number> {
    return this.handOver.dispatch(queue);
  }

  /** Tells a job that has a slot, once more. Returns false if it knows, or has ended. */
  async tellAgain(queue: QueueName, member: Member): Promise<boolean> {
    const place = await this.placeOf(queue, member.name);
    if (place) await this.store.takeFromLine(queue, place);
    return (await this.handOver.tell(queue, member)) === 'told';
  }

  /**
   * Puts a waiting job back in line if it neither is there nor has a slot. Returns true if it was
   * lost.
   */
  async restore(queue: QueueName, name: string): Promise<boolean> {
    const [ticket] = await this.store.tickets(queue, name);
    if (!ticket || (await this.placeOf(queue, name))) return false;
    const { slots } = await this.store.read(queue);
    if (slots.some((slot) => slot.name === name)) return false;
    await this.enter(queue, ticket);
    return true;
  }

  /** Returns the place in line of an execution. */
  private async placeOf(queue: QueueName, name: string): Promise<Waiting | undefined> {
    for (const ticket of await this.store.tickets(queue, name))
      if (await this.store.isInLine(queue, ticket)) return ticket;
    return undefined;
  }

  /** Reads the queue, and stores its policy if it has none. */
  private async present(queue: QueueName, configured: QueuePolicy | undefined): Promise<QueueState> {
    const state = await this.store.read(queue);
    if (state.policy || !configured) return state;
    await this.store.setPolicy(queue, configured);
    return { ...state, policy: configured };
  }

  /**
   * Returns whether a job may keep the slot that it took. Those that are admitted at once see each
   * other only after their writes.
   */
  private async keeps(
    queue: QueueName,
    { name }: Member,
    number: number,
    policy: QueuePolicy,
  ): Promise<boolean> {
    const { slots } = await this.store.read(queue);
    const [own, ...more] = slotsOf(slots, name);
    // Another invocation took one at the same time, or the job was split since: each frees its own.
    if (more.some((slot) => slot.number === number)) {
      await this.store.free(queue, number, name);
      return true;
    }
    if (!own) return false;
    if (!isOverCap(own, slots, policy)) return true;
    await this.release(queue, name);
    return false;
  }

  private async measure(
    queue: QueueName,
    { grantedAt }: Slot,
    { meanSeconds, measuredAt }: QueueState,
  ): Promise<void> {
    const now = this.now();
    if (measuredAt && now.getTime() - Date.parse(measuredAt) < MEASURE_SECONDS * 1000) return;
    const seconds = Math.max(0, (now.getTime() - Date.parse(grantedAt)) / 1000);
    const mean = meanSeconds === undefined ? seconds : meanSeconds + SMOOTHING * (seconds - meanSeconds);
    await this.store.setMean(queue, Math.round(mean * 10) / 10, now.toISOString());
  }
}
