import * as z from 'zod';
import { IDENTIFIER, JOB_ERROR, JOB_ID, KIND } from './job-api.ts';
import type { JobEventType } from './lists.ts';

/**
 * `detail` of the events that say how a job ended; docs/events.md is for those who read them. The
 * state machine writes `Job Completed`, core/lifecycle/announcements.ts the others. Within a
 * version fields are only added, and only optional ones: readers ignore what they do not know. Any
 * other change is a new version.
 */
export const JOB_EVENT_VERSION = 1;

/** ISO 8601, UTC, with milliseconds and `Z`: as text in the order of time. */
export const EVENT_TIME = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'expected a moment such as 2026-01-31T12:00:00.000Z')
  .meta({ format: 'date-time' });
export const EXECUTION_ARN = z.string().regex(/^arn:aws[a-z-]*:states:/, 'expected the ARN of an execution');
export const ATTEMPT = z.number().int().min(1);

const BASE = {
  version: z.literal(JOB_EVENT_VERSION).describe('Of this schema.'),
  jobId: JOB_ID,
  tenantId: IDENTIFIER.optional().describe('Absent only where none can be read from the key.'),
  userId: IDENTIFIER.optional().describe('Absent only where none can be read from the key.'),
  bucket: z.string().min(1).describe('Of the upload.'),
  key: z.string().min(1).describe('Of the upload, raw.'),
  kind: KIND.optional().describe('Absent where the job ended before it was known.'),
  attempt: ATTEMPT.describe(
    '1 for the first run; each retry adds one. jobId, attempt and status tell a repeat.',
  ),
  executionArn: EXECUTION_ARN,
  createdAt: EVENT_TIME.describe('When the upload was admitted; the same over retries.'),
  endedAt: EVENT_TIME.describe('When this attempt ended: finishedAt of the job.'),
};

const completed = {
  ...BASE,
  status: z.literal('COMPLETED'),
  tenantId: IDENTIFIER,
  userId: IDENTIFIER,
  kind: KIND.describe('What the upload turned out to be.'),
  outputBucket: z.string().min(1),
  manifestKey: z.string().min(1).describe('In the output bucket; lists every output.'),
  degraded: z.array(z.string()).describe('Why the outputs are less than the source could give.'),
};
const ended = <Status extends string>(status: Status) => ({
  ...BASE,
  status: z.literal(status),
  error: JOB_ERROR,
});
const rejected = ended('REJECTED');
const failed = ended('FAILED');
const cancelled = ended('CANCELLED');

/** Schemas of `detail`, by detail type. */
export const JOB_EVENTS = {
  'Job Completed': z.looseObject(completed).meta({
    title: 'Job Completed',
    description: 'The outputs of an upload are there.',
  }),
  'Job Rejected': z.looseObject(rejected).meta({
    title: 'Job Rejected',
    description: 'The upload is at fault; whoever uploaded it must act.',
  }),
  'Job Failed': z.looseObject(failed).meta({
    title: 'Job Failed',
    description: 'The pipeline is at fault; an operator must act. A dead letter says the same.',
  }),
  'Job Cancelled': z.looseObject(cancelled).meta({
    title: 'Job Cancelled',
    description: 'A person, a deletion or a newer upload to the same key ended the job.',
  }),
} as const satisfies Record<JobEventType, z.ZodType>;

type Plain<Fields extends z.ZodRawShape> = z.infer<z.ZodObject<Fields>>;
/** What code writes: the ends without outputs. */
export type JobEnded = Plain<typeof rejected> | Plain<typeof failed> | Plain<typeof cancelled>;
