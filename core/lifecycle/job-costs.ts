import type { DetectedType } from '../../media/kinds/detect-media-type.ts';

/**
 * Estimates of what a job costs in US dollars, those of docs/costs.md; tests/terraform/costs.test.ts
 * compares them. A minute of video or sound is taken to have 60 MB (8 Mbit/s) or 1 MB: an upload
 * that has not been opened does not tell its duration.
 */
const JOB_COSTS = {
  IMAGE: { job: 0.000254 },
  DOCUMENT: { job: 0.00043, conversion: 0.000827 },
  VIDEO: { job: 0.00207, minute: 0.00204, least: 0, bytesPerMinute: 60e6 },
  /** A task is billed for at least one minute. */
  AUDIO: { job: 0.000666, minute: 0.0000368, least: 0.000898, bytesPerMinute: 1e6 },
} as const;

/** Estimates the cost of a job in US dollars. `size`: of the upload, in bytes. */
export function estimateJobCost(
  { kind, convert }: Pick<DetectedType, 'kind' | 'convert'>,
  size: number,
): number {
  if (kind === 'DOCUMENT') return JOB_COSTS.DOCUMENT.job + (convert ? JOB_COSTS.DOCUMENT.conversion : 0);
  if (kind === 'IMAGE') return JOB_COSTS.IMAGE.job;
  const { job, minute, least, bytesPerMinute } = JOB_COSTS[kind];
  return Math.max(least, job + minute * (size / bytesPerMinute));
}
