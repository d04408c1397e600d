import * as z from 'zod';
import { THUMBNAILS } from './thumbnails.ts';

/** Outputs of a document. */
export const DOCUMENT_PROFILE = z.strictObject({
  thumbnails: THUMBNAILS,
  pages: z
    .strictObject({
      most: z
        .number()
        .int()
        .min(0)
        .max(2000)
        .describe('Number of pages, from the first, or fewer by the operator.'),
      side: z.number().int().min(100).max(1600).describe('Longest side in pixels.'),
      quality: z.number().int().min(1).max(100).describe('Of the WebP.'),
    })
    .describe('Pictures of the pages, as WebP.'),
  text: z
    .boolean()
    .default(true)
    .describe('Whether text.txt is written, and pages.json, which has the text of each page.'),
  markdown: z.boolean().default(true).describe('Whether markdown.md is written.'),
});

export type DocumentProfile = z.output<typeof DOCUMENT_PROFILE>;
