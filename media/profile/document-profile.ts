import * as z from 'zod';
import { THUMBNAILS } from './thumbnails.ts';

/** Formats of the pictures of pages, and their extensions. */
export const PAGE_EXTENSIONS = { webp: 'webp', jpeg: 'jpg', png: 'png' } as const;
const FORMATS = Object.keys(PAGE_EXTENSIONS) as PageFormat[];

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
      format: z.enum(FORMATS).default('webp'),
      quality: z.number().int().min(1).max(100).describe('Of WebP and JPEG.'),
    })
    .describe('Pictures of the pages.'),
  text: z
    .boolean()
    .default(true)
    .describe('Whether text.txt is written, and pages.json, which has the text of each page.'),
  markdown: z.boolean().default(true).describe('Whether markdown.md is written.'),
});

export type PageFormat = keyof typeof PAGE_EXTENSIONS;
export type DocumentProfile = z.output<typeof DOCUMENT_PROFILE>;
