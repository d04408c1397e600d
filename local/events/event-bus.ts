import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Event, type EventEntry, newEvent } from './event.ts';
import { type Delivery, EventJournal } from './event-journal.ts';
import { eventPattern } from './event-pattern.ts';

export type Target = (event: Event) => Promise<void>;

export interface Rule {
  name: string;
  /** Default: the bus named `default`, where AWS's own events are. */
  bus?: string | undefined;
  pattern: unknown;
  deliver: Target;
}

export interface EventBusOptions {
  directory: string;
  rules: readonly Rule[];
  /** Takes what could not be delivered. */
  deadLetter: (rule: string, event: Event, error: Error) => Promise<void>;
  /** Multiplies the pauses between attempts. */
  timeScale: number;
}

/** EventBridge gives up after 24 hours or 185 attempts; here a target that is broken shows sooner. */
const ATTEMPTS = 6;

/** Takes events, and delivers each to the targets of the rules it matches: later, at least once, in no order. */
export class EventBus {
  private readonly options: EventBusOptions;
  private readonly rules: { rule: Rule; matches: (event: unknown) => boolean }[];
  private readonly journal: EventJournal;
  private readonly underWay = new Set<Promise<void>>();
  private closed = false;

  constructor(options: EventBusOptions) {
    this.options = options;
    this.rules = options.rules.map((rule) => ({ rule, matches: eventPattern(rule.pattern) }));
    this.journal = new EventJournal(join(options.directory, 'events'));
  }

  /** Returns the event's id once it cannot be lost any more. Synchronous, so that a caller can put it before its own answer. */
  put(entry: EventEntry, bus = 'default'): string {
    const event = newEvent(entry);
    for (const { rule, matches } of this.rules) {
      if ((rule.bus ?? 'default') !== bus || !matches(event)) continue;
      const delivery = { id: `${event.id}-${rule.name}`, rule: rule.name, event };
      this.journal.add(delivery);
      this.start(delivery);
    }
    return event.id;
  }

  /** Delivers what an earlier process accepted. */
  resume(): void {
    for (const delivery of this.journal.pending()) this.start(delivery);
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  /** Undelivered events stay in the journal. */
  close(): void {
    this.closed = true;
  }

  private start(delivery: Delivery): void {
    const promise = this.deliver(delivery).finally(() => this.underWay.delete(promise));
    this.underWay.add(promise);
  }

  private async deliver(delivery: Delivery): Promise<void> {
    const { rule } = this.rules.find(({ rule }) => rule.name === delivery.rule) ?? {};
    let last = new Error(`There is no rule ${delivery.rule} any more`);
    for (let attempt = 1; rule && attempt <= ATTEMPTS; attempt++) {
      // The sender has its answer before a target hears of the event.
      await sleep(attempt === 1 ? 0 : 1000 * 2 ** (attempt - 2) * this.options.timeScale);
      if (this.closed) return;
      try {
        await rule.deliver(delivery.event);
        this.journal.remove(delivery);
        return;
      } catch (error) {
        last = error as Error;
      }
    }
    if (this.closed) return;
    console.error(`Event ${delivery.event.id} of rule ${delivery.rule} was not delivered:`, last);
    await this.options.deadLetter(delivery.rule, delivery.event, last);
    this.journal.remove(delivery);
  }
}
