import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { MediaError } from '../../base/errors.ts';
import { awsCall } from '../aws/clients.ts';
import type { Job, JobError } from '../jobs/job.ts';

/** A failed job as the dead-letter queue holds it. */
export interface DeadLetter {
  jobId: string | null;
  executionArn: string;
  attempt: number;
  error: JobError;
  source: { bucket: string; key: string; versionId: string | null } | null;
  /** ISO 8601, UTC. */
  failedAt: string;
}

/** What the pipeline tells others: `Job …` events on EventBridge, and dead letters. */
export class Announcements {
  private readonly eventBridge: EventBridgeClient;
  private readonly sqs: SQSClient;
  private readonly config: { EVENT_BUS_NAME: string; DEAD_LETTER_QUEUE_URL: string };

  constructor(
    eventBridge: EventBridgeClient,
    sqs: SQSClient,
    config: { EVENT_BUS_NAME: string; DEAD_LETTER_QUEUE_URL: string },
  ) {
    this.eventBridge = eventBridge;
    this.sqs = sqs;
    this.config = config;
  }

  /** `Job Rejected`, `Job Failed` or `Job Cancelled`; the state machine itself sends `Job Completed`. Delivered at least once. */
  async ended(job: Job): Promise<void> {
    const { jobId, status, tenantId, userId, bucket, key, kind, executionArn, attempt, error } = job;
    const detail = { jobId, status, tenantId, userId, bucket, key, kind, executionArn, attempt, error };
    const DetailType = `Job ${status.charAt(0)}${status.slice(1).toLowerCase()}`;
    const entry = {
      EventBusName: this.config.EVENT_BUS_NAME,
      Source: 'media-pipeline',
      DetailType,
      Detail: JSON.stringify(detail),
    };
    const answer = await awsCall(
      'announce the outcome',
      this.eventBridge.send(new PutEventsCommand({ Entries: [entry] })),
    );
    const refused = answer.Entries?.find(({ ErrorCode }) => ErrorCode);
    if (refused)
      throw new MediaError(
        'ServiceUnavailable',
        `EventBridge refused "${DetailType}": ${refused.ErrorCode}: ${refused.ErrorMessage}`,
      );
  }

  /** The queue is FIFO: a repeated call for the same attempt within five minutes adds no second message, whoever makes it. */
  async deadLetter(letter: DeadLetter): Promise<void> {
    const id = letter.jobId ?? letter.executionArn.split(':').at(-1) ?? 'unknown';
    const command = new SendMessageCommand({
      QueueUrl: this.config.DEAD_LETTER_QUEUE_URL,
      MessageBody: JSON.stringify(letter),
      MessageGroupId: id.slice(0, 128),
      MessageDeduplicationId: `${id.slice(0, 100)}-${letter.attempt}`,
    });
    await awsCall('send the dead letter', this.sqs.send(command));
  }
}
