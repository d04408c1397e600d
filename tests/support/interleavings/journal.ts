import type { Job } from '../../../core/jobs/job.ts';
import type { World } from './world.ts';

/** What happened in a schedule beside what AWS holds. */
export interface Journal {
  uploads: number;
  /** Jobs that a user cancelled, or whose execution an operator stopped. */
  cancelled: Set<string>;
  /** Reads during which the row did not change. */
  reads: number;
  problems: string[];
}

export const newJournal = (): Journal => ({ uploads: 0, cancelled: new Set(), reads: 0, problems: [] });

/** Returns all job rows, without waiting for a turn. */
export function rowsOf({ cloud }: World): Job[] {
  return [...cloud.table.items.values()].filter(({ jobId }) =>
    String(jobId).startsWith('job_'),
  ) as unknown as Job[];
}
