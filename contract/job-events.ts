import * as z from 'zod';
import { JOB_ERROR } from './job-api.ts';
import type { JobEventType } from './lists.ts';
import { IDENTIFIER, JOB_ID, KIND } from './values.ts';

/**
 * Version of the `detail` schemas of job events. docs/events.md documents them for consumers. The
 * state machine sends `Job Completed`, core/lifecycle/announcements.ts the others. Within a
 * version, fields are only added, and only optional ones: consumers ignore unknown fields. Any
 * other change is a new version.
 */
export const JOB_EVENT_VERSION = 1;

/** ISO 8601 timestamp in UTC: the pipeline's code and Step Functions write milliseconds and `Z`. */
export const EVENT_TIME = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|\+00:00)$/,
    'expected a timestamp such as 2026-01-31T12:00:00.000Z',
  )
  .meta({ format: 'date-time' });
export const EXECUTION_ARN = z.string().regex(/^arn:aws[a-z-]*:states:/, 'expected an execution ARN');
export const ATTEMPT = z.number().int().min(1);

const BASE = {
  version: z.literal(JOB_EVENT_VERSION).describe('Schema version.'),
  jobId: JOB_ID,
  tenantId: IDENTIFIER.optional().describe('Absent only if it cannot be parsed from the key.'),
  userId: IDENTIFIER.optional().describe('Absent only if it cannot be parsed from the key.'),
  bucket: z.string().min(1).describe('Bucket of the upload.'),
  key: z.string().min(1).describe('Key of the upload, not URL-encoded.'),
  kind: KIND.optional().describe('Absent if the job ended before its kind was determined.'),
  attempt: ATTEMPT.describe(
    '1 for the first run; each retry adds 1. jobId, attempt and status identify a duplicate.',
  ),
  executionArn: EXECUTION_ARN,
  createdAt: EVENT_TIME.describe('When the upload was admitted. Retries do not change it.'),
  endedAt: EVENT_TIME.describe('When this attempt ended: the finishedAt of the job.'),
};

const completed = {
  ...BASE,
  status: z.literal('COMPLETED'),
  tenantId: IDENTIFIER,
  userId: IDENTIFIER,
  kind: KIND.describe('Kind determined during processing.'),
  outputBucket: z.string().min(1),
  manifestKey: z.string().min(1).describe('Key in the output bucket. The manifest lists every output.'),
  manifestVersionId: z
    .string()
    .min(1)
    .optional()
    .describe('Version of the manifest. A later upload to the same key writes new versions.'),
  degraded: z.array(z.string()).describe('Reasons why the outputs fall short of the source.'),
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
    description: 'All outputs of an upload are published.',
  }),
  'Job Rejected': z.looseObject(rejected).meta({
    title: 'Job Rejected',
    description: 'The upload is at fault; the uploader must act.',
  }),
  'Job Failed': z.looseObject(failed).meta({
    title: 'Job Failed',
    description: 'The pipeline is at fault; an operator must act. A dead letter carries the same error.',
  }),
  'Job Cancelled': z.looseObject(cancelled).meta({
    title: 'Job Cancelled',
    description: 'A person, a deletion or a newer upload to the same key ended the job.',
  }),
} as const satisfies Record<JobEventType, z.ZodType>;

type Plain<Fields extends z.ZodRawShape> = z.infer<z.ZodObject<Fields>>;
/** Event details sent by code: every outcome except completion. */
export type JobEnded = Plain<typeof rejected> | Plain<typeof failed> | Plain<typeof cancelled>;
