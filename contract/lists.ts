import { ERROR_CATEGORIES, FAILED_STATUSES } from '../base/errors.ts';
import { describeOutput } from '../media/kinds/describe-output.ts';
import { KINDS, MEDIA_KINDS, type MediaKind } from '../media/kinds/kinds.ts';
import type { OutputName, OutputRow } from '../media/kinds/outputs.ts';

/**
 * Plain lists and tables without a schema library, so that the console and the CLI can import them.
 */

export const JOB_STATUSES = ['PROCESSING', 'COMPLETED', 'REJECTED', 'FAILED', 'CANCELLED'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** Detail types of job events. contract/job-events.ts has the schema of each. */
export const JOB_EVENT_TYPES = ['Job Completed', 'Job Rejected', 'Job Failed', 'Job Cancelled'] as const;
export type JobEventType = (typeof JOB_EVENT_TYPES)[number];

export {
  describeOutput,
  ERROR_CATEGORIES,
  FAILED_STATUSES,
  KINDS,
  MEDIA_KINDS,
  type MediaKind,
  type OutputName,
  type OutputRow,
};
