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
 * Reads a row. Throws `CorruptJobRow` for one that is none, rather than work with half of it: who
 * writes by it could lose outputs or announce what is not true.
 */
export function parseJob(item: unknown): Job {
  const parsed = JOB_ROW.safeParse(item);
  if (parsed.success) return parsed.data;
  const problems = describeIssues(parsed.error, item);
  throw new MediaError('CorruptJobRow', `Expected a job in the row ${idOf(item)}; ${problems}.`);
}

/** Reads rows of the indexes for lists and statistics. */
export const parseSummaries = (items: readonly unknown[]) => readable(SUMMARY_ROW, items);

/** Reads rows of the index by status. */
export const parseStatusEntries = (items: readonly unknown[]) => readable(STATUS_ROW, items);

/**
 * One row that cannot be read must not hide the others: it is left out, and the log says which and
 * why.
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
