import { log } from '../../base/log.ts';
import type { WorkOrder } from '../../contract/work-order.ts';
import { executionName } from '../aws/executions.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { JobQueue } from './job-queue.ts';
import type { Member } from './queue-items.ts';
import { queueOf } from './queues.ts';

/**
 * Returns whether a Fargate task may work: its execution has a slot, or gets one now. If not, as
 * after a redrive into the state of the work, puts the job in line: whoever hands it a slot fails
 * the state with `SlotGranted`, whose retry starts another task. Until then the state needs no task,
 * only heartbeats, which reconcile-queues sends. `tasks`: those of its job that may work at once. The
 * only one gives back the other slots of its job. Of several, each takes a slot more while there are
 * fewer slots than `tasks` and one is free: after a redrive, more chunks may run than their job has
 * slots.
 */
export async function mayWork(
  { queue, jobs, now = () => new Date() }: { queue: JobQueue; jobs: JobStore; now?: () => Date },
  order: WorkOrder,
  token: string,
  tasks = 1,
): Promise<boolean> {
  const { jobId, executionArn } = order;
  const member = memberOf(order);
  const name = queueOf(order);
  try {
    const { slots, policy } = await queue.read(name);
    const held = slots.filter((slot) => slot.name === member.name).length;
    if (tasks === 1 && held > 1) await queue.keepOne(name, member.name);
    if (held > 0 && held < tasks) await queue.takeMore(name, member, held);
    if (!policy || held > 0) return true;
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

export const memberOf = ({ jobId, tenantId, executionArn }: WorkOrder): Member => ({
  name: executionName(executionArn),
  jobId,
  tenantId,
});

/**
 * Gives back the slot of an execution that has done its work. A failed try keeps it for `Retry`,
 * until the execution ends. Failures are only logged: reconcile-queues repairs a queue, but not a
 * failed job. `mayBeInLine`: several tasks of the execution may have entered the line, and only as many
 * left it as got a slot; it would be handed its own.
 */
export async function releaseSlot(
  queue: JobQueue,
  order: WorkOrder,
  { mayBeInLine = false } = {},
): Promise<void> {
  const [name, execution] = [queueOf(order), executionName(order.executionArn)];
  try {
    await (mayBeInLine ? queue.leave(name, execution) : queue.release(name, execution));
  } catch (error) {
    log.warn('slot not given back', { error: error as Error });
  }
}
