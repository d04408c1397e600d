import * as z from 'zod';
import { DEAD_LETTER_COUNTS } from './dead-letter-api.ts';
import { JOB, JOB_FILTER } from './job-api.ts';
import { FAILED_STATUSES } from './lists.ts';
import { CATEGORY, CURSOR, JOB_ID } from './values.ts';

/** Requests and responses for retrying one job or many. */

const RETRY_MODE = z
  .enum(['auto', 'redrive', 'restart'])
  .default('auto')
  .describe(
    'redrive resumes at the failed state; restart starts a new execution; auto redrives if possible and of use, else restarts: a redrive keeps the size and the time limit of a larger task that failed.',
  );

const WHAT_AGAIN = {
  outputs: z
    .array(z.string().min(1).max(128))
    .min(1)
    .max(100)
    .optional()
    .describe(
      'Of a completed job: makes these outputs again, by their names in the manifest (without the stem) or in the profile, and no others. Renditions of a video are made together.',
    ),
  stale: z
    .boolean()
    .optional()
    .describe(
      'Of a completed job: makes those outputs again that would come out otherwise now, because of its profile, of settings or of the code.',
    ),
};

export const RETRY_REQUEST = z
  .strictObject({
    mode: RETRY_MODE,
    profile: z
      .enum(['frozen', 'current'])
      .optional()
      .describe(
        'frozen: the document that the job was admitted with, as a retry has it by default. current: the profile is chosen anew, which takes a restart; the default where outputs are made again.',
      ),
    ...WHAT_AGAIN,
  })
  .meta({ id: 'RetryRequest' });

export type RetryRequest = z.output<typeof RETRY_REQUEST>;

export const RETRY_ACCEPTED = z
  .object({ mode: z.enum(['redrive', 'restart']), reason: z.string(), job: JOB })
  .meta({ id: 'RetryAccepted' });
export type RetryAccepted = z.infer<typeof RETRY_ACCEPTED>;

/** Maximum duration of one request in seconds. API Gateway times out after 30. */
export const MAX_REDRIVE_SECONDS = 20;

export const REDRIVE_REQUEST = z
  .strictObject({
    source: z
      .enum(['jobs', 'dead-letters', 'undelivered-events'])
      .default('jobs')
      .describe(
        'dead-letters (operators only): messages of failed jobs. A message is deleted once its job runs again or no longer needs it. One whose job cannot be retried is refused with the reason, and hidden for five minutes, so that others get their turn. undelivered-events (operators only): events that EventBridge or Lambda could not deliver are delivered again; a message is deleted once its target has accepted the event. Only from and to apply: when the message was sent; default: until now.',
      ),
    filter: JOB_FILTER.omit({ cursor: true, status: true })
      .extend({
        status: z
          .enum(FAILED_STATUSES)
          .optional()
          .describe('Default: FAILED. Not supported for dead letters.'),
        jobId: JOB_ID.optional(),
        errorName: z.string().max(128).optional(),
        errorCategory: CATEGORY.optional(),
      })
      .default({}),
    mode: RETRY_MODE,
    dryRun: z.boolean().default(false).describe('Report what would happen without changing anything.'),
    limit: z
      .number()
      .int()
      .min(1)
      .max(100)
      .default(25)
      .describe('Maximum number of jobs. For dead letters, of jobs that run again.'),
    ratePerSecond: z
      .number()
      .min(0.1)
      .max(50)
      .default(5)
      .describe(`limit / ratePerSecond must not exceed ${MAX_REDRIVE_SECONDS}.`),
    cursor: CURSOR.optional().describe('`nextCursor` of the previous response. Use it with the same filter.'),
  })
  .meta({ id: 'RedriveRequest' });
export type RedriveRequest = z.output<typeof REDRIVE_REQUEST>;

const REDRIVE_RESULT = z
  .object({
    jobId: JOB_ID.nullable(),
    event: z.string().optional().describe('For undelivered events: type and subject of the event.'),
    outcome: z
      .enum(['redriven', 'restarted', 'delivered', 'refused', 'dropped'])
      .describe(
        'dropped: the job has changed since it was listed or its dead letter was written. delivered: the target has accepted the event.',
      ),
    reason: z.string(),
  })
  .meta({ id: 'RedriveResult' });
export type RedriveResult = z.infer<typeof REDRIVE_RESULT>;

export const REDRIVE_RESULTS = z
  .object({
    dryRun: z.boolean(),
    results: z.array(REDRIVE_RESULT),
    nextCursor: CURSOR.optional(),
    deadLetters: DEAD_LETTER_COUNTS.optional().describe(
      'For dead letters and undelivered events: what their queue holds afterwards.',
    ),
  })
  .meta({ id: 'RedriveResults' });
export type RedriveResults = z.infer<typeof REDRIVE_RESULTS>;
