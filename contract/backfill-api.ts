import * as z from 'zod';
import { CURSOR, JOB_ID, KIND } from './values.ts';

/** Requests and responses for backfills: uploads without a job are processed, at a limited rate. */

/**
 * Maximum number of objects that one backfill lists. The outputs of its batches, 3 bytes each, must
 * fit into the 256 KiB of a state's output.
 */
const MAX_BACKFILL_OBJECTS = 5_000_000;

export const BACKFILL_REQUEST = z
  .strictObject({
    prefix: z
      .string()
      .max(1024)
      .startsWith('tenants/', 'expected a prefix of upload keys, such as tenants/acme/')
      .describe('Prefix of the keys of the media bucket.'),
    dryRun: z
      .boolean()
      .default(false)
      .describe(
        'Report what would happen to each key, why, and what it would cost, without starting anything.',
      ),
    limit: z
      .number()
      .int()
      .min(1)
      .max(MAX_BACKFILL_OBJECTS)
      .default(MAX_BACKFILL_OBJECTS)
      .describe('Maximum number of objects to look at, in the order of their keys.'),
    ratePerSecond: z
      .number()
      .int()
      .min(1)
      .max(100)
      .default(20)
      .describe(
        'Maximum number of executions to start per second. New uploads need their share of the quota, too.',
      ),
  })
  .meta({ id: 'BackfillRequest' });
export type BackfillRequest = z.output<typeof BACKFILL_REQUEST>;

export const BACKFILL_OUTCOMES = ['start', 'reject', 'has-job', 'processed', 'ignored', 'failed'] as const;
const OUTCOME = z
  .enum(BACKFILL_OUTCOMES)
  .describe(
    'start: an execution was started (dry run: would be); reject: dry run only, the upload would be started and then rejected; has-job: the current object has a job; processed: the manifest of its outputs names its ETag, although its job row has expired; ignored: not an upload, or deleted meanwhile; failed: could not be looked at, see reason.',
  );
export type BackfillOutcome = (typeof BACKFILL_OUTCOMES)[number];

const count = z.number().int().min(0);
const COUNTS = z
  .object(
    Object.fromEntries(BACKFILL_OUTCOMES.map((outcome) => [outcome, count])) as Record<
      BackfillOutcome,
      typeof count
    >,
  )
  .meta({ id: 'BackfillCounts', description: 'Keys by outcome, so far.' });
export type BackfillCounts = z.infer<typeof COUNTS>;

const BACKFILL_ID = z
  .string()
  .regex(/^[\w-]{1,80}$/, 'expected the name of an execution: 1 to 80 letters, digits, _ or -');
export const BACKFILL_PARAMS = z.strictObject({ backfillId: BACKFILL_ID });

export const BACKFILL = z
  .object({
    backfillId: BACKFILL_ID,
    status: z
      .enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'])
      .describe('Of its execution. One that did not succeed can be resumed.'),
    executionArn: z.string(),
    prefix: z.string().optional(),
    dryRun: z.boolean().optional(),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().optional(),
    error: z.object({ name: z.string(), cause: z.string() }).optional(),
    objects: count.describe('Keys looked at so far.'),
    counts: COUNTS,
    estimatedUsd: z
      .number()
      .min(0)
      .describe(
        'Estimate of what the started jobs cost (dry run: would cost) on AWS, at list prices of us-east-1: images, documents and recordings of a usual size, and a minute of video or sound for each 60 MB or 1 MB.',
      ),
  })
  .meta({ id: 'Backfill' });
export type Backfill = z.infer<typeof BACKFILL>;

const BACKFILL_UPLOAD = z
  .object({
    key: z.string(),
    outcome: OUTCOME,
    reason: z.string(),
    jobId: JOB_ID.optional(),
    kind: KIND.optional(),
    estimatedUsd: z.number().min(0).optional(),
  })
  .meta({ id: 'BackfillUpload' });
export type BackfillUpload = z.infer<typeof BACKFILL_UPLOAD>;

export const BACKFILL_UPLOADS_QUERY = z.strictObject({
  outcome: z.enum(BACKFILL_OUTCOMES).optional(),
  cursor: CURSOR.optional(),
});

export const BACKFILL_UPLOADS = z
  .object({
    uploads: z.array(BACKFILL_UPLOAD),
    nextCursor: CURSOR.optional().describe('Absent on the last page; a page may be empty before it.'),
  })
  .meta({ id: 'BackfillUploads' });
export type BackfillUploads = z.infer<typeof BACKFILL_UPLOADS>;
