import * as z from 'zod';
import { JOB_ERROR, JOB_ID } from './job-api.ts';
import { ATTEMPT, EVENT_TIME, EXECUTION_ARN } from './job-events.ts';

/**
 * A failed execution as the dead-letter queue holds it, for up to 14 days: today's code reads what
 * code of that age wrote. Within a version fields are only added, and only optional ones.
 */
export const DEAD_LETTER_VERSION = 1;

const VERSION = z.literal(DEAD_LETTER_VERSION);
const FIELDS = {
  version: VERSION.describe('Of this schema.'),
  jobId: JOB_ID.nullable().describe('null: no upload started the execution.'),
  executionArn: EXECUTION_ARN,
  attempt: ATTEMPT,
  error: JOB_ERROR,
  source: z
    .looseObject({ bucket: z.string(), key: z.string(), versionId: z.string().nullable() })
    .nullable()
    .describe('The upload.'),
  failedAt: EVENT_TIME,
};

export const DEAD_LETTER = z.looseObject(FIELDS).meta({
  title: 'Dead letter',
  description: 'A job that failed by a fault of the pipeline, or an execution that belongs to no job.',
});

/** Letters from before there were versions are of the first. */
const KEPT = DEAD_LETTER.extend({ version: VERSION.default(DEAD_LETTER_VERSION) });

export type DeadLetter = z.infer<z.ZodObject<typeof FIELDS>>;

/**
 * The letter in a message of the queue; undefined for a message that is none, or one of a later
 * version.
 */
export function parseDeadLetter(body: string): DeadLetter | undefined {
  try {
    return KEPT.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
