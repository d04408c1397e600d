import * as z from 'zod';
import { MediaError } from '../../../base/errors.ts';
import type { Upload } from '../../../core/uploads/upload.ts';
import { parseUploadEvent } from '../../../core/uploads/upload-event.ts';

export const MAX_RECORDS = 100;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
const RECORD = z
  .looseObject({
    eventName: z.string().max(128),
    s3: z.looseObject({
      bucket: z.looseObject({ name: z.string().min(1).max(255) }),
      object: z.looseObject({
        key: z.string().min(1).max(4096).describe('Form-encoded, as S3 sends it: + is a space.'),
        size: z.number().int().min(0).default(0),
        eTag: z.string().max(128).default(''),
        versionId: z.string().max(1024).optional(),
        sequencer: z
          .string()
          .regex(/^[0-9A-Fa-f]{1,64}$/, 'expected hexadecimal digits')
          .optional()
          .describe('Absent: the upload counts as the last one known of its key.'),
      }),
    }),
  })
  .meta({ id: 'S3Record' });

const EVENT = z
  .looseObject({
    source: z.literal('aws.s3'),
    'detail-type': z.enum(['Object Created', 'Object Deleted']),
    detail: z.looseObject({}).describe('The key is raw, as EventBridge sends it.'),
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
    description: 'An S3 notification, an EventBridge event of S3, or several of them.',
  });

/** One upload that the body speaks of; without a sequencer where S3 gave none. */
export type S3Entry =
  | { key: string; upload: Omit<Upload, 'sequencer'> & { sequencer?: string | undefined } }
  | { key: string; ignored: string }
  | { key: string; wrong: string };

/** Reads either shape; what is wrong with one record is said of that record. */
export function entriesOf(body: z.output<typeof S3_EVENTS>): S3Entry[] {
  if (Array.isArray(body)) return body.map(fromEvent);
  if ('Records' in body && Array.isArray(body.Records))
    return (body.Records as z.output<typeof RECORD>[]).map(fromRecord);
  return [fromEvent(body)];
}

function fromEvent(event: object): S3Entry {
  try {
    const { type, upload } = parseUploadEvent(event);
    if (type !== 'Object Created')
      return { key: upload.key, ignored: `an event of type ${type} starts nothing` };
    return { key: upload.key, upload };
  } catch (error) {
    if (error instanceof MediaError) return { key: '', wrong: error.message };
    throw error;
  }
}

function fromRecord({ eventName, s3: { bucket, object } }: z.output<typeof RECORD>): S3Entry {
  const key = decode(object.key);
  if (key === undefined) return { key: object.key, wrong: 'the key is not form-encoded' };
  if (!/^(?:s3:)?ObjectCreated:/.test(eventName))
    return { key, ignored: `an event of type ${eventName} starts nothing` };
  const { size, eTag: etag, versionId, sequencer } = object;
  return {
    key,
    upload: { bucket: bucket.name, key, size, etag: etag.replaceAll('"', ''), versionId, sequencer },
  };
}

function decode(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
