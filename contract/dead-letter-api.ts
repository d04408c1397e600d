import * as z from 'zod';
import { JOB_ID } from './values.ts';

/** Requests and responses about the dead-letter queue as a whole. */

const count = z.number().int().min(0);

export const DEAD_LETTER_COUNTS = z.object({ waiting: count, held: count }).meta({
  id: 'DeadLetterCounts',
  description:
    'Approximate. held: taken by another request, or hidden for a few minutes because their jobs could not be retried.',
});

export const DISCARD_REQUEST = z
  .strictObject({
    jobId: JOB_ID.optional(),
    errorName: z.string().min(1).max(128).optional(),
    unreadable: z.literal(true).optional().describe('Messages that are not dead letters.'),
    dryRun: z.boolean().default(false).describe('Report what would be discarded without changing anything.'),
    limit: z.number().int().min(1).max(100).default(100),
  })
  .refine(
    ({ jobId, errorName, unreadable }) =>
      [jobId, errorName, unreadable].filter((one) => one !== undefined).length === 1,
    'expected exactly one of jobId, errorName and unreadable',
  )
  .meta({ id: 'DiscardRequest' });
export type DiscardRequest = z.output<typeof DISCARD_REQUEST>;

const DISCARDED_LETTER = z
  .object({
    jobId: JOB_ID.nullable(),
    attempt: z.number().int().optional(),
    errorName: z.string().optional(),
    archiveKey: z.string().describe('Object in the output bucket with the content of the message.'),
  })
  .meta({ id: 'DiscardedLetter' });
export type DiscardedLetter = z.infer<typeof DISCARDED_LETTER>;

export const DISCARD_RESULTS = z
  .object({ dryRun: z.boolean(), discarded: z.array(DISCARDED_LETTER), deadLetters: DEAD_LETTER_COUNTS })
  .meta({ id: 'DiscardResults' });
export type DiscardResults = z.infer<typeof DISCARD_RESULTS>;
