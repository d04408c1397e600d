import * as z from 'zod';

/** The sides and corners of a picture, and its center. */
const POSITIONS = [
  ...(['center', 'north', 'northeast', 'east', 'southeast'] as const),
  ...(['south', 'southwest', 'west', 'northwest'] as const),
] as const;

/** Name of a tenant's watermark: each tenant has an image of its own by that name. */
export const WATERMARK_NAME = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/, 'expected up to 31 characters a-z, 0-9 or -, beginning with a letter');

/** An image of the tenant that is put onto outputs. */
export const WATERMARK = z.strictObject({
  image: WATERMARK_NAME.describe(
    "Name of the image among the tenant's watermarks: PUT /api/media/watermarks/{name}.",
  ),
  position: z.enum(POSITIONS).default('southeast'),
  opacity: z.number().min(0.05).max(1).default(1).describe('Times that of the image itself.'),
  scale: z
    .number()
    .min(0.02)
    .max(1)
    .default(0.2)
    .describe("Its width as a share of the output's; less where it would be higher than the output."),
});

export type WatermarkProfile = z.output<typeof WATERMARK>;
