import * as z from 'zod';
import { JOB_ID } from './values.ts';

/**
 * Requests and responses for processing uploads from S3 events, for example events that were lost.
 */

const MAX_RECORDS = 100;

const IGNORED =
  'Only the bucket and the key are read. Other fields of a notification are accepted and ignored: size, ETag and version are those of the current object in S3.';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
const RECORD = z
  .looseObject({
    eventName: z.string().max(128),
    s3: z.looseObject({
      bucket: z.looseObject({ name: z.string().min(1).max(255) }),
      object: z.looseObject({
        key: z.string().min(1).max(4096).describe('URL-encoded as in S3 event notifications: + is a space.'),
      }),
    }),
  })
  .meta({ id: 'S3Record', description: IGNORED });

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
const EVENT = z
  .looseObject({
    source: z.literal('aws.s3'),
    'detail-type': z.enum(['Object Created', 'Object Deleted']),
    detail: z.looseObject({
      bucket: z.looseObject({ name: z.string().min(1).max(255) }),
      object: z.looseObject({
        key: z.string().min(1).max(4096).describe('Not URL-encoded, as in EventBridge events.'),
      }),
    }),
  })
  .meta({ id: 'S3Event', description: IGNORED });

export const S3_EVENTS = z
  .union([
    z.looseObject({ Records: z.array(RECORD).min(1).max(MAX_RECORDS) }),
    EVENT,
    z.array(EVENT).min(1).max(MAX_RECORDS),
  ])
  .meta({
    id: 'S3Events',
    description: 'An S3 event notification, an EventBridge event from S3, or an array of such events.',
  });

export type S3Events = z.output<typeof S3_EVENTS>;
export type S3Record = z.output<typeof RECORD>;
export type S3Event = z.output<typeof EVENT>;

const RECORD_RESULT = z
  .object({
    key: z.string(),
    outcome: z
      .enum(['started', 'duplicate', 'ignored', 'refused', 'failed'])
      .describe(
        'duplicate: the current object already has a job, or the latest job of its key is of an object with the same ETag; ignored: nothing to process, such as a delete event; refused: the upload does not exist, or the caller may not submit it; failed: a fault of the service, send the record again.',
      ),
    jobId: JOB_ID.optional(),
    executionArn: z.string().optional(),
    reason: z.string().optional(),
  })
  .meta({ id: 'RecordResult' });
export type RecordResult = z.infer<typeof RECORD_RESULT>;

export const RECORD_RESULTS = z.object({ results: z.array(RECORD_RESULT) }).meta({ id: 'RecordResults' });
