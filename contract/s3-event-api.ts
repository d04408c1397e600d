import * as z from 'zod';
import { JOB_ID } from './job-api.ts';

/**
 * Requests and responses for processing uploads from S3 events, for example events that were lost.
 */

export const MAX_RECORDS = 100;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
const RECORD = z
  .looseObject({
    eventName: z.string().max(128),
    s3: z.looseObject({
      bucket: z.looseObject({ name: z.string().min(1).max(255) }),
      object: z.looseObject({
        key: z.string().min(1).max(4096).describe('URL-encoded as in S3 event notifications: + is a space.'),
        size: z.number().int().min(0).default(0),
        eTag: z.string().max(128).default(''),
        versionId: z.string().max(1024).optional(),
        sequencer: z
          .string()
          .regex(/^[0-9A-Fa-f]{1,64}$/, 'expected hexadecimal digits')
          .optional()
          .describe('Default: the sequencer of the last known event for this key.'),
      }),
    }),
  })
  .meta({ id: 'S3Record' });

const EVENT = z
  .looseObject({
    source: z.literal('aws.s3'),
    'detail-type': z.enum(['Object Created', 'Object Deleted']),
    detail: z.looseObject({}).describe('The key is not URL-encoded, as in EventBridge events.'),
  })
  .meta({ id: 'S3Event' });

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

const RECORD_RESULT = z
  .object({
    key: z.string(),
    outcome: z
      .enum(['started', 'duplicate', 'ignored', 'refused'])
      .describe(
        'duplicate: the upload already has a job; ignored: nothing to process, such as a delete event.',
      ),
    jobId: JOB_ID.optional(),
    executionArn: z.string().optional(),
    reason: z.string().optional(),
  })
  .meta({ id: 'RecordResult' });
export type RecordResult = z.infer<typeof RECORD_RESULT>;

export const RECORD_RESULTS = z.object({ results: z.array(RECORD_RESULT) }).meta({ id: 'RecordResults' });
