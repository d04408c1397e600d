import { executionName } from '../../../core/aws/executions.ts';
import type { Job } from '../../../core/jobs/job.ts';
import type { QueuePlace } from '../../../core/queue/queue-view.ts';
import { queueOf } from '../../../core/queue/queues.ts';
import type { ApiDeps } from '../api-deps.ts';

/** What the queue knows of a job and its row does not say. */
export interface QueueStanding {
  /** Replaces that of the row. */
  progress?: Job['progress'];
  queue?: QueuePlace;
}

/**
 * Returns where a job stands whose row says that it is queued. The row says so until the work
 * reports, which may be a minute after it got its slot.
 */
export async function queueStanding(
  { queueView }: Pick<ApiDeps, 'queueView'>,
  { status, progress, kind, order, tenantId, executionArn }: Job,
): Promise<QueueStanding> {
  if (status !== 'PROCESSING' || progress?.phase !== 'queued' || !kind || !tenantId) return {};
  const queue = queueOf({ kind, convert: order?.convert ?? false });
  const name = executionName(executionArn);
  if (await queueView.hasSlot(queue, name)) return { progress: { phase: 'starting', percent: 0 } };
  const place = await queueView.place(queue, { name, tenantId });
  return place ? { queue: place } : {};
}
