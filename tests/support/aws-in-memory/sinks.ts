import { onlyKnown } from './aws-error.ts';

interface SentMessage {
  body: string;
  group: string;
  deduplicationId: string;
  at: number;
}

interface SentEvent {
  source: string;
  detailType: string;
  detail: string;
}

/**
 * FIFO queue that drops a message with a deduplication ID of the last five minutes.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
 */
const DEDUPLICATION = 300_000;

/** Returns the calls of the SQS and EventBridge clients that send, and what they sent. */
export function sinks(now: () => number) {
  const messages: SentMessage[] = [];
  const events: SentEvent[] = [];
  const calls = {
    SendMessageCommand: (
      input: Record<'QueueUrl' | 'MessageBody' | 'MessageGroupId' | 'MessageDeduplicationId', string>,
    ) => {
      onlyKnown('SendMessageCommand', input, [
        'QueueUrl',
        'MessageBody',
        'MessageGroupId',
        'MessageDeduplicationId',
      ]);
      const { MessageBody: body, MessageGroupId: group, MessageDeduplicationId: deduplicationId } = input;
      const at = now();
      const repeated = messages.some(
        (one) => one.deduplicationId === deduplicationId && at - one.at < DEDUPLICATION,
      );
      if (!repeated) messages.push({ body, group, deduplicationId, at });
      return { MessageId: deduplicationId };
    },
    PutEventsCommand: (input: { Entries: Record<'Source' | 'DetailType' | 'Detail', string>[] }) => {
      events.push(
        ...input.Entries.map(({ Source, DetailType, Detail }) => ({
          source: Source,
          detailType: DetailType,
          detail: Detail,
        })),
      );
      return { FailedEntryCount: 0, Entries: input.Entries.map(() => ({ EventId: String(events.length) })) };
    },
  };
  return { messages, events, calls };
}
