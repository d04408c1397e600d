import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { awsCall, unlessConditional } from '../aws/clients.ts';
import { putAll } from './put-all.ts';
import type { Member, QueueState, Share, Slot, Ticket, Waiting } from './queue-items.ts';
import {
  heldBy,
  type Item,
  lineKey,
  POLICY,
  parkedKey,
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

/**
 * Single reads and writes of the queue table (queue-table.ts). All reads are strongly consistent:
 * two that write first and read then cannot both miss the other's write.
 */
export class QueueStore {
  private readonly client: DynamoDBDocumentClient;
  private readonly table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.client = client;
    this.table = table;
  }

  async read(queue: QueueName): Promise<QueueState> {
    const slots: Slot[] = [];
    const state: QueueState = { slots, policy: undefined, meanSeconds: undefined, measuredAt: undefined };
    for (const item of await this.all(`${queue}#slots`)) {
      if (item.sk !== POLICY) slots.push(slotOf(item));
      else {
        const { meanSeconds, measuredAt } = item as Partial<QueueState>;
        Object.assign(state, { policy: item.policy as QueuePolicy | undefined, meanSeconds, measuredAt });
      }
    }
    return state;
  }

  /** Gives a slot to a job if `from` holds it, or nobody if undefined. Returns false if not. */
  async give(
    queue: QueueName,
    number: number,
    { name, jobId, tenantId }: Member,
    { from, at }: { from: string | undefined; at: string },
  ): Promise<boolean> {
    const command = new PutCommand({
      TableName: this.table,
      Item: { ...slotKey(queue, number), name, jobId, tenantId, grantedAt: at },
      ...heldBy(from),
    });
    return (await unlessConditional(awsCall('give a slot', this.client.send(command)))) !== undefined;
  }

  /** Frees a slot if `from` holds it. Returns false if not. */
  async free(queue: QueueName, number: number, from: string): Promise<boolean> {
    const command = new DeleteCommand({
      TableName: this.table,
      Key: slotKey(queue, number),
      ...heldBy(from),
    });
    return (await unlessConditional(awsCall('free a slot', this.client.send(command)))) !== undefined;
  }

  async setPolicy(queue: QueueName, policy: QueuePolicy): Promise<void> {
    await this.update(policyKey(queue), 'SET #policy = :policy', { policy });
  }

  async setMean(queue: QueueName, meanSeconds: number, measuredAt: string): Promise<void> {
    const expression = 'SET #meanSeconds = :meanSeconds, #measuredAt = :measuredAt';
    await this.update(policyKey(queue), expression, { meanSeconds, measuredAt });
  }

  /** Puts a job in line, with its ticket. Repeating it changes nothing. */
  async putInLine(queue: QueueName, ticket: Ticket, now: Date): Promise<void> {
    const { name, jobId, tenantId, since, token, parked } = ticket;
    const expiresAt = Math.floor(now.getTime() / 1000) + TICKET_SECONDS;
    const items: Item[] = [
      { ...ticketKey(queue, ticket), jobId, tenantId, since, token, parked, expiresAt },
      { ...lineKey(queue, ticket), name, jobId, tenantId, since },
    ];
    if (parked) items.push({ ...parkedKey(queue, name), jobId, tenantId, since, token });
    await putAll(this.client, this.table, items);
  }

  /** Takes a job out of line. Returns false if it was not in line. */
  async takeFromLine(queue: QueueName, waiting: Waiting): Promise<boolean> {
    const command = new DeleteCommand({
      TableName: this.table,
      Key: lineKey(queue, waiting),
      ConditionExpression: 'attribute_exists(pk)',
    });
    return (await unlessConditional(awsCall('leave the line', this.client.send(command)))) !== undefined;
  }

  async isInLine(queue: QueueName, waiting: Waiting): Promise<boolean> {
    return (await this.get(lineKey(queue, waiting))) !== undefined;
  }

  /**
   * Returns all waiting jobs, by tenant, and in their order within a tenant; or those of one tenant,
   * of which few are read at once.
   */
  async *line(queue: QueueName, tenantId?: string): AsyncGenerator<Waiting> {
    const [prefix, limit] = tenantId ? [`${tenantId}#`, FIRST_IN_LINE] : [];
    for await (const page of this.pages(`${queue}#line`, prefix, limit)) yield* page.map(waitingOf);
  }

  async shares(queue: QueueName): Promise<Share[]> {
    const items = await this.all(`${queue}#shares`);
    return items.map(({ sk, served }) => ({ tenantId: String(sk), served: Number(served) }));
  }

  /** Adds the share of a tenant that has none. */
  async putShare(queue: QueueName, { tenantId, served }: Share): Promise<void> {
    const command = new PutCommand({
      TableName: this.table,
      Item: { ...shareKey(queue, tenantId), served },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    await unlessConditional(awsCall('add a share', this.client.send(command)));
  }

  async addServed(queue: QueueName, tenantId: string, served: number): Promise<void> {
    const key = shareKey(queue, tenantId);
    const condition = 'attribute_exists(pk)';
    await unlessConditional(this.update(key, 'ADD #served :served', { served }, condition));
  }

  async removeShare(queue: QueueName, tenantId: string): Promise<void> {
    await this.remove(shareKey(queue, tenantId));
  }

  /**
   * Returns the tickets of an execution: one of each try of its state, since a try that was given up
   * may write its own after the one that replaced it. At most one token is valid.
   */
  async tickets(queue: QueueName, name: string): Promise<Ticket[]> {
    const items = await this.all(`ticket#${name}`, `${queue}#`);
    return items.map((item) => ({
      ...waitingOf({ ...item, name }),
      token: String(item.token),
      parked: item.parked === true,
    }));
  }

  /** Returns the tasks that wait in their own state. */
  async parked(queue: QueueName): Promise<{ name: string; token: string }[]> {
    const items = await this.all(`${queue}#parked`);
    return items.map(({ sk, token }) => ({ name: String(sk), token: String(token) }));
  }

  async removeParked(queue: QueueName, name: string): Promise<void> {
    await this.remove(parkedKey(queue, name));
  }

  private async all(pk: string, prefix?: string): Promise<Item[]> {
    const items: Item[] = [];
    for await (const page of this.pages(pk, prefix)) items.push(...page);
    return items;
  }

  private async *pages(pk: string, prefix = '', Limit?: number): AsyncGenerator<Item[]> {
    let ExclusiveStartKey: Item | undefined;
    do {
      const command = new QueryCommand({
        TableName: this.table,
        KeyConditionExpression: prefix ? 'pk = :pk AND begins_with(sk, :prefix)' : 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk, ...(prefix && { ':prefix': prefix }) },
        ConsistentRead: true,
        ExclusiveStartKey,
        Limit,
      });
      const { Items = [], LastEvaluatedKey } = await awsCall('read the queue', this.client.send(command));
      yield Items;
      ExclusiveStartKey = LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }

  private async get(Key: Item): Promise<Item | undefined> {
    const command = new GetCommand({ TableName: this.table, Key, ConsistentRead: true });
    return (await awsCall('read the queue', this.client.send(command))).Item;
  }

  private async remove(Key: Item): Promise<void> {
    await awsCall('update the queue', this.client.send(new DeleteCommand({ TableName: this.table, Key })));
  }

  private async update(
    Key: Item,
    UpdateExpression: string,
    values: Item,
    ConditionExpression?: string,
  ): Promise<void> {
    const command = new UpdateCommand({
      TableName: this.table,
      Key,
      UpdateExpression,
      ConditionExpression,
      ExpressionAttributeNames: Object.fromEntries(Object.keys(values).map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(
        Object.entries(values).map(([name, value]) => [`:${name}`, value]),
      ),
    });
    await awsCall('update the queue', this.client.send(command));
  }
}
