import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, jest, test } from '@jest/globals';
import { LOCAL_CLIENT } from '../../../../local/endpoints.ts';
import { arn } from '../../../../local/resources.ts';
import { setup, until } from '../../../support/local-cloud.ts';

type Setup = Awaited<ReturnType<typeof setup>>;

const pattern = '{"source":["test"]}';
const put = ({ clients }: Setup, entry: object = {}) =>
  clients.eventBridge.send(
    new PutEventsCommand({
      Entries: [{ Source: 'test', DetailType: 'Happened', Detail: '{"a":1}', ...entry }],
    }),
  );

async function receive({ clients }: Setup, QueueName: string) {
  const { QueueUrl } = await clients.sqs.send(new GetQueueUrlCommand({ QueueName }));
  return until(async () => {
    const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 });
    const { Messages } = await clients.sqs.send(command);
    return Messages?.[0] && (JSON.parse(Messages[0].Body ?? '') as Record<string, unknown>);
  });
}

describe('delivery', () => {
  test('an event reaches queue, topic and function, and only by rules it matches', async () => {
    const seen: unknown[] = [];
    const subject = await setup({
      functions: { good: async (event) => void seen.push(event), other: async () => void seen.push('wrong') },
      rules: [
        { name: 'function', pattern, target: { function: 'good' } },
        { name: 'other', pattern: '{"source":["other"]}', target: { function: 'other' } },
        { name: 'elsewhere', bus: 'another', pattern, target: { function: 'other' } },
        { name: 'topic', pattern, target: { topic: 'job-events' } },
        { name: 'queue', pattern, target: { queue: 'job-dead-letters.fifo' } },
      ],
    });
    const sns = new SNSClient({ ...LOCAL_CLIENT, endpoint: subject.cloud.urls.storage });
    const TopicArn = arn('sns', 'job-events');
    const Endpoint = arn('sqs', 'undelivered-events');
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
    const answer = await put(subject);
    const id = answer.Entries?.[0]?.EventId;
    const event = { id, source: 'test', 'detail-type': 'Happened', detail: { a: 1 } };
    expect(await receive(subject, 'job-dead-letters.fifo')).toMatchObject(event);
    const { Message } = await receive(subject, 'undelivered-events');
    expect(JSON.parse(String(Message))).toMatchObject(event);
    await until(() => seen.length > 0);
    await subject.cloud.events.settled();
    expect(seen).toEqual([expect.objectContaining(event)]);
    await subject.end();
  });

  test('a target that fails gets the event again; one that goes on failing leaves it in the dead-letter queue', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    let calls = 0;
    const subject = await setup({
      functions: {
        shaky: async () => {
          calls += 1;
          if (calls < 3) throw new Error('not yet');
        },
        broken: async () => {
          throw new Error('never');
        },
      },
      rules: [
        { name: 'shaky', pattern, target: { function: 'shaky' } },
        { name: 'broken', pattern, target: { function: 'broken' } },
      ],
    });
    await put(subject);
    // The record of an asynchronous invocation: the function has failed, not the delivery to Lambda.
    // "Lambda attempts to run it two more times":
    // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    expect(await receive(subject, 'undelivered-events')).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { source: 'test' },
      responsePayload: { errorMessage: 'never' },
    });
    await subject.cloud.events.settled();
    expect(calls).toBe(3);
    expect(log.mock.calls).toEqual([
      [expect.stringContaining('of rule broken was not delivered'), expect.any(Error)],
    ]);
    log.mockRestore();
    await subject.end();
  });

  test('an event that was accepted is delivered by the next process, if this one ends first', async () => {
    const first = await setup({
      timeScale: 1000,
      functions: {
        late: async () => {
          throw new Error('down');
        },
      },
      rules: [{ name: 'late', pattern, target: { function: 'late' } }],
    });
    await put(first);
    await first.cloud.stop();
    const seen: unknown[] = [];
    const second = await setup({
      directory: first.directory,
      functions: { late: async (event) => void seen.push(event) },
      rules: [{ name: 'late', pattern, target: { function: 'late' } }],
    });
    await until(() => seen.length > 0);
    await second.cloud.events.settled();
    expect(seen).toEqual([expect.objectContaining({ source: 'test' })]);
    await second.end();
  });
});

describe('PutEvents', () => {
  test('refuses an entry that is wrong, and takes the others', async () => {
    const subject = await setup();
    const good = { Source: 'test', DetailType: 'x', Detail: '{}' };
    const Entries = [
      good,
      { ...good, Detail: 'no JSON' },
      { ...good, Source: 'aws.s3' },
      { ...good, Detail: '[]' },
    ];
    const answer = await subject.clients.eventBridge.send(new PutEventsCommand({ Entries }));
    expect(answer.FailedEntryCount).toBe(3);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'MalformedDetail',
      'NotAuthorizedForSourceException',
      'MalformedDetail',
    ]);
    await subject.end();
  });

  test('a rule whose pattern cannot be understood stops the start', async () => {
    const rules = [{ name: 'bad', pattern: '{"source":[{"cidr":"x"}]}', target: { queue: 'q' } }];
    await expect(setup({ rules })).rejects.toThrow('cidr');
  });
});
