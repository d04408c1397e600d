import type * as z from 'zod';
import { describeIssues } from '../../base/describe-issues.ts';
import { MediaError } from '../../base/errors.ts';
import { log } from '../../base/log.ts';
import { JOB_ROW, type Job } from './job.ts';
import { STATUS_ATTRIBUTES, SUMMARY_ATTRIBUTES } from './job-table.ts';

export type JobSummary = Pick<Job, 'jobId' | (typeof SUMMARY_ATTRIBUTES)[number]>;
export type StatusEntry = Pick<Job, 'jobId' | 'status' | 'updatedAt' | (typeof STATUS_ATTRIBUTES)[number]>;

const SUMMARY_ROW: z.ZodType<JobSummary> = JOB_ROW.pick(mask(['jobId', ...SUMMARY_ATTRIBUTES]));
const STATUS_ROW: z.ZodType<StatusEntry> = JOB_ROW.pick(
  mask(['jobId', 'status', 'updatedAt', ...STATUS_ATTRIBUTES]),
);

/**
 * Parses a job row. Throws `CorruptJobRow` if it is invalid: writes based on a partial row could
 * lose outputs or announce a wrong outcome.
 */
export function parseJob(item: unknown): Job {
  const parsed = JOB_ROW.safeParse(item);
  if (parsed.success) return parsed.data;
  const problems = describeIssues(parsed.error, item);
  throw new MediaError('CorruptJobRow', `Invalid job row ${idOf(item)}; ${problems}.`);
}

/** Parses rows of the indexes for lists and statistics. */
export const parseSummaries = (items: readonly unknown[]) => readable(SUMMARY_ROW, items);

/** Parses rows of the `byStatus` index. */
export const parseStatusEntries = (items: readonly unknown[]) => readable(STATUS_ROW, items);

/**
 * Skips and logs rows that cannot be parsed, so that one invalid row does not hide the others.
 */
function readable<Row>(schema: z.ZodType<Row>, items: readonly unknown[]): Row[] {
  return items.flatMap((item) => {
    const parsed = schema.safeParse(item);
    if (parsed.success) return [parsed.data];
    log.error('job row left out', { jobId: idOf(item), reason: describeIssues(parsed.error, item) });
    return [];
  });
}

function mask<Name extends string>(names: readonly Name[]): Record<Name, true> {
  return Object.fromEntries(names.map((name) => [name, true])) as Record<Name, true>;
}

function idOf(item: unknown): string {
  const { jobId } = (item ?? {}) as { jobId?: unknown };
  return typeof jobId === 'string' ? jobId : 'without a jobId';
}
