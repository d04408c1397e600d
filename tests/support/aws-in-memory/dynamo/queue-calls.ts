import { onlyKnown } from '../aws-error.ts';
import { conditionOf, copy, DynamoTable, type Expressions } from './dynamo-table.ts';
import type { Item } from './expression-operands.ts';

interface Key {
  pk: string;
  sk: string;
}

interface Call extends Expressions {
  TableName: string;
  Key: Key;
  Item: Item & Key;
  ReturnValues?: string;
}

interface Query extends Expressions {
  KeyConditionExpression: string;
  ConsistentRead?: boolean;
  ExclusiveStartKey?: Key;
  Limit?: number;
}

interface Batch {
  RequestItems: Record<string, { PutRequest: { Item: Item & Key } }[]>;
}

const EXPRESSIONS = ['ConditionExpression', 'ExpressionAttributeNames', 'ExpressionAttributeValues'];
const idOf = ({ pk, sk }: Key) => JSON.stringify([pk, sk]);
const keyOf = (id: string): Item => {
  const [pk, sk] = JSON.parse(id) as [string, string];
  return { pk, sk };
};

/** Returns the calls of the document client on a table with a partition key and a sort key. */
export function queueCalls(now: () => number) {
  const table = new DynamoTable(now, keyOf);
  const strong = (input: object) => {
    if (!('ConsistentRead' in input && input.ConsistentRead)) throw new Error('Expected ConsistentRead');
  };
  const calls = {
    GetCommand: (input: Call) => {
      onlyKnown('GetCommand', input, ['TableName', 'Key', 'ConsistentRead']);
      strong(input);
      return { Item: table.get(idOf(input.Key)) };
    },
    PutCommand: (input: Call) => {
      onlyKnown('PutCommand', input, ['TableName', 'Item', ...EXPRESSIONS]);
      table.put(idOf(input.Item), input.Item, input);
      return {};
    },
    DeleteCommand: (input: Call) => {
      onlyKnown('DeleteCommand', input, ['TableName', 'Key', ...EXPRESSIONS]);
      table.put(idOf(input.Key), undefined, input);
      return {};
    },
    UpdateCommand: (input: Call) => {
      onlyKnown('UpdateCommand', input, ['TableName', 'Key', 'UpdateExpression', ...EXPRESSIONS]);
      table.update(idOf(input.Key), input);
      return {};
    },
    BatchWriteCommand: ({ RequestItems }: Batch) => {
      for (const { PutRequest } of Object.values(RequestItems).flat())
        table.put(idOf(PutRequest.Item), PutRequest.Item, {});
      return { UnprocessedItems: {} };
    },
    QueryCommand: (input: Query) => {
      const known = ['TableName', 'KeyConditionExpression', 'ConsistentRead', 'ExclusiveStartKey', 'Limit'];
      onlyKnown('QueryCommand', input, [...known, ...EXPRESSIONS]);
      strong(input);
      const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = input;
      const condition = conditionOf(input.KeyConditionExpression);
      const found = [...table.items.values()]
        .filter((item) => condition({ item, names, values }))
        .sort((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1))
        .filter(({ sk }) => !input.ExclusiveStartKey || String(sk) > input.ExclusiveStartKey.sk);
      const page = input.Limit ? found.slice(0, input.Limit) : found;
      const last = page.at(-1);
      return {
        Items: page.map(copy),
        LastEvaluatedKey: last && found.length > page.length ? { pk: last.pk, sk: last.sk } : undefined,
      };
    },
  };
  return { items: table.items, calls };
}
