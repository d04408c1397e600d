import { setTimeout as sleep } from 'node:timers/promises';
import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LIMITS } from '../../../../local/limits.ts';
import { RESOURCES } from '../../../../local/resources.ts';
import { setup } from '../../../support/local-cloud.ts';

const TableName = RESOURCES.jobTable;
const KILOBYTES = 100;
/** Writes of a large item that fill a second. */
const FIT = Math.floor(LIMITS.itemWriteUnitsPerSecond / (KILOBYTES + 1));

let subject: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  subject = await setup({ timeScale: 1 });
  const send = (jobId: string, note: string) =>
    subject.clients.dynamoDb.send(
      new PutItemCommand({ TableName, Item: { jobId: { S: jobId }, note: { S: note } } }),
    );
  await send('large', 'x'.repeat(KILOBYTES * 1024));
  await send('small', 'x');
  await sleep(1000);
});
afterAll(() => subject.end());

/** Makes writes at once, of which the item's condition refuses all. Returns the names of the errors. */
async function write(jobId: string, count: number): Promise<string[]> {
  const command = () =>
    new UpdateItemCommand({
      TableName,
      Key: { jobId: { S: jobId } },
      UpdateExpression: 'SET noted = :yes',
      ConditionExpression: 'attribute_not_exists(jobId)',
      ExpressionAttributeValues: { ':yes': { BOOL: true } },
    });
  const results = await Promise.allSettled(
    Array.from({ length: count }, () => subject.clients.dynamoDb.send(command())),
  );
  return results.map((result) => (result.status === 'rejected' ? (result.reason as Error).name : 'written'));
}

test('writes to an item count its size, also if their condition fails, and are throttled beyond the limit', async () => {
  const errors = await write('large', 10 * FIT);
  expect(errors.filter((name) => name === 'ConditionalCheckFailedException').length).toBeGreaterThanOrEqual(
    FIT,
  );
  expect(errors).toContain('ThrottlingException');
  // Neither reads nor other items are.
  const read = new GetItemCommand({ TableName, Key: { jobId: { S: 'large' } } });
  await expect(subject.clients.dynamoDb.send(read)).resolves.toHaveProperty('Item');
  expect(new Set(await write('small', FIT))).toEqual(new Set(['ConditionalCheckFailedException']));
  await sleep(1100);
  expect(await write('large', 1)).toEqual(['ConditionalCheckFailedException']);
});
