import * as z from 'zod';
import { CATEGORY, CURSOR, JOB, JOB_FILTER, JOB_ID } from './job-api.ts';
import { FAILED_STATUSES } from './lists.ts';

/** Requests and answers of retries: of one job, and of many. */

const RETRY_MODE = z
  .enum(['auto', 'redrive', 'restart'])
  .default('auto')
  .describe(
    'redrive resumes at the state that failed; restart begins again; auto redrives where that is possible.',
  );

export const RETRY_REQUEST = z
  .strictObject({
    mode: RETRY_MODE,
    outputs: z
      .array(z.string().max(128))
      .max(100)
      .optional()
      .describe('Not supported: 422. A job makes all its outputs.'),
  })
  .meta({ id: 'RetryRequest' });

export const RETRY_ACCEPTED = z
  .object({ mode: z.enum(['redrive', 'restart']), reason: z.string(), job: JOB })
  .meta({ id: 'RetryAccepted' });
export type RetryAccepted = z.infer<typeof RETRY_ACCEPTED>;

/** Seconds that one request may take; API Gateway ends it after 30. */
export const MAX_REDRIVE_SECONDS = 20;

export const REDRIVE_REQUEST = z
  .strictObject({
    source: z
      .enum(['jobs', 'dead-letters'])
      .default('jobs')
      .describe(
        'dead-letters (operators): the messages of failed jobs; each goes once its job runs again or no longer needs it.',
      ),
    filter: JOB_FILTER.omit({ cursor: true, status: true })
      .extend({
        status: z.enum(FAILED_STATUSES).optional().describe('Default: FAILED. Not for dead letters.'),
        jobId: JOB_ID.optional(),
        errorName: z.string().max(128).optional(),
        errorCategory: CATEGORY.optional(),
      })
      .default({}),
    mode: RETRY_MODE,
    dryRun: z.boolean().default(false).describe('Say what would happen, and change nothing.'),
    limit: z.number().int().min(1).max(100).default(25),
    ratePerSecond: z
      .number()
      .min(0.1)
      .max(50)
      .default(5)
      .describe(`limit / ratePerSecond may be ${MAX_REDRIVE_SECONDS} at most.`),
    cursor: CURSOR.optional().describe('`nextCursor` of the answer before, with the same filter.'),
  })
  .meta({ id: 'RedriveRequest' });
export type RedriveRequest = z.output<typeof REDRIVE_REQUEST>;

const REDRIVE_RESULT = z
  .object({
    jobId: JOB_ID.nullable(),
    outcome: z
      .enum(['redriven', 'restarted', 'refused', 'dropped'])
      .describe('dropped: a dead letter that is out of date.'),
    reason: z.string(),
  })
  .meta({ id: 'RedriveResult' });
export type RedriveResult = z.infer<typeof REDRIVE_RESULT>;

export const REDRIVE_RESULTS = z
  .object({ dryRun: z.boolean(), results: z.array(REDRIVE_RESULT), nextCursor: CURSOR.optional() })
  .meta({ id: 'RedriveResults' });
export type RedriveResults = z.infer<typeof REDRIVE_RESULTS>;
