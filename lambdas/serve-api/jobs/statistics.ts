import { ERROR_CATEGORIES, type ErrorCategory } from '../../../base/errors.ts';
import { JOB_STATUSES, type JobStatus } from '../../../contract/lists.ts';
import type { JobSummary } from '../../../core/jobs/job-row.ts';

export interface GroupStatistics {
  jobs: number;
  byStatus: Record<JobStatus, number>;
  /** Share of COMPLETED among the jobs that ended, not counting CANCELLED; null if none ended. */
  successRate: number | null;
  /** Share of the same jobs whose error is of the category. */
  errorRate: Record<ErrorCategory, number>;
  /** Seconds from admission to completion, for jobs that completed on their first attempt. */
  processingSeconds: Spread | null;
  jobsPerMinute: number;
}

export interface Spread {
  jobs: number;
  average: number;
  min: number;
  max: number;
  p50: number;
  p95: number;
}

/**
 * Aggregates jobs one at a time, so that the rows of a window are not kept in memory, only the
 * duration of each completed job.
 */
export function collector() {
  const counts = Object.fromEntries(JOB_STATUSES.map((status) => [status, 0])) as Record<JobStatus, number>;
  const errors = Object.fromEntries(ERROR_CATEGORIES.map((name) => [name, 0])) as Record<
    ErrorCategory,
    number
  >;
  const seconds: number[] = [];
  return {
    add({ status, error, createdAt, finishedAt, attempt }: JobSummary): void {
      counts[status]++;
      if (error && status !== 'CANCELLED') errors[error.category]++;
      if (status === 'COMPLETED' && attempt === 1 && finishedAt)
        seconds.push(Math.max(0, Date.parse(finishedAt) - Date.parse(createdAt)) / 1000);
    },
    statistics(minutes: number): GroupStatistics {
      const jobs = JOB_STATUSES.reduce((sum, status) => sum + counts[status], 0);
      const ended = counts.COMPLETED + counts.REJECTED + counts.FAILED;
      const share = (count: number) => (ended === 0 ? 0 : round(count / ended));
      return {
        jobs,
        byStatus: counts,
        successRate: ended === 0 ? null : share(counts.COMPLETED),
        errorRate: Object.fromEntries(
          ERROR_CATEGORIES.map((name) => [name, share(errors[name])]),
        ) as typeof errors,
        processingSeconds: spread(seconds),
        jobsPerMinute: minutes > 0 ? round(jobs / minutes) : 0,
      };
    },
  };
}

function spread(seconds: number[]): Spread | null {
  if (seconds.length === 0) return null;
  const sorted = seconds.toSorted((a, b) => a - b);
  /** Percentile by the nearest-rank method. */
  const percentile = (p: number) => round(sorted[Math.ceil((p / 100) * sorted.length) - 1] ?? 0);
  return {
    jobs: sorted.length,
    average: round(sorted.reduce((sum, value) => sum + value, 0) / sorted.length),
    min: round(sorted[0] ?? 0),
    max: percentile(100),
    p50: percentile(50),
    p95: percentile(95),
  };
}

export const round = (value: number) => Math.round(value * 10_000) / 10_000;
