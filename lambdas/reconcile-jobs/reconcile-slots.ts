import { inBatches } from '../../base/in-batches.ts';
import { log } from '../../base/log.ts';
import { executionArn } from '../../core/aws/executions.ts';
import { SLOT_KINDS, slotLimits } from '../../core/jobs/task-slots.ts';
import type { MediaKind } from '../../media/kinds/kinds.ts';
import type { ReconcileDeps } from './reconcile-deps.ts';

const AT_ONCE = 4;

/**
 * Releases the task slots of executions that ended without doing so (a lost event, a task killed at
 * its last step), and writes changed limits for waiting jobs. Returns the number of slots released,
 * and the kinds with no free slot.
 */
export async function reconcileSlots({
  slots,
  executions,
  config,
}: Pick<ReconcileDeps, 'slots' | 'executions' | 'config'>): Promise<{ released: number; full: MediaKind[] }> {
  const full: MediaKind[] = [];
  let released = 0;
  for (const kind of SLOT_KINDS) {
    const taken = await slots.read(kind);
    if (!taken) continue;
    const limits = slotLimits(kind, config);
    if (taken.limit !== limits.limit || taken.share !== limits.share) await slots.setLimits(kind, limits);
    let held = taken.holders.length;
    await inBatches(taken.holders, AT_ONCE, async (holder) => {
      const { name } = holder;
      const execution = await executions.describe(executionArn(config.STATE_MACHINE_ARN, name));
      if (execution?.status === 'RUNNING' || !(await slots.release(kind, holder))) return;
      released++;
      held--;
      log.warn('task slot given back', { kind, execution: name, status: execution?.status });
    });
    if (held >= limits.limit) full.push(kind);
  }
  return { released, full };
}
