import * as z from 'zod';
import { IMAGE_PROFILE } from '../../media/profile/image-output.ts';
import { PROFILE } from '../../media/profile/profile.ts';
import { FOCAL_POINT } from '../focal-point.ts';
import { JOB_ID } from '../values.ts';
import { WATERMARKS } from '../work-order.ts';

/** Preview of a profile on one image: what the API takes and answers, and what it hands to the function. */

export const PREVIEW_REQUEST = z
  .strictObject({
    jobId: JOB_ID.describe('A job of an image, whose upload is still there.'),
    document: PROFILE,
  })
  .meta({ id: 'ProfilePreviewRequest' });

const FIELDS = {
  name: z.string().describe('As it ends the key of an output, such as `hero.webp`.'),
  contentType: z.string(),
  size: z.number().int().describe('Bytes.'),
  width: z.number().int().optional(),
  height: z.number().int().optional(),
};

export const PROFILE_PREVIEW = z
  .object({
    outputs: z.array(z.object({ ...FIELDS, url: z.url().describe('Valid for an hour.') })),
    degraded: z.array(z.string()).describe('Why outputs are left out, or are not as the profile asks for.'),
    upload: z.object({ size: z.number().int().describe('Bytes.') }),
  })
  .meta({ id: 'ProfilePreview' });
export type ProfilePreview = z.infer<typeof PROFILE_PREVIEW>;

/** Payload of the function preview-profile. */
export const PREVIEW_ORDER = z.object({
  /** Where it writes, in the output bucket. */
  prefix: z.string().regex(/^previews\/[\w-]+\/$/),
  source: z.object({
    bucket: z.string(),
    key: z.string(),
    versionId: z.string().optional(),
    etag: z.string(),
  }),
  contentType: z.string(),
  outputs: IMAGE_PROFILE.shape.outputs,
  focalPoint: FOCAL_POINT.optional(),
  /** Whose watermarks they are. */
  tenantId: z.string(),
  watermarks: WATERMARKS.optional(),
});
export type PreviewOrder = z.infer<typeof PREVIEW_ORDER>;

/** What the function returns. */
export const PREVIEW_RESULT = z.object({
  outputs: z.array(z.object(FIELDS)),
  degraded: z.array(z.string()),
});
export type PreviewResult = z.infer<typeof PREVIEW_RESULT>;
