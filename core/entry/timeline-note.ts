import { log } from '../../base/log.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { TaskWork } from './task-token.ts';

/**
 * Makes a task write a note to the timeline of its job before its work: what the state machine has
 * to say about this try, in TIMELINE_NOTE. A note that cannot be written is no reason to fail.
 */
export function withTimelineNote(
  { jobs, note, now = () => new Date() }: { jobs: JobStore; note: string | undefined; now?: () => Date },
  work: TaskWork,
): TaskWork {
  if (!note) return work;
  return async (order, run) => {
    const { jobId, executionArn } = order;
    try {
      await jobs.note(jobId, { executionArn }, { note, at: now().toISOString() });
    } catch (error) {
      log.warn('timeline note not written', { error: error as Error });
    }
    return work(order, run);
  };
}
