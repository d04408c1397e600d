import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type FailedStatus, MediaError } from '../../base/errors.ts';
import type { DeadLetter } from '../../contract/dead-letter.ts';
import type { JobEnded } from '../../contract/job-events.ts';
import type { JobEventType } from '../../contract/lists.ts';
import { awsCall } from '../aws/clients.ts';
import type { Job, JobError } from '../jobs/job.ts';

const DETAIL_TYPES: Readonly<Record<FailedStatus, JobEventType>> = {
  REJECTED: 'Job Rejected',
  FAILED: 'Job Failed',
  CANCELLED: 'Job Cancelled',
};

/** Job row with a failed status and its error. */
export type EndedJob = Job & { status: FailedStatus; error: JobError };

/** Sends `Job …` events to EventBridge, and dead letters to SQS. */
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

  /**
   * Sends `Job Rejected`, `Job Failed` or `Job Cancelled`, at least once. The state machine itself
   * sends `Job Completed`.
   */
  async ended(job: EndedJob): Promise<void> {
    const DetailType = DETAIL_TYPES[job.status];
    const entry = {
      EventBusName: this.config.EVENT_BUS_NAME,
      Source: 'media-pipeline',
      DetailType,
      Detail: JSON.stringify(jobEnded(job)),
    };
    const answer = await awsCall(
      'announce the outcome',
      this.eventBridge.send(new PutEventsCommand({ Entries: [entry] })),
    );
    const refused = answer.Entries?.find(({ ErrorCode }) => ErrorCode);
    if (refused)
      throw new MediaError(
        'ServiceUnavailable',
        `EventBridge rejected "${DetailType}": ${refused.ErrorCode}: ${refused.ErrorMessage}`,
      );
  }

  /**
   * Sends a dead letter. The FIFO queue deduplicates messages for the same attempt within five
   * minutes.
   */
  async deadLetter(fields: Omit<DeadLetter, 'version'>): Promise<void> {
    const letter: DeadLetter = { version: 1, ...fields };
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

function jobEnded(job: EndedJob): JobEnded {
  const { jobId, tenantId, userId, bucket, key, kind, status, attempt, executionArn, error } = job;
  // Rows cancelled by earlier code have no finishedAt; their last transition was the end.
  const { createdAt, updatedAt, finishedAt: endedAt = updatedAt } = job;
  const upload = { tenantId, userId, bucket, key, kind };
  return { version: 1, jobId, ...upload, status, attempt, executionArn, createdAt, endedAt, error };
}
