import * as z from 'zod';
import { MediaError } from '../../base/errors.ts';
import type { Upload } from './upload.ts';

/**
 * S3 event in EventBridge: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html.
 * The key is not URL-encoded, so it must not be decoded.
 */
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
  /**
   * True if a version was permanently deleted (`upload.versionId` is that version), false if a
   * delete marker was created.
   */
  permanent: boolean;
}

/**
 * Parses an S3 event. Throws `InvalidConfiguration` for anything else, which only a wrong rule or a
 * manual start can send.
 */
export function parseUploadEvent(event: unknown): UploadEvent {
  const parsed = S3_EVENT.safeParse(event);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'event'}: ${message}`);
    throw new MediaError(
      'InvalidConfiguration',
      `Expected an S3 event from EventBridge; ${wrong.join('; ')}.`,
    );
  }
  const { detail, 'detail-type': type } = parsed.data;
  const { key, size, etag, sequencer, 'version-id': versionId } = detail.object;
  return {
    type,
    permanent: detail['deletion-type'] === 'Permanently Deleted',
    upload: { bucket: detail.bucket.name, key, versionId, etag, sequencer, size },
  };
}

/**
 * Extracts the upload from an execution's input. Returns undefined if the input is not an S3 event.
 */
export function uploadOfInput(input: string | null | undefined): Upload | undefined {
  try {
    return parseUploadEvent(JSON.parse(input ?? '')).upload;
  } catch {
    return undefined;
  }
}

/** Builds the `Object Created` event of an upload, as input for a restarted execution. */
export function uploadEvent({ bucket, key, versionId, etag, sequencer, size }: Upload): object {
  const object = { key, size, etag, ...(versionId && { 'version-id': versionId }), sequencer };
  return { source: 'aws.s3', 'detail-type': 'Object Created', detail: { bucket: { name: bucket }, object } };
}
