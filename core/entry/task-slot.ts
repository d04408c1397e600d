import { MAX_CHUNK_TASKS } from '../../base/chunk-limits.ts';
import { log } from '../../base/log.ts';
import { parseSplitResult, type SplitResult, type WorkOrder } from '../../contract/work-order.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { mayWork, memberOf, releaseSlot } from '../queue/in-slot.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import { queueOf } from '../queue/queues.ts';
import type { TaskPart } from './task-part.ts';
import type { TaskRun, TaskWork } from './task-token.ts';

interface Slots {
  queue: JobQueue;
  jobs: JobStore;
  token: string;
  part: TaskPart;
  now?: () => Date;
}

/**
 * Makes a task work only while its execution has a slot. After its work it gives the slot back, unless
 * it has split the job: then it takes more, which the chunks keep and JoinVideo gives back.
 */
export function inSlot(slots: Slots, work: TaskWork): Required<Pick<TaskRun, 'mayStart' | 'work'>> {
  const { queue, jobs, token, part } = slots;
  return {
    mayStart: (order) => mayWork({ queue, jobs }, order, token, part.name === 'chunk' ? part.tasks : 1),
    work: async (order, run) => {
      const result = await work(order, run);
      if (part.name === 'chunk') {
        await run.settled();
        await reportWhole(slots, order);
        return result;
      }
      const split = part.name === 'whole' ? parseSplitResult(result) : undefined;
      if (split) return forChunks(slots, order, split, run.settled);
      await releaseSlot(queue, order, { mayBeInLine: part.name === 'join' });
      return result;
    },
  };
}

/**
 * Takes slots for the chunks of a job, and returns how many work at once: as many as it has slots.
 * Failures are only logged: one task at a time finishes the job, too.
 */
async function forChunks(
  { queue, jobs, part, now = () => new Date() }: Slots,
  order: WorkOrder,
  { split }: SplitResult,
  progressWritten: () => Promise<void>,
): Promise<SplitResult> {
  const { jobId, executionArn } = order;
  const most = Math.min(split.chunks.length, part.tasks, MAX_CHUNK_TASKS);
  let concurrency = 1;
  try {
    const held = await queue.takeMore(queueOf(order), memberOf(order), most - 1);
    concurrency = Math.max(1, Math.min(held, most));
    // What this task reported must not replace the chunks' progress.
    await progressWritten();
    await jobs.startChunks(jobId, { executionArn }, split.chunks.length, now().toISOString());
  } catch (error) {
    log.warn('slots or progress of chunks not written', { error: error as Error });
  }
  log.info('job split', { chunks: split.chunks.length, concurrency });
  return { split: { ...split, concurrency } };
}

/** Writes that a chunk is done: its last report may not have been due. */
async function reportWhole({ jobs, part: { chunk }, now = () => new Date() }: Slots, order: WorkOrder) {
  const { jobId, executionArn } = order;
  try {
    await jobs.chunkProgress(jobId, { executionArn }, { chunk, percent: 100 }, now().toISOString());
  } catch (error) {
    log.warn('progress not written', { error: error as Error });
  }
}
