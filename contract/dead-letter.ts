import * as z from 'zod';
import { JOB_ERROR } from './job-api.ts';
import { ATTEMPT, EVENT_TIME, EXECUTION_ARN } from './job-events.ts';
import { JOB_ID } from './values.ts';

/**
 * Version of the dead-letter schema. The queue keeps a message for up to 14 days, so current code
 * reads what code of that age wrote. Within a version, fields are only added, and only optional
 * ones.
 */
export const DEAD_LETTER_VERSION = 1;

const VERSION = z.literal(DEAD_LETTER_VERSION);
const FIELDS = {
  version: VERSION.describe('Schema version.'),
  jobId: JOB_ID.nullable().describe('null if no upload started the execution.'),
  executionArn: EXECUTION_ARN,
  attempt: ATTEMPT,
  error: JOB_ERROR,
  source: z
    .looseObject({ bucket: z.string(), key: z.string(), versionId: z.string().nullable() })
    .nullable()
    .describe('The uploaded object.'),
  failedAt: EVENT_TIME,
};

export const DEAD_LETTER = z.looseObject(FIELDS).meta({
  title: 'Dead letter',
  description: 'A job that failed because of a pipeline fault, or an execution that belongs to no job.',
});

/** Reads a dead letter without a version, which predates versioning, as version 1. */
const KEPT = DEAD_LETTER.extend({ version: VERSION.default(DEAD_LETTER_VERSION) });

export type DeadLetter = z.infer<z.ZodObject<typeof FIELDS>>;

/**
 * Parses a queue message as a dead letter. Returns undefined if it is not one, or has a later
 * version.
 */
export function parseDeadLetter(body: string): DeadLetter | undefined {
  try {
    return KEPT.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
