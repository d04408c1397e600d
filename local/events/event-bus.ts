import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FunctionError } from '../compute/functions.ts';
import { LIMITS } from '../limits.ts';
import { arn } from '../resources.ts';
import { type Event, type EventEntry, newEvent } from './event.ts';
import { type Delivery, EventJournal } from './event-journal.ts';
import { eventPattern } from './event-pattern.ts';

export type Target = (event: Event) => Promise<void>;

/**
 * Rule for events of a bus that match a pattern (events from AWS services are on `default`), or for
 * one event every `every` milliseconds.
 */
export type Rule = { name: string; deliver: Target } & (
  | { bus: string; pattern: unknown }
  | { every: number }
);

export interface Undelivered {
  rule: string;
  event: Event;
  error: Error;
  attempts: number;
}

export interface EventBusOptions {
  directory: string;
  rules: readonly Rule[];
  /** Receives events that could not be delivered. */
  deadLetter: (undelivered: Undelivered) => Promise<void>;
  /** Scales the delays between attempts. */
  timeScale: number;
}

/**
 * Maximum delivery attempts. EventBridge gives up after 24 hours or 185 attempts; here a broken
 * target shows sooner.
 */
const ATTEMPTS = 6;

/**
 * Delivers each event to the targets of all matching rules: asynchronously, at least once and in no
 * particular order.
 */
export class EventBus {
  private readonly options: EventBusOptions;
  private readonly rules: { name: string; bus: string; matches: (event: unknown) => boolean }[];
  private timers: NodeJS.Timeout[] = [];
  private readonly journal: EventJournal;
  private readonly inherited: readonly Delivery[];
  private readonly underWay = new Set<Promise<void>>();
  private closed = false;

  constructor(options: EventBusOptions) {
    this.options = options;
    this.rules = options.rules.flatMap((rule) =>
      'pattern' in rule ? { name: rule.name, bus: rule.bus, matches: eventPattern(rule.pattern) } : [],
    );
    this.journal = new EventJournal(join(options.directory, 'events'));
    this.inherited = this.journal.pending();
  }

  /**
   * Accepts an event and returns its ID once it is persisted. Synchronous, so that a caller can put
   * an event before it responds.
   */
  put(entry: EventEntry, bus = 'default'): string {
    const event = newEvent(entry);
    for (const rule of this.rules) if (rule.bus === bus && rule.matches(event)) this.accept(rule.name, event);
    return event.id;
  }

  /** Delivers events that an earlier process accepted, and starts the timers of scheduled rules. */
  resume(): void {
    for (const delivery of this.inherited) this.start(delivery);
    this.timers = this.options.rules.flatMap((rule) =>
      'every' in rule ? setInterval(() => this.accept(rule.name, scheduled(rule.name)), rule.every) : [],
    );
  }

  /** Resolves when no delivery is in progress. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  /** Stops deliveries. Undelivered events stay in the journal. */
  close(): void {
    this.closed = true;
    for (const timer of this.timers) clearInterval(timer);
  }

  /**
   * Accepts an event for the target of one rule. Lambda's queue of asynchronous events is this one
   * too: same journal, same attempts.
   */
  accept(rule: string, event: Event): void {
    const delivery = { id: `${event.id}-${rule}`, rule, event };
    this.journal.add(delivery);
    this.start(delivery);
  }

  private start(delivery: Delivery): void {
    const promise = this.deliver(delivery)
      // Delivery to the dead-letter queue failed too: the event stays in the journal for the next
      // process.
      .catch((error) => console.error(`Event ${delivery.event.id} is kept:`, error))
      .finally(() => this.underWay.delete(promise));
    this.underWay.add(promise);
  }

  private async deliver(delivery: Delivery): Promise<void> {
    const rule = this.options.rules.find(({ name }) => name === delivery.rule);
    let last = new Error(`The rule ${delivery.rule} no longer exists`);
    let attempts = 0;
    while (rule && attempts < (last instanceof FunctionError ? LIMITS.functionAttempts : ATTEMPTS)) {
      // The sender gets its response before a target receives the event.
      await sleep(pauseAfter(attempts, last) * this.options.timeScale);
      if (this.closed) return;
      attempts++;
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
    const { event } = delivery;
    await this.options.deadLetter({ rule: delivery.rule, event, error: last, attempts });
    this.journal.remove(delivery);
  }
}

/** Milliseconds between an attempt and the next. */
function pauseAfter(attempts: number, error: Error): number {
  if (attempts === 0) return 0;
  return error instanceof FunctionError ? 60_000 * attempts : 1000 * 2 ** (attempts - 1);
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
const scheduled = (rule: string) =>
  newEvent({
    source: 'aws.events',
    detailType: 'Scheduled Event',
    resources: [arn('events', `rule/${rule}`)],
    detail: {},
  });
