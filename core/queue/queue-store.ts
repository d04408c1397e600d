import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { QueueClient } from './queue-client.ts';
import type { Member, Parked, QueueState, Share, Slot, Ticket, Waiting } from './queue-items.ts';
import {
  heldBy,
  type Item,
  lineKey,
  POLICY,
  parkedKey,
  parkedOf,
  pastLine,
  policyKey,
  shareKey,
  slotKey,
  slotOf,
  ticketKey,
  waitingOf,
} from './queue-keys.ts';
import type { QueueName, QueuePolicy } from './queues.ts';

/** DynamoDB removes a ticket after this time, in which its job has waited or given up. */
const TICKET_SECONDS = 8 * 24 * 3600;
/** Waiting jobs of a tenant that are read at once to find the next. */
const FIRST_IN_LINE = 4;
/** About as many waiting jobs as one read unit returns. */
const PAGE_OF_FIRSTS = 20;

const EXISTS = { ConditionExpression: 'attribute_exists(pk)' };

/** Single reads and writes of the queue table (queue-table.ts). */
export class QueueStore {
  private readonly items: QueueClient;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.items = new QueueClient(client, table);
  }

  async read(queue: QueueName): Promise<QueueState> {
    const slots: Slot[] = [];
    let known: Omit<Partial<QueueState>, 'fullSince'> & { fullSince?: string | null } = {};
    for (const item of await this.items.all(`${queue}#slots`)) {
      if (item.sk === POLICY) known = item;
      else slots.push(slotOf(item));
    }
    const { policy, meanSeconds, measuredAt, counted, fullSince } = known;
    return { slots, policy, meanSeconds, measuredAt, counted, fullSince: fullSince ?? undefined };
  }

  /** Gives a slot to a job if `from` holds it, or nobody if undefined. Returns false if not. */
  give(
    queue: QueueName,
    number: number,
    { name, jobId, tenantId }: Member,
    { from, at }: { from: string | undefined; at: string },
  ): Promise<boolean> {
    return this.items.put({ ...slotKey(queue, number), name, jobId, tenantId, grantedAt: at }, heldBy(from));
  }

  /** Frees a slot if `from` holds it. Returns false if not. */
  free(queue: QueueName, number: number, from: string): Promise<boolean> {
    return this.items.remove(slotKey(queue, number), heldBy(from));
  }

  async setPolicy(queue: QueueName, policy: QueuePolicy): Promise<void> {
    await this.items.update(policyKey(queue), 'SET #policy = :policy', { policy });
  }

  async setMean(queue: QueueName, meanSeconds: number, measuredAt: string): Promise<void> {
    const expression = 'SET #meanSeconds = :meanSeconds, #measuredAt = :measuredAt';
    await this.items.update(policyKey(queue), expression, { meanSeconds, measuredAt });
  }

  async setCounted(queue: QueueName, counted: QueueState['counted']): Promise<void> {
    await this.items.update(policyKey(queue), 'SET #counted = :counted', { counted });
  }

  async setFullSince(queue: QueueName, fullSince: string | undefined): Promise<void> {
    const value = { fullSince: fullSince ?? null };
    await this.items.update(policyKey(queue), 'SET #fullSince = :fullSince', value);
  }

  /** Puts a job in line, with its ticket. Repeating it changes nothing. */
  async putInLine(queue: QueueName, ticket: Ticket, now: Date): Promise<void> {
    const { name, jobId, tenantId, since, token, parked } = ticket;
    const expiresAt = Math.floor(now.getTime() / 1000) + TICKET_SECONDS;
    const items: Item[] = [
      { ...ticketKey(queue, ticket), jobId, tenantId, since, token, parked, expiresAt },
      { ...lineKey(queue, ticket), name, jobId, tenantId, since },
    ];
    if (parked) items.push({ ...parkedKey(queue, ticket), jobId, tenantId, since, token });
    await this.items.putAll(items);
  }

  /** Takes a job out of line. Returns false if it was not in line. */
  takeFromLine(queue: QueueName, waiting: Waiting): Promise<boolean> {
    return this.items.remove(lineKey(queue, waiting), EXISTS);
  }

  async isInLine(queue: QueueName, waiting: Waiting): Promise<boolean> {
    return (await this.items.get(lineKey(queue, waiting))) !== undefined;
  }

  /**
   * Returns all waiting jobs, by tenant, and in their order within a tenant; or those of one tenant,
   * of which few are read at once.
   */
  async *line(queue: QueueName, tenantId?: string): AsyncGenerator<Waiting> {
    const [prefix, limit] = tenantId ? [`${tenantId}#`, FIRST_IN_LINE] : [];
    for await (const page of this.items.pages(`${queue}#line`, prefix, limit)) yield* page.map(waitingOf);
  }

  /**
   * Returns since when the first of each tenant in line has waited, and how many jobs it saw: all of
   * them if `isWhole`. Reads a small page at each tenant.
   */
  async firsts(
    queue: QueueName,
  ): Promise<{ firsts: ReadonlyMap<string, string>; seen: number; isWhole: boolean }> {
    const firsts = new Map<string, string>();
    let seen = 0;
    let isWhole = true;
    const pastTenant = (last: Item) => {
      isWhole = false;
      return pastLine(last);
    };
    for await (const page of this.items.pages(`${queue}#line`, '', PAGE_OF_FIRSTS, pastTenant)) {
      seen += page.length;
      for (const { tenantId, since } of page.map(waitingOf))
        if (!firsts.has(tenantId)) firsts.set(tenantId, since);
    }
    return { firsts, seen, isWhole };
  }

  async shares(queue: QueueName): Promise<Share[]> {
    const items = await this.items.all(`${queue}#shares`);
    return items.map(({ sk, served }) => ({ tenantId: String(sk), served: Number(served) }));
  }

  /** Adds the share of a tenant that has none. */
  async putShare(queue: QueueName, { tenantId, served }: Share): Promise<void> {
    await this.items.put(
      { ...shareKey(queue, tenantId), served },
      { ConditionExpression: 'attribute_not_exists(pk)' },
    );
  }

  async addServed(queue: QueueName, tenantId: string, served: number): Promise<void> {
    const key = shareKey(queue, tenantId);
    await this.items.update(key, 'ADD #served :served', { served }, EXISTS.ConditionExpression);
  }

  async removeShare(queue: QueueName, tenantId: string): Promise<void> {
    await this.items.remove(shareKey(queue, tenantId));
  }

  /**
   * Returns the tickets of an execution: one of each try of its state, since a try that was given up
   * may write its own after the one that replaced it. At most one token is valid, but of those that are
   * parked one for each task of a split job.
   */
  async tickets(queue: QueueName, name: string): Promise<Ticket[]> {
    const items = await this.items.all(`ticket#${name}`, `${queue}#`);
    return items.map((item) => ({
      ...waitingOf({ ...item, name }),
      token: String(item.token),
      parked: item.parked === true,
    }));
  }

  /** Returns the tasks that wait in their own state. */
  async parked(queue: QueueName): Promise<Parked[]> {
    return (await this.items.all(`${queue}#parked`)).map(parkedOf);
  }

  async removeParked(queue: QueueName, parked: Pick<Ticket, 'name' | 'token'> | Parked): Promise<void> {
    const key = parkedKey(queue, parked);
    await this.items.remove('sk' in parked ? { pk: key.pk, sk: parked.sk } : key);
  }
}
