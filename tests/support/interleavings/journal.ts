import { type Job, jobIdOf } from '../../../core/jobs/job.ts';
import { uploadOfInput } from '../../../core/uploads/upload-event.ts';
import type { World } from './world.ts';

/** What happened in a schedule beside what AWS holds. */
export interface Journal {
  uploads: number;
  /** Jobs that a user or an operator retried, cancelled, stopped or redrove. */
  touched: Set<string>;
  /** Reads during which the row did not change. */
  reads: number;
  problems: string[];
}

export const newJournal = (): Journal => ({ uploads: 0, touched: new Set(), reads: 0, problems: [] });

/** Returns all job rows, without waiting for a turn. */
export function rowsOf({ cloud }: World): Job[] {
  return [...cloud.table.items.values()].filter(({ jobId }) =>
    String(jobId).startsWith('job_'),
  ) as unknown as Job[];
}

/** Notes that somebody interfered with the job of an execution. */
export function touch({ machine }: World, journal: Journal, executionArn: string): void {
  const upload = uploadOfInput(machine.executions.get(executionArn)?.input);
  if (upload) journal.touched.add(jobIdOf(upload));
}
