import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type DeadLetter, parseDeadLetter } from '../../contract/dead-letter.ts';
import { awsCall } from '../aws/clients.ts';

/** A dead letter that this reader holds until its visibility time-out; `letter` is undefined for a message that is none. */
export interface HeldLetter {
  receipt: string;
  letter: DeadLetter | undefined;
}

/** The reading side of the dead-letter queue; core/lifecycle/announcements.ts writes it. */
export class DeadLetterQueue {
  private readonly client: SQSClient;
  private readonly url: string;

  constructor(client: SQSClient, url: string) {
    this.client = client;
    this.url = url;
  }

  /** Approximate, as SQS counts: messages that wait, and messages that somebody holds. */
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

  /** Up to ten letters, hidden from others for `seconds`. Empty: nothing waits. */
  async receive(seconds: number): Promise<HeldLetter[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.url,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: seconds,
      // Without a wait SQS asks some of its servers only, and an empty answer says nothing.
      WaitTimeSeconds: 1,
    });
    const { Messages = [] } = await awsCall('read the dead letters', this.client.send(command));
    return Messages.map(({ ReceiptHandle = '', Body = '' }) => ({
      receipt: ReceiptHandle,
      letter: parseDeadLetter(Body),
    }));
  }

  async remove({ receipt }: HeldLetter): Promise<void> {
    const command = new DeleteMessageCommand({ QueueUrl: this.url, ReceiptHandle: receipt });
    await awsCall('delete a dead letter', this.client.send(command));
  }

  /** Puts a letter back where others see it at once. */
  async release({ receipt }: HeldLetter): Promise<void> {
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: this.url,
      ReceiptHandle: receipt,
      VisibilityTimeout: 0,
    });
    await awsCall('put a dead letter back', this.client.send(command));
  }
}
