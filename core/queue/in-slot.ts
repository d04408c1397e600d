import { log } from '../../base/log.ts';
import type { WorkOrder } from '../../contract/work-order.ts';
import { executionName } from '../aws/executions.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { JobQueue } from './job-queue.ts';
import { queueOf } from './queues.ts';

/**
 * Returns whether a Fargate task may work: its execution has a slot, or gets one now. If not, as
 * after a redrive into the state of the work, puts the job in line: whoever hands it a slot fails
 * the state with `SlotGranted`, whose retry starts another task. Until then the state needs no task,
 * only heartbeats, which reconcile-queues sends.
 */
export async function mayWork(
  { queue, jobs, now = () => new Date() }: { queue: JobQueue; jobs: JobStore; now?: () => Date },
  order: WorkOrder,
  token: string,
): Promise<boolean> {
  const { jobId, tenantId, executionArn } = order;
  const member = { name: executionName(executionArn), jobId, tenantId };
  const name = queueOf(order);
  try {
    const { slots, policy } = await queue.read(name);
    if (!policy || slots.some((slot) => slot.name === member.name)) return true;
    if (await queue.take(name, member)) return true;
  } catch (error) {
    // Better one task too many than a job that fails because its slot could not be read.
    log.warn('slot not read', { error: error as Error });
    return true;
  }
  const at = now().toISOString();
  await jobs.progress(jobId, { executionArn }, { phase: 'queued', percent: 0 }, at);
  await queue.enter(name, { ...member, since: at, token, parked: true });
  log.info('no slot: the job waits in line, and the task ends', { queue: name });
  return false;
}

/**
 * Gives back the slot of an execution that has done its work. A failed try keeps it for `Retry`,
 * until the execution ends. Failures are only logged: reconcile-queues repairs a queue, but not a
 * failed job.
 */
export async function releaseSlot(queue: JobQueue, order: WorkOrder): Promise<void> {
  try {
    await queue.release(queueOf(order), executionName(order.executionArn));
  } catch (error) {
    log.warn('slot not given back', { error: error as Error });
  }
}
