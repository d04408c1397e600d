import type { Item } from '../aws/table-partition.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { Fairness } from './fairness.ts';

/** How much longer one may have been in line than another that goes first, in milliseconds. */
const GRACE = 2000;

interface Member {
  name: string;
  tenantId: string;
  /** From when it counts as waiting, and when it was put in line, in milliseconds. */
  since: number;
  enteredAt: number;
  /** When it got the slot with which it works; undefined while it has none. */
  begunAt: number | undefined;
  /** Whether it went before one of its tenant that had arrived, or entered the line, earlier. */
  isOutOfOrder: boolean;
  isOutOfEntryOrder: boolean;
  isInLine: boolean;
  hasWorked: boolean;
  /** Slots that it holds. */
  slots: number;
  /** Events in its history when it got it. */
  events: number;
}

interface Options {
  clock: VirtualClock;
  weightOf: (tenantId: string) => number;
  capOf: (tenantId: string) => number;
  tenants: readonly string[];
  /** Start of an execution in milliseconds, and events in its history. */
  execution: (name: string) => { startedAt: number; events: number };
  /** Items of the line of a tenant, in their order. */
  line: (tenantId: string) => Iterable<{ item: Item }>;
}

/** Watches the writes to the queue table, and the work. */
export class Observer {
  readonly members = new Map<string, Member>();
  readonly repairs = { released: 0, told: 0, failed: 0 };
  readonly fairness: Fairness;
  readonly most = { slots: 0, overCap: 0, atWork: 0, waiting: 0 };
  works = 0;
  private atWork = 0;
  private readonly holders = new Map<string, string>();
  private readonly held = new Map<string, number>();
  private readonly entries = new Map<string, { members: Member[]; first: number }>();
  private waiting = 0;
  private readonly options: Options;

  constructor(options: Options) {
    this.options = options;
    this.fairness = new Fairness(options.tenants, options.weightOf);
  }

  /** Sees a change of an item. */
  seen({ pk, sk }: { pk: string; sk: string }, before: Item | undefined, after: Item | undefined): void {
    if (pk.endsWith('#line') && after) this.entered(after);
    if (!pk.endsWith('#slots') || sk === 'policy') return;
    if (before) this.returned(sk, before);
    if (after) this.granted(sk, after);
  }

  workBegan(name: string): void {
    const member = this.members.get(name);
    if (member) member.hasWorked = true;
    this.works++;
    this.atWork++;
    this.most.atWork = Math.max(this.most.atWork, this.atWork);
  }

  workEnded(): void {
    this.atWork--;
  }

  private entered(item: Item): void {
    const [name, tenantId] = [String(item.name), String(item.tenantId)];
    const known = this.members.get(name);
    if (known?.isInLine || known?.begunAt !== undefined) return;
    const member = known ?? this.member(name, tenantId, Date.parse(String(item.since)));
    Object.assign(member, { isInLine: true, enteredAt: this.options.clock.now });
    const entries = this.entries.get(tenantId) ?? { members: [], first: 0 };
    entries.members.push(member);
    this.entries.set(tenantId, entries);
    this.waiting++;
    this.most.waiting = Math.max(this.most.waiting, this.waiting);
    this.fairness.entered(tenantId);
  }

  private granted(slot: string, item: Item): void {
    const [name, tenantId] = [String(item.name), String(item.tenantId)];
    this.holders.set(slot, name);
    this.count(slot, tenantId, 1);
    const { clock, execution } = this.options;
    const { startedAt, events } = execution(name);
    const member = this.members.get(name) ?? this.member(name, tenantId, startedAt);
    member.slots++;
    if (member.begunAt !== undefined) return;
    this.checkOrder(member);
    Object.assign(member, { begunAt: clock.now, events });
    if (!member.isInLine) return;
    this.waiting--;
    this.fairness.begun(tenantId);
  }

  /** A slot is taken from its holder, which may have been given it in vain. */
  private returned(slot: string, item: Item): void {
    const [name, tenantId] = [String(item.name), String(item.tenantId)];
    this.count(slot, tenantId, -1);
    const member = this.members.get(name);
    if (!member || --member.slots > 0 || member.hasWorked) return;
    member.begunAt = undefined;
    if (!member.isInLine) return;
    const entries = this.entries.get(tenantId);
    if (entries) entries.first = Math.min(entries.first, entries.members.indexOf(member));
    this.waiting++;
    this.fairness.entered(tenantId);
  }

  private member(name: string, tenantId: string, since: number): Member {
    const member: Member = {
      ...{
        name,
        tenantId,
        since,
        enteredAt: this.options.clock.now,
        begunAt: undefined,
        events: 0,
        slots: 0,
      },
      ...{ isOutOfOrder: false, isOutOfEntryOrder: false, isInLine: false, hasWorked: false },
    };
    this.members.set(name, member);
    return member;
  }

  private checkOrder(member: Member): void {
    const { name, tenantId, since, enteredAt } = member;
    const now = this.options.clock.now;
    Object.assign(member, { isOutOfOrder: false, isOutOfEntryOrder: false });
    for (const { item } of this.options.line(tenantId)) {
      const other = this.members.get(String(item.name));
      if (other?.tenantId !== tenantId || other.since > since - GRACE) break;
      if (other.name === name || other.begunAt !== undefined || other.enteredAt > now - GRACE) continue;
      member.isOutOfOrder = true;
      break;
    }
    const entries = this.entries.get(tenantId);
    if (!entries) return;
    while (entries.members[entries.first]?.begunAt !== undefined) entries.first++;
    const oldest = entries.members[entries.first];
    member.isOutOfEntryOrder = oldest !== undefined && oldest.enteredAt <= enteredAt - GRACE;
  }

  private count(slot: string, tenantId: string, change: 1 | -1): void {
    if (change === -1) this.holders.delete(slot);
    const held = (this.held.get(tenantId) ?? 0) + change;
    this.held.set(tenantId, held);
    this.most.overCap = Math.max(this.most.overCap, held - this.options.capOf(tenantId));
    this.most.slots = Math.max(this.most.slots, this.holders.size);
  }
}
