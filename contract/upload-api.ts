import * as z from 'zod';
import { HEAD_BYTES } from '../base/head-bytes.ts';
import { FOCAL_POINT } from './focal-point.ts';
import { IDENTIFIER, JOB_ID, PROFILE_NAME } from './values.ts';

/** Requests and responses for uploads through presigned URLs. */

/** Maximum number of presigned URLs in one response. */
export const MAX_LINKS = 100;
/** Limit set by S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const PART_NUMBER = z.number().int().min(1).max(10_000);

export const UPLOAD_PARAMS = z.strictObject({
  uploadId: z
    .string()
    .max(4096)
    .regex(/^[A-Za-z0-9_-]+$/, 'expected an uploadId returned by POST /api/media/uploads'),
});

export const UPLOAD_REQUEST = z
  .strictObject({
    fileName: z.string().min(1).max(1024),
    size: z.number().int().min(1).describe('Size in bytes.'),
    head: z
      .base64()
      .max(Math.ceil(HEAD_BYTES / 3) * 4)
      .optional()
      .describe(
        `The first ${HEAD_BYTES} bytes of the file, or all of a smaller one, in base64: a file that would be rejected for its type, name or size is refused before it is sent.`,
      ),
    contentType: z
      .string()
      .max(128)
      .regex(/^[\w.+-]+\/[\w.+-]+$/, 'expected a media type such as image/jpeg')
      .optional(),
    user: IDENTIFIER.optional().describe(
      'Owner of the upload. Default: the caller. Another user than the caller: operators, and tokens without a user.',
    ),
    tenant: IDENTIFIER.optional().describe('Required for operators.'),
    profile: PROFILE_NAME.optional().describe(
      'What to make of it. Default: the profile of the tenant. Sent as x-amz-meta-profile, as an upload without this API may be.',
    ),
    focalPoint: FOCAL_POINT.optional(),
  })
  .meta({ id: 'UploadRequest' });

const PART_LINK = z
  .object({
    partNumber: z.number().int(),
    size: z.number().int().describe('Exact size of the part in bytes.'),
    url: z.url(),
  })
  .meta({ id: 'PartLink' });
export type PartLink = z.infer<typeof PART_LINK>;

const UPLOAD_JOB = z
  .object({
    jobId: JOB_ID.optional().describe(
      'Absent where it is not known yet: it depends on the version of the object.',
    ),
    url: z.string().describe('Path in this API where the job is, or will be: `wait=25` waits for it.'),
    exists: z
      .boolean()
      .describe('false: the S3 event that starts the job is still under way, or the upload is.'),
    reason: z.string().describe('Why there is no job yet, or where it comes from.'),
  })
  .meta({ id: 'UploadJob', description: 'The job of an upload.' });
export type UploadJob = z.infer<typeof UPLOAD_JOB>;

const common = {
  key: z.string(),
  bucket: z.string(),
  expiresAt: z.iso.datetime().describe('When the presigned URLs expire.'),
  job: UPLOAD_JOB,
};
const FORM = z
  .object({
    method: z.literal('POST'),
    ...common,
    maxBytes: z.number().int(),
    url: z.url(),
    fields: z.record(z.string(), z.string()),
  })
  .meta({
    id: 'FormUpload',
    description: 'POST multipart/form-data to `url`: first all `fields`, then the file as the field `file`.',
  });
const MULTIPART = z
  .object({
    method: z.literal('MULTIPART'),
    ...common,
    uploadId: z.string(),
    partSize: z.number().int(),
    partCount: z.number().int(),
    parts: z.array(PART_LINK),
  })
  .meta({
    id: 'MultipartUpload',
    description:
      'PUT each part to its presigned URL, keep the ETag of each response, then complete the upload.',
  });
export const UPLOAD_LINKS = z.discriminatedUnion('method', [FORM, MULTIPART]).meta({ id: 'UploadLinks' });
export type UploadLinks = z.infer<typeof UPLOAD_LINKS>;

const ARRIVED_PART = z.object({ partNumber: z.number().int(), size: z.number().int(), etag: z.string() });
export type ArrivedPart = z.infer<typeof ARRIVED_PART>;

export const UNFINISHED_UPLOAD = z
  .object({
    key: z.string(),
    size: z.number().int().describe('Total size in bytes.'),
    partSize: z.number().int(),
    partCount: z.number().int(),
    parts: z.array(ARRIVED_PART),
  })
  .meta({ id: 'UnfinishedUpload' });
export type UnfinishedUpload = z.infer<typeof UNFINISHED_UPLOAD>;

export const PARTS_REQUEST = z
  .strictObject({ partNumbers: z.array(PART_NUMBER).min(1).max(MAX_LINKS) })
  .meta({ id: 'PartsRequest' });
export const PART_LINKS = z
  .object({ parts: z.array(PART_LINK), expiresAt: z.iso.datetime() })
  .meta({ id: 'PartLinks' });
export type PartLinks = z.infer<typeof PART_LINKS>;

export const COMPLETE_REQUEST = z
  .strictObject({
    parts: z
      .array(z.strictObject({ partNumber: PART_NUMBER, etag: z.string().min(1).max(128) }))
      .min(1)
      .max(10_000),
  })
  .meta({ id: 'CompleteRequest' });
export const COMPLETED_UPLOAD = z
  .object({ key: z.string(), versionId: z.string().optional(), job: UPLOAD_JOB })
  .meta({ id: 'Completed' });
export type CompletedUpload = z.infer<typeof COMPLETED_UPLOAD>;
