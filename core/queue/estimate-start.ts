import type { QueueState } from './queue-items.ts';
import { capOf } from './queues.ts';

/**
 * Estimates when a waiting job gets a slot, in milliseconds since the epoch: each slot is held for
 * the mean time, and one that is overdue ends now. Returns undefined before a mean was measured.
 */
export function estimateStart(
  { slots, policy, meanSeconds }: QueueState,
  { tenantId, before, ahead }: { tenantId: string; before: number; ahead: number },
  now: number,
): number | undefined {
  if (!policy || meanSeconds === undefined) return undefined;
  const mean = meanSeconds * 1000;
  const endOf = ({ grantedAt }: { grantedAt: string }) => Math.max(now, Date.parse(grantedAt) + mean);
  const usable = slots.filter(({ number }) => number < policy.limit);
  const own = slots.filter((slot) => slot.tenantId === tenantId);
  const any = turn(usable.map(endOf), policy.limit, ahead, { mean, now });
  // Its tenant may have all the slots that it may, while others are free.
  return Math.max(any, turn(own.map(endOf), capOf(policy, tenantId), before, { mean, now }));
}

/**
 * Returns when one of `count` slots is free for the job that has so many before it. `ends`: when
 * those taken are given back, all within one mean time.
 */
function turn(
  ends: readonly number[],
  count: number,
  before: number,
  { mean, now }: { mean: number; now: number },
): number {
  const free = Array.from({ length: Math.max(0, count - ends.length) }, () => now);
  // Those beyond `count`, after it was lowered, are not given to the next.
  const turns = [...free, ...ends].sort((a, b) => a - b).slice(-count);
  return (turns[before % count] ?? now) + Math.floor(before / count) * mean;
}
