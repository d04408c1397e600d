import { ERROR_CATEGORIES } from '../base/errors.ts';
import { MEDIA_KINDS } from '../media/kinds/media-kind.ts';

/** Plain lists without a schema library, so that the console and the CLI can import them. */

export const JOB_STATUSES = ['PROCESSING', 'COMPLETED', 'REJECTED', 'FAILED', 'CANCELLED'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** Detail types of job events. contract/job-events.ts has the schema of each. */
export const JOB_EVENT_TYPES = ['Job Completed', 'Job Rejected', 'Job Failed', 'Job Cancelled'] as const;
export type JobEventType = (typeof JOB_EVENT_TYPES)[number];

export { ERROR_CATEGORIES, MEDIA_KINDS };
