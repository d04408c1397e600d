import type { QueueLoad } from '../../../core/queue/queue-view.ts';
import { QUEUES } from '../../../core/queue/queues.ts';
import type { GroupStatistics } from './statistics.ts';

export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy';

export interface Load {
  queues: readonly QueueLoad[];
  /** MAX_QUEUE_WAIT_SECONDS. */
  maxWaitSeconds: number;
  /** Whether the queues are those of all tenants, whose limits the caller can raise. */
  isWhole: boolean;
  deadLetters?: number | undefined;
  /** Events that EventBridge or Lambda could not deliver. */
  undelivered?: number | undefined;
}

/** Minimum number of ended jobs for a meaningful failure rate. */
const MEANINGFUL = 10;

/** Derives the health status. Failed jobs are the pipeline's fault; rejected uploads are not. */
export function healthCheck(
  { byStatus }: Pick<GroupStatistics, 'byStatus'>,
  { queues, maxWaitSeconds, isWhole, deadLetters = 0, undelivered = 0 }: Load,
): { status: HealthStatus; reasons: string[] } {
  const ended = byStatus.COMPLETED + byStatus.REJECTED + byStatus.FAILED;
  const failing = ended >= MEANINGFUL ? byStatus.FAILED / ended : 0;
  const reasons: string[] = [];
  if (failing >= 0.05) reasons.push(`${Math.round(failing * 100)}% of the jobs that ended have failed`);
  if (deadLetters > 0)
    reasons.push(
      deadLetters === 1
        ? '1 dead letter is waiting for an operator'
        : `${deadLetters} dead letters are waiting for an operator`,
    );
  if (undelivered > 0)
    reasons.push(`${undelivered} ${undelivered === 1 ? 'event' : 'events'} could not be delivered`);
  const late = queues.filter(({ oldestWaitSeconds }) => oldestWaitSeconds > maxWaitSeconds);
  reasons.push(...late.map((queue) => `${waitOf(queue)}${isWhole ? causeOf(queue) : ''}`));
  const full = isWhole
    ? queues.filter((queue) => queue.fullSeconds > maxWaitSeconds && !late.includes(queue))
    : [];
  reasons.push(...full.map((queue) => `${fullOf(queue)}${causeOf(queue)}`));
  if (failing >= 0.25) return { status: 'unhealthy', reasons };
  return { status: reasons.length > 0 ? 'degraded' : 'healthy', reasons };
}

const waitOf = ({ queue, oldestWaitSeconds }: QueueLoad) =>
  `a job has waited ${Math.floor(oldestWaitSeconds / 60)} minutes for ${queue}`;

const fullOf = ({ queue, fullSeconds }: QueueLoad) =>
  `${queue} has been full for ${Math.floor(fullSeconds / 60)} minutes`;

function causeOf({ queue, taken, limit }: QueueLoad): string {
  return taken >= limit
    ? `, where all slots (${limit}) are taken: raise ${QUEUES[queue].setting} if the account's quotas allow`
    : `, although ${limit - taken} of ${limit} slots are free: its tenant has all that it may have (MAX_TENANT_TASK_PERCENT, TENANT_PERCENTS), or reconcile-queues is not running`;
}
