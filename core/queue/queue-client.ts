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
import type { Item } from './queue-keys.ts';

type Condition = Pick<
  PutCommand['input'],
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/**
 * Single calls to the queue table. All reads are strongly consistent: two that write first and read
 * then cannot both miss the other's write.
 */
export class QueueClient {
  private readonly client: DynamoDBDocumentClient;
  private readonly table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.client = client;
    this.table = table;
  }

  async all(pk: string, prefix?: string): Promise<Item[]> {
    const items: Item[] = [];
    for await (const page of this.pages(pk, prefix)) items.push(...page);
    return items;
  }

  /** `from`: returns the key after which to go on, if not the last that was read. */
  async *pages(
    pk: string,
    prefix = '',
    Limit?: number,
    from = (last: Item): Item => last,
  ): AsyncGenerator<Item[]> {
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
      ExclusiveStartKey = LastEvaluatedKey && from(LastEvaluatedKey);
    } while (ExclusiveStartKey);
  }

  async get(Key: Item): Promise<Item | undefined> {
    const command = new GetCommand({ TableName: this.table, Key, ConsistentRead: true });
    return (await awsCall('read the queue', this.client.send(command))).Item;
  }

  /** Puts an item. Returns false if the condition does not hold. */
  async put(Item: Item, condition: Condition): Promise<boolean> {
    const command = new PutCommand({ TableName: this.table, Item, ...condition });
    return this.done(this.client.send(command));
  }

  /** Puts at most 25 items. */
  putAll(items: readonly Item[]): Promise<void> {
    return putAll(this.client, this.table, items);
  }

  /** Removes an item. Returns false if the condition does not hold. */
  async remove(Key: Item, condition: Condition = {}): Promise<boolean> {
    return this.done(this.client.send(new DeleteCommand({ TableName: this.table, Key, ...condition })));
  }

  /** Updates an item; `#name` and `:name` stand for each of the values. Returns false as above. */
  async update(
    Key: Item,
    UpdateExpression: string,
    values: Item,
    ConditionExpression?: string,
  ): Promise<boolean> {
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
    return this.done(this.client.send(command));
  }

  private async done(call: Promise<object>): Promise<boolean> {
    return (await unlessConditional(awsCall('update the queue', call))) !== undefined;
  }
}
