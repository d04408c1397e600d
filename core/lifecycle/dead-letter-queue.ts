import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type DeadLetter, parseDeadLetter } from '../../contract/dead-letter.ts';
import { awsCall } from '../aws/clients.ts';

/**
 * Received message, hidden from others until its visibility timeout; `letter` is undefined if it is
 * not a valid dead letter.
 */
export interface HeldLetter {
  messageId: string;
  receipt: string;
  /** Content of the message. */
  body: string;
  /** Message attributes, which EventBridge uses. */
  attributes: Readonly<Record<string, string>>;
  /** ISO 8601, by the clock of SQS. */
  sentAt: string;
  letter: DeadLetter | undefined;
}

/**
 * Receives the messages of a dead-letter queue and deletes them: dead letters of jobs, which
 * core/lifecycle/announcements.ts sends, or events that EventBridge or Lambda could not deliver.
 */
export class DeadLetterQueue {
  private readonly client: SQSClient;
  private readonly url: string;

  constructor(client: SQSClient, url: string) {
    this.client = client;
    this.url = url;
  }

  /** Returns SQS's approximate counts: messages available, and messages in flight. */
  async counts(): Promise<{ waiting: number; held: number }> {
    const command = new GetQueueAttributesCommand({
      QueueUrl: this.url,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    });
    const { Attributes = {} } = await awsCall('count the dead letters', this.client.send(command));
    return {
      waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
      held: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    };
  }

  /**
   * Receives up to ten letters and hides them from others for `seconds`. Returns an empty array if
   * none is available.
   */
  async receive(seconds: number): Promise<HeldLetter[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.url,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: seconds,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['SentTimestamp'],
      // Long polling: short polling asks only a subset of SQS's servers and may return nothing.
      WaitTimeSeconds: 1,
    });
    const { Messages = [] } = await awsCall('read the dead letters', this.client.send(command));
    return Messages.map(heldLetter);
  }

  async remove({ receipt }: HeldLetter): Promise<void> {
    const command = new DeleteMessageCommand({ QueueUrl: this.url, ReceiptHandle: receipt });
    await awsCall('delete a dead letter', this.client.send(command));
  }

  /** Makes a letter visible to others again immediately. */
  async release(held: HeldLetter): Promise<void> {
    await this.hide(held, 0);
  }

  /** Hides a letter for this number of seconds from now; SQS allows 12 hours. */
  async hide({ receipt }: HeldLetter, seconds: number): Promise<void> {
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: this.url,
      ReceiptHandle: receipt,
      VisibilityTimeout: seconds,
    });
    await awsCall('put a dead letter back', this.client.send(command));
  }
}

function heldLetter(message: Message): HeldLetter {
  const { MessageId = '', ReceiptHandle = '', Body = '', MessageAttributes = {}, Attributes } = message;
  const texts = Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]);
  return {
    messageId: MessageId,
    receipt: ReceiptHandle,
    body: Body,
    attributes: Object.fromEntries(texts),
    sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString(),
    letter: parseDeadLetter(Body),
  };
}
