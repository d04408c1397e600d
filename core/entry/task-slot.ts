import type { JobStore } from '../jobs/job-store.ts';
import { mayWork, releaseSlot } from '../queue/in-slot.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import type { TaskRun, TaskWork } from './task-token.ts';

/** Makes a task work only while its execution has a slot, which it gives back after its work. */
export function inSlot(
  { queue, jobs, token }: { queue: JobQueue; jobs: JobStore; token: string },
  work: TaskWork,
): Required<Pick<TaskRun, 'mayStart' | 'work'>> {
  return {
    mayStart: (order) => mayWork({ queue, jobs }, order, token),
    work: async (order, run) => {
      const result = await work(order, run);
      await releaseSlot(queue, order);
      return result;
    },
  };
}
