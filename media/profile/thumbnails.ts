import * as z from 'zod';
import { uniqueBy } from './unique-names.ts';

/** Names of thumbnails, by which pages find them. */
const NAMES = ['thumb_large', 'thumb_medium', 'thumb_small'] as const;

/** Thumbnails of a kind whose picture is not the upload itself: JPEG, scaled down, never enlarged. */
export const THUMBNAILS = z
  .array(
    z.strictObject({
      name: z.enum(NAMES),
      side: z.number().int().min(16).max(4096).describe('Longest side in pixels.'),
    }),
  )
  .max(NAMES.length)
  .superRefine(uniqueBy('name', ({ name }) => name))
  .describe('Pictures of the first page or of a frame: JPEG, scaled down, never enlarged.');
