import type { Random } from '../../random.ts';
import { onlyKnown } from '../aws-error.ts';
import { type IndexQuery, queryIndex } from './dynamo-index.ts';
import { copy, type DynamoTable, type Expressions } from './dynamo-table.ts';
import type { Item } from './expression-operands.ts';

interface Call extends Expressions {
  TableName?: string;
  Key: { jobId: string };
  Item: Item & { jobId: string };
  ReturnValues?: string;
}

const EXPRESSIONS = ['ConditionExpression', 'ExpressionAttributeNames', 'ExpressionAttributeValues'];
const COMMON = ['TableName', 'ReturnValues', ...EXPRESSIONS];

/** Returns the calls of the document client on one table, by command name. */
export function dynamoCalls(table: DynamoTable, random: Random, now: () => number) {
  return {
    GetCommand: (input: Call) => {
      onlyKnown('GetCommand', input, ['TableName', 'Key', 'ConsistentRead']);
      // An eventually consistent read of the table is not modeled, so that none slips in unseen.
      if (!('ConsistentRead' in input && input.ConsistentRead)) throw new Error('Expected ConsistentRead');
      return { Item: table.get(input.Key.jobId) };
    },
    PutCommand: (input: Call) => {
      onlyKnown('PutCommand', input, [...COMMON, 'Item']);
      const old = table.put(input.Item.jobId, input.Item, input);
      return { Attributes: input.ReturnValues === 'ALL_OLD' ? old && copy(old) : undefined };
    },
    DeleteCommand: (input: Call) => {
      onlyKnown('DeleteCommand', input, [...COMMON, 'Key']);
      const old = table.put(input.Key.jobId, undefined, input);
      return { Attributes: input.ReturnValues === 'ALL_OLD' ? old && copy(old) : undefined };
    },
    UpdateCommand: (input: Call) => {
      onlyKnown('UpdateCommand', input, [...COMMON, 'Key', 'UpdateExpression']);
      const { before, after } = table.update(input.Key.jobId, input);
      switch (input.ReturnValues) {
        case undefined:
        case 'NONE':
          return {};
        case 'ALL_NEW':
          return { Attributes: after };
        case 'ALL_OLD':
          return { Attributes: before && copy(before) };
        default:
          throw new Error(`Expected ReturnValues that the model knows, got ${input.ReturnValues}`);
      }
    },
    QueryCommand: (input: IndexQuery) => {
      const paging = ['IndexName', 'Limit', 'ExclusiveStartKey', 'ScanIndexForward', 'Select'];
      onlyKnown('QueryCommand', input, [...COMMON, ...paging, 'KeyConditionExpression', 'FilterExpression']);
      return queryIndex(table, input, { random, now: now() });
    },
  };
}
