import * as z from 'zod';
import { WATERMARK_NAME } from '../../media/profile/watermark.ts';
import { IDENTIFIER } from '../values.ts';

/** Requests and responses for watermarks: images of a tenant that profiles put onto outputs (docs/profiles.md). */

export const WATERMARK_PARAMS = z.strictObject({ name: WATERMARK_NAME });

const TENANT = IDENTIFIER.describe('Tenant that has the watermark. Operators must name one.');
export const WATERMARK_QUERY = z.strictObject({
  tenantId: TENANT.optional().describe(
    'Tenant that has the watermark. Operators must name one; of others, their own.',
  ),
});
export const WATERMARK_CHANGE_QUERY = z.strictObject({ tenantId: TENANT });

export const WATERMARK_REQUEST = z
  .strictObject({
    png: z
      .base64('expected base64')
      .min(1, 'expected base64 of a PNG')
      .describe('The image: a PNG of at most 1 MiB and 4096 × 4096 pixels, not animated, as base64.'),
  })
  .meta({ id: 'WatermarkRequest' });

const FIELDS = {
  name: WATERMARK_NAME,
  tenantId: IDENTIFIER,
  hash: z.string().describe('SHA-256 of the PNG. A job keeps the one that it was admitted with.'),
  width: z.number().int().describe('In pixels.'),
  height: z.number().int().describe('In pixels.'),
  bytes: z.number().int(),
  updatedAt: z.iso.datetime(),
  updatedBy: z.string().optional().describe('For operators only.'),
};

export const WATERMARK_SUMMARY = z.object(FIELDS).meta({ id: 'WatermarkSummary' });
export type WatermarkSummary = z.infer<typeof WATERMARK_SUMMARY>;

export const WATERMARK_LIST = z
  .object({ watermarks: z.array(WATERMARK_SUMMARY).describe('By name.') })
  .meta({ id: 'WatermarkList' });
export type WatermarkList = z.infer<typeof WATERMARK_LIST>;

export const WATERMARK_DETAIL = z
  .object({ ...FIELDS, png: z.string().describe('The image, as base64.') })
  .meta({ id: 'WatermarkDetail' });
export type WatermarkDetail = z.infer<typeof WATERMARK_DETAIL>;
