import { setTimeout as sleep } from 'node:timers/promises';
import { SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Deployment } from './deployment.ts';

/** EventBridge event as delivered by the topic of job events. */
interface JobEvent {
  'detail-type': string;
  detail: { tenantId?: string; jobId?: string; status?: string };
}

export interface JobEventSubscription {
  /**
   * Returns the tenant's events so far, after waiting for each detail type to arrive or for the
   * timeout.
   */
  collect(types: readonly string[], milliseconds: number): Promise<JobEvent[]>;
  close(): Promise<void>;
}

/** Subscribes a queue of its own to the topic of job events, as another system would. */
export async function subscribeToJobEvents(
  { queues, topics, outputs }: Deployment,
  tenant: string,
): Promise<JobEventSubscription> {
  const { QueueUrl } = await queues.send(
    new CreateQueueCommand({ QueueName: `${tenant}-job-events`, Attributes: { Policy: policy(outputs) } }),
  );
  const queueArn = arnOf(QueueUrl ?? '', outputs.job_events_topic_arn);
  const { SubscriptionArn } = await topics.send(
    new SubscribeCommand({
      TopicArn: outputs.job_events_topic_arn,
      Protocol: 'sqs',
      Endpoint: queueArn,
      Attributes: { RawMessageDelivery: 'true' },
      ReturnSubscriptionArn: true,
    }),
  );
  const received: JobEvent[] = [];
  const receive = async () => {
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 });
    const { Messages = [] } = await queues.send(command);
    for (const { Body = '{}', ReceiptHandle } of Messages) {
      const event = JSON.parse(Body) as JobEvent;
      if (event.detail.tenantId === tenant) received.push(event);
      await queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  };
  return {
    async collect(types, milliseconds) {
      const deadline = Date.now() + milliseconds;
      const isMissing = (type: string) => !received.some((event) => event['detail-type'] === type);
      while (types.some(isMissing) && Date.now() < deadline) {
        await receive();
        await sleep(200);
      }
      return received;
    },
    async close() {
      await topics.send(new UnsubscribeCommand({ SubscriptionArn }));
      await queues.send(new DeleteQueueCommand({ QueueUrl }));
    },
  };
}

/** Builds a policy that lets only the topic send to the queue. */
function policy({ job_events_topic_arn: topic }: Deployment['outputs']): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: '*',
        Condition: { ArnEquals: { 'aws:SourceArn': topic } },
      },
    ],
  });
}

/**
 * Converts `https://sqs.{region}.amazonaws.com/{account}/{name}`; partition, region and account are
 * the topic's.
 */
function arnOf(queueUrl: string, topicArn: string): string {
  const [, partition, , region, account] = topicArn.split(':');
  return `arn:${partition}:sqs:${region}:${account}:${queueUrl.split('/').at(-1)}`;
}
