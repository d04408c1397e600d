import {
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Random } from '../random.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { awsError, sdkCall } from './sdk-call.ts';
import { check, updated } from './table-expressions.ts';
import { type Item, type Stored, TablePartition } from './table-partition.ts';

/** Milliseconds of a call, and of reading a megabyte. */
const LATENCY = [2, 6] as const;
const MEGABYTE = 40;

interface Key {
  pk: string;
  sk: string;
}
type Expressions = Parameters<typeof check>[1];
type Watch = (key: Key, before: Item | undefined, after: Item | undefined) => void;

interface Options {
  clock: VirtualClock;
  random: Random;
  /** Called for each change. */
  watch: Watch;
}

/**
 * DynamoDB's queue table: answers what QueueStore sends, and nothing else. Counts units as DynamoDB
 * bills them, and throttles a partition key that uses more than a partition has, without the
 * capacity that unused seconds may add and without splits of partitions:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
 */
export class QueueTable {
  readonly use = { writeUnits: 0, readUnits: 0, writes: 0, reads: 0, throttles: 0 };
  /** Read units by the part of the partition key after `#`. */
  readonly readUnitsOf: Record<string, number> = {};
  private readonly partitions = new Map<string, TablePartition>();
  private readonly options: Options;

  constructor(options: Options) {
    this.options = options;
  }

  partition(pk: string): TablePartition {
    const known = this.partitions.get(pk);
    if (known) return known;
    const partition = new TablePartition();
    this.partitions.set(pk, partition);
    return partition;
  }

  send(command: unknown): Promise<object> {
    const { clock, random } = this.options;
    return sdkCall(this.options, async () => {
      await clock.sleep(random.between(...LATENCY));
      return this.answer(command);
    });
  }

  private answer(command: unknown): object | Promise<object> {
    if (command instanceof QueryCommand) return this.query(command.input);
    if (command instanceof GetCommand) return this.get(command.input);
    if (command instanceof PutCommand) {
      const { Item: item = {}, ...rest } = command.input;
      return this.write(item as unknown as Key, rest, () => item);
    }
    if (command instanceof DeleteCommand) {
      const { Key: key, ...rest } = command.input;
      return this.write(key as unknown as Key, rest, () => undefined);
    }
    if (command instanceof UpdateCommand) {
      const { Key: key = {}, ...rest } = command.input;
      return this.write(key as unknown as Key, rest, (old) => updated(old ?? key, rest));
    }
    if (command instanceof BatchWriteCommand) return this.batch(command.input.RequestItems ?? {});
    throw new Error(`Expected a command of QueueStore, got ${(command as object).constructor.name}`);
  }

  private async query(input: QueryCommand['input']): Promise<object> {
    const { KeyConditionExpression: condition, ExpressionAttributeValues: values = {} } = input;
    const known = ['pk = :pk', 'pk = :pk AND begins_with(sk, :prefix)'];
    if (!known.includes(condition ?? '') || !input.ConsistentRead || input.FilterExpression)
      throw new Error(`Expected a strongly consistent query of QueueStore, got ${condition}`);
    const pk = String(values[':pk']);
    this.admit(pk, 'read');
    const after = (input.ExclusiveStartKey as Key | undefined)?.sk;
    const { items, bytes, last } = this.partition(pk).page(
      String(values[':prefix'] ?? ''),
      after,
      input.Limit,
    );
    this.countRead(pk, bytes);
    if (bytes > 64 * 1024) await this.options.clock.sleep((MEGABYTE * bytes) / 2 ** 20);
    return { Items: items, LastEvaluatedKey: last === undefined ? undefined : { pk, sk: last } };
  }

  private get(input: GetCommand['input']): object {
    const { pk, sk } = input.Key as unknown as Key;
    if (!input.ConsistentRead || input.ProjectionExpression)
      throw new Error('Expected a strongly consistent read of QueueStore');
    this.admit(pk, 'read');
    const found = this.partition(pk).get(sk);
    this.countRead(pk, found?.bytes ?? 0);
    return { Item: found?.item };
  }

  private write(
    { pk, sk }: Key,
    expressions: Expressions,
    change: (old: Item | undefined) => Item | undefined,
  ): object {
    this.admit(pk, 'write');
    this.use.writes++;
    const old = this.partition(pk).get(sk);
    try {
      check(old?.item, expressions);
    } catch (error) {
      // A write whose condition fails is billed, too.
      this.countWrite(pk, old?.bytes ?? 0);
      throw error;
    }
    this.change({ pk, sk }, old, change(old?.item));
    return {};
  }

  private batch(requests: NonNullable<BatchWriteCommand['input']['RequestItems']>): object {
    const [[table = '', puts = []] = []] = Object.entries(requests);
    this.use.writes++;
    const left = puts.filter(({ PutRequest, DeleteRequest }) => {
      const item = PutRequest?.Item as Item | undefined;
      if (!item || DeleteRequest) throw new Error('Expected a batch of Puts');
      const [pk, sk] = [String(item.pk), String(item.sk)];
      if (!this.partition(pk).admits('write', this.options.clock.now)) return true;
      this.change({ pk, sk }, this.partition(pk).get(sk), item);
      return false;
    });
    this.use.throttles += left.length;
    if (left.length === puts.length) throw awsError('ThrottlingException');
    return { UnprocessedItems: left.length > 0 ? { [table]: left } : {} };
  }

  private change(key: Key, old: Stored | undefined, item: Item | undefined): void {
    const partition = this.partition(key.pk);
    const entry = item && partition.put(key.sk, item);
    if (!item) partition.delete(key.sk);
    this.countWrite(key.pk, Math.max(old?.bytes ?? 0, entry?.bytes ?? 0));
    this.options.watch(key, old?.item, item);
  }

  private admit(pk: string, kind: 'read' | 'write'): void {
    if (this.partition(pk).admits(kind, this.options.clock.now)) return;
    this.use.throttles++;
    throw awsError('ThrottlingException');
  }

  private countWrite(pk: string, bytes: number): void {
    const units = Math.max(1, Math.ceil(bytes / 1024));
    this.use.writeUnits += units;
    this.partition(pk).use('write', units);
  }

  private countRead(pk: string, bytes: number): void {
    const units = Math.max(1, Math.ceil(bytes / 4096));
    this.use.reads++;
    this.use.readUnits += units;
    const part = pk.startsWith('ticket#') ? 'tickets' : (pk.split('#')[1] ?? pk);
    this.readUnitsOf[part] = (this.readUnitsOf[part] ?? 0) + units;
    this.partition(pk).use('read', units);
  }
}
