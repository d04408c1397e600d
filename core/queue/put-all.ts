import {
  BatchWriteCommand,
  type BatchWriteCommandInput,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { MediaError } from '../../base/errors.ts';
import { awsCall } from '../aws/clients.ts';

/** Tries at a batch of which DynamoDB left items out. */
const TRIES = 5;

/** Puts at most 25 items, in one request if DynamoDB has room for all of them. */
export async function putAll(
  client: DynamoDBDocumentClient,
  table: string,
  items: readonly Record<string, unknown>[],
): Promise<void> {
  let left: BatchWriteCommandInput['RequestItems'] = {
    [table]: items.map((Item) => ({ PutRequest: { Item } })),
  };
  for (let i = 0; i < TRIES; i++) {
    const command = new BatchWriteCommand({ RequestItems: left });
    left = (await awsCall('enter the line', client.send(command))).UnprocessedItems;
    if (!left || Object.keys(left).length === 0) return;
  }
  throw new MediaError('ServiceUnavailable', 'Could not enter the line: DynamoDB left items unprocessed.');
}
