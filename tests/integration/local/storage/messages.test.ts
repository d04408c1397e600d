import { GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { RESOURCES } from '../../../../local/resources.ts';
import { setup } from '../../../support/local-cloud.ts';

test('a FIFO queue takes a deduplication id once, and remembers message and id over a restart', async () => {
  const send = async ({ clients }: Awaited<ReturnType<typeof setup>>, MessageBody: string) => {
    const { QueueUrl } = await clients.sqs.send(
      new GetQueueUrlCommand({ QueueName: RESOURCES.deadLetterQueue }),
    );
    const ids = { MessageGroupId: 'job_1', MessageDeduplicationId: 'job_1-1' };
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...ids }));
    return QueueUrl;
  };
  const first = await setup();
  await send(first, 'one');
  await send(first, 'again');
  await first.cloud.stop();

  const second = await setup({ directory: first.directory });
  const QueueUrl = await send(second, 'once more');
  const receive = () =>
    second.clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  const { Messages = [] } = await receive();
  expect(Messages.map(({ Body }) => Body)).toEqual(['one']);
  expect((await receive()).Messages ?? []).toEqual([]);
  await second.end();
});
