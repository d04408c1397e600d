import type { DetectedType } from '../../media/kinds/detect-media-type.ts';
import { type JobCost, KINDS } from '../../media/kinds/kinds.ts';

/** Estimates the cost of a job in US dollars. `size`: of the upload, in bytes. */
export function estimateJobCost(
  { kind, convert }: Pick<DetectedType, 'kind' | 'convert'>,
  size: number,
): number {
  const cost: JobCost = KINDS[kind].cost;
  const { job, conversion = 0, minute = 0, bytesPerMinute = 1, least = 0 } = cost;
  return Math.max(least, job + (convert ? conversion : 0) + minute * (size / bytesPerMinute));
}
