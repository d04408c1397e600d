import * as z from 'zod';

/** Shorter ones have hardly a frame. */
const LEAST_SECONDS = 0.5;

/** A piece of a video or recording, in place of all of it. */
export const CLIP = z
  .strictObject({
    startSeconds: z.number().min(0).max(1_000_000).default(0).describe('Where it begins.'),
    endSeconds: z
      .number()
      .min(LEAST_SECONDS)
      .max(1_000_000)
      .optional()
      .describe('Where it ends; beyond the end of the upload, and by default: there.'),
  })
  .superRefine(({ startSeconds, endSeconds }, context) => {
    if (endSeconds !== undefined && endSeconds < startSeconds + LEAST_SECONDS)
      context.addIssue({
        ...{ code: 'custom', path: ['endSeconds'], input: endSeconds },
        message: `expected at least ${LEAST_SECONDS} s after startSeconds`,
      });
  });
