import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fault, FaultRule } from '../../../../local/faults/faults.ts';
import { RESOURCES, stateMachineArn } from '../../../../local/resources.ts';
import { setup } from '../../../support/local-cloud.ts';

const Bucket = RESOURCES.mediaBucket;
let subject: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  subject = await setup();
});
afterAll(() => subject.end());
afterEach(() => subject.cloud.faults.clear());

const CALLS = {
  s3: () => subject.clients.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' })),
  dynamodb: () =>
    subject.clients.dynamoDb.send(
      new PutItemCommand({ TableName: RESOURCES.jobTable, Item: { jobId: { S: 'x' } } }),
    ),
  sqs: () =>
    subject.clients.sqs.send(
      new SendMessageCommand({
        QueueUrl: `${subject.cloud.urls.storage}/000000000000/${RESOURCES.undeliveredQueue}`,
        MessageBody: 'x',
      }),
    ),
  eventbridge: () =>
    subject.clients.eventBridge.send(
      new PutEventsCommand({ Entries: [{ Source: 'a', DetailType: 'b', Detail: '{}' }] }),
    ),
  states: () =>
    subject.clients.sfn.send(new ListExecutionsCommand({ stateMachineArn: stateMachineArn('none') })),
};
type Called = keyof typeof CALLS;

const ANSWERS: [service: Called, action: string, fault: Fault, status: number, name: string][] = [
  ['s3', 'PutObject', 'throttle', 503, 'SlowDown'],
  ['s3', 'PutObject', 'error', 500, 'InternalError'],
  ['s3', 'PutObject', 'deny', 403, 'AccessDenied'],
  ['dynamodb', 'PutItem', 'throttle', 400, 'ProvisionedThroughputExceededException'],
  ['dynamodb', 'PutItem', 'error', 500, 'InternalServerError'],
  ['dynamodb', 'PutItem', 'deny', 400, 'AccessDeniedException'],
  ['sqs', 'SendMessage', 'throttle', 400, 'ThrottlingException'],
  ['sqs', 'SendMessage', 'deny', 403, 'AccessDeniedException'],
  ['eventbridge', 'PutEvents', 'throttle', 400, 'ThrottlingException'],
  ['eventbridge', 'PutEvents', 'error', 500, 'InternalException'],
  ['states', 'ListExecutions', 'throttle', 400, 'ThrottlingException'],
  ['s3', 'PutObject', 'error-after', 500, 'InternalError'],
  ['dynamodb', 'PutItem', 'throttle-after', 400, 'ProvisionedThroughputExceededException'],
];

test.each(ANSWERS)(
  '%s.%s with the fault %s is answered %d %s, once',
  async (service, action, fault, status, name) => {
    subject.cloud.faults.add({ service, action, fault });
    await expect(CALLS[service]()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
    await expect(CALLS[service]()).resolves.toBeTruthy();
  },
);

test.each<[Called, Fault]>([
  ['s3', 'drop'],
  ['dynamodb', 'drop'],
  ['eventbridge', 'drop-after'],
])('%s with the fault %s loses the connection', async (service, fault) => {
  subject.cloud.faults.add({ service, fault });
  await expect(CALLS[service]()).rejects.toThrow('socket hang up');
});

describe('which calls are hit', () => {
  const put = (Key: string) => subject.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));

  test.each<[string, Omit<FaultRule, 'fault'>, boolean[]]>([
    ['the third', { skip: 2 }, [true, true, false, true]],
    ['the second and the third', { skip: 1, times: 2 }, [true, false, false, true]],
    ['all', { times: Number.POSITIVE_INFINITY }, [false, false, false, false]],
    ['by key', { when: ({ key }) => key === 'n 2+' }, [true, true, false, true]],
    ['another action', { action: 'GetObject' }, [true, true, true, true]],
  ])('%s', async (_label, rule, passes) => {
    subject.cloud.faults.add({ service: 's3', ...rule, fault: 'error' });
    const seen: boolean[] = [];
    for (const i of passes.keys())
      seen.push(
        await put(`n ${i}+`).then(
          () => true,
          () => false,
        ),
      );
    expect(seen).toEqual(passes);
  });

  test('a listing of versions is another call than one of objects', async () => {
    const { s3 } = subject.clients;
    subject.cloud.faults.add({ service: 's3', action: 'ListObjectVersions', fault: 'deny' });
    await expect(s3.send(new ListObjectsV2Command({ Bucket }))).resolves.toBeTruthy();
    await expect(s3.send(new ListObjectVersionsCommand({ Bucket }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  test('a rule counts its hits and can be taken back, and all calls are counted', async () => {
    const before = subject.cloud.faults.counts.get('s3.PutObject') ?? 0;
    const rule = subject.cloud.faults.add({ service: 's3', times: 9, fault: 'error' });
    await expect(put('a')).rejects.toThrow();
    rule.remove();
    await put('a');
    expect(rule.hits()).toBe(1);
    expect(subject.cloud.faults.counts.get('s3.PutObject')).toBe(before + 2);
  });

  test('a function is awaited, and the call goes on', async () => {
    const seen: string[] = [];
    subject.cloud.faults.add({
      service: 's3',
      fault: async ({ action, bucket, key }) => void seen.push(action, bucket, key),
    });
    await put('ä/b');
    expect(seen).toEqual(['PutObject', Bucket, 'ä/b']);
  });
});

describe('whether the work was done', () => {
  test('a refused write was not, one refused afterwards was', async () => {
    const { s3 } = subject.clients;
    subject.cloud.faults.add({ service: 's3', action: 'PutObject', fault: 'error' });
    await expect(s3.send(new PutObjectCommand({ Bucket, Key: 'not', Body: 'x' }))).rejects.toThrow();
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'not' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
    subject.cloud.faults.add({ service: 's3', action: 'PutObject', fault: 'drop-after' });
    await expect(s3.send(new PutObjectCommand({ Bucket, Key: 'done', Body: 'x' }))).rejects.toThrow();
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'done' }));
    expect(await got.Body?.transformToString()).toBe('x');
  });

  test('the same holds for a table', async () => {
    const item = (id: string) => ({ TableName: RESOURCES.jobTable, Item: { jobId: { S: id } } });
    const read = async (id: string) =>
      (
        await subject.clients.dynamoDb.send(
          new GetItemCommand({ TableName: RESOURCES.jobTable, Key: { jobId: { S: id } } }),
        )
      ).Item;
    subject.cloud.faults.add({ service: 'dynamodb', action: 'PutItem', fault: 'error' });
    await expect(subject.clients.dynamoDb.send(new PutItemCommand(item('not')))).rejects.toThrow();
    expect(await read('not')).toBeUndefined();
    subject.cloud.faults.add({ service: 'dynamodb', action: 'PutItem', fault: 'error-after' });
    await expect(subject.clients.dynamoDb.send(new PutItemCommand(item('done')))).rejects.toThrow();
    expect(await read('done')).toEqual({ jobId: { S: 'done' } });
  });
});
