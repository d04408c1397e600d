import {
  DescribeTableCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { RESOURCES } from '../../../../local/resources.ts';
import { setup } from '../../../support/local-cloud.ts';

const TableName = RESOURCES.jobTable;
const row = (jobId: string, createdAt: string) => ({
  jobId: { S: jobId },
  tenantId: { S: 'acme' },
  status: { S: 'FAILED' },
  updatedAt: { S: createdAt },
  createdAt: { S: createdAt },
  day: { S: '2025-01-02' },
});

test('the job table is there with its indexes, and keeps its rows over a restart', async () => {
  const first = await setup();
  const { dynamoDb } = first.clients;
  const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName }));
  expect(Table?.TableStatus).toBe('ACTIVE');
  const indexes = Table?.GlobalSecondaryIndexes?.map((index) => [
    index.IndexName,
    ...(index.KeySchema ?? []).map((key) => key.AttributeName),
  ]);
  expect(indexes?.sort()).toEqual([
    ['byDay', 'day', 'createdAt'],
    ['byStatus', 'status', 'updatedAt'],
    ['byTenant', 'tenantId', 'createdAt'],
  ]);
  for (const i of [2, 1, 3])
    await dynamoDb.send(new PutItemCommand({ TableName, Item: row(`job_${i}`, `2025-0${i}`) }));
  await first.cloud.stop();

  const second = await setup({ directory: first.directory });
  const newest = await second.clients.dynamoDb.send(
    new QueryCommand({
      TableName,
      IndexName: 'byTenant',
      KeyConditionExpression: 'tenantId = :tenant',
      ExpressionAttributeValues: { ':tenant': { S: 'acme' } },
      ScanIndexForward: false,
    }),
  );
  expect(newest.Items?.map(({ jobId }) => jobId?.S)).toEqual(['job_3', 'job_2', 'job_1']);
  await second.end();
});

test('of fifty concurrent conditional updates of one row, one wins', async () => {
  const subject = await setup();
  await subject.clients.dynamoDb.send(new PutItemCommand({ TableName, Item: row('job_1', '2025') }));
  const updates = Array.from({ length: 50 }, (_, i) =>
    subject.clients.dynamoDb.send(
      new UpdateItemCommand({
        TableName,
        Key: { jobId: { S: 'job_1' } },
        UpdateExpression: 'SET #s = :to, winner = :i',
        ConditionExpression: '#s = :from',
        ExpressionAttributeNames: { '#s': 'status' },
        ExpressionAttributeValues: {
          ':from': { S: 'FAILED' },
          ':to': { S: 'PROCESSING' },
          ':i': { N: `${i}` },
        },
      }),
    ),
  );
  const results = await Promise.allSettled(updates);
  const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
  expect(lost).toHaveLength(49);
  expect(new Set(lost.map(({ name }) => name))).toEqual(new Set(['ConditionalCheckFailedException']));
  await subject.end();
});
