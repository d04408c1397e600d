import * as z from 'zod';
import { MediaError } from '../../base/errors.ts';
import type { Upload } from './upload.ts';

/** EventBridge's S3 events: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html. The key is raw: it is decoded zero times. */
const S3_EVENT = z.object({
  source: z.literal('aws.s3'),
  'detail-type': z.enum(['Object Created', 'Object Deleted']),
  detail: z.object({
    bucket: z.object({ name: z.string().min(1) }),
    object: z.object({
      key: z.string().min(1),
      size: z.number().int().nonnegative().default(0),
      etag: z.string().default(''),
      'version-id': z.string().optional(),
      sequencer: z.string().regex(/^[0-9A-Fa-f]+$/, 'hexadecimal'),
    }),
    'deletion-type': z.string().optional(),
  }),
});

export interface UploadEvent {
  type: 'Object Created' | 'Object Deleted';
  upload: Upload;
  /** A delete of one version for good, as opposed to a delete marker over it (only then does `upload.versionId` name the deleted version). */
  permanent: boolean;
}

/** Reads an S3 event; throws `InvalidConfiguration` for anything else, since only a wrong rule or a person can have sent it. */
export function parseUploadEvent(event: unknown): UploadEvent {
  const parsed = S3_EVENT.safeParse(event);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'event'}: ${message}`);
    throw new MediaError('InvalidConfiguration', `Expected an S3 event of EventBridge; ${wrong.join('; ')}.`);
  }
  const { detail, 'detail-type': type } = parsed.data;
  const { key, size, etag, sequencer, 'version-id': versionId } = detail.object;
  return {
    type,
    permanent: detail['deletion-type'] === 'Permanently Deleted',
    upload: { bucket: detail.bucket.name, key, versionId, etag, sequencer, size },
  };
}

/** The upload in an execution's input, as S3's event put it there; undefined for an execution that no upload started. */
export function uploadOfInput(input: string | null | undefined): Upload | undefined {
  try {
    return parseUploadEvent(JSON.parse(input ?? '')).upload;
  } catch {
    return undefined;
  }
}

/** The event that would announce this upload: what a restart gives a new execution. */
export function uploadEvent({ bucket, key, versionId, etag, sequencer, size }: Upload): object {
  const object = { key, size, etag, ...(versionId && { 'version-id': versionId }), sequencer };
  return { source: 'aws.s3', 'detail-type': 'Object Created', detail: { bucket: { name: bucket }, object } };
}
