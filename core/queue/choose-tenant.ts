import type { Share, Slot } from './queue-items.ts';
import { capOf, type QueuePolicy } from './queues.ts';

/** Returns how many of the slots each tenant holds. */
function runningByTenant(slots: readonly Slot[]): ReadonlyMap<string, number> {
  const running = new Map<string, number>();
  for (const { tenantId } of slots) running.set(tenantId, (running.get(tenantId) ?? 0) + 1);
  return running;
}

export const weightOf = ({ weights }: QueuePolicy, tenantId: string): number => weights[tenantId] ?? 1;

/**
 * Returns the tenants whose next job may start, the one to go first at the front: the one that has
 * got the fewest slots for its weight, counting those that it holds now twice. Counting only the
 * latter, a tenant beyond the number of slots would wait for ever: all others have none, too, each
 * time their job has ended.
 */
export function tenantsInTurn(
  shares: readonly Share[],
  slots: readonly Slot[],
  policy: QueuePolicy,
): string[] {
  const running = runningByTenant(slots);
  return shares
    .filter(({ tenantId }) => (running.get(tenantId) ?? 0) < capOf(policy, tenantId))
    .map(({ tenantId, served }) => ({
      tenantId,
      due: served + (running.get(tenantId) ?? 0) / weightOf(policy, tenantId),
    }))
    .sort((a, b) => a.due - b.due || (a.tenantId < b.tenantId ? -1 : 1))
    .map(({ tenantId }) => tenantId);
}

/**
 * Returns what a tenant that begins to wait has got so far: as much as the one that has got least
 * of those that compete with it. So its past counts neither for nor against it.
 */
export function servedAtFirst(shares: readonly Share[], slots: readonly Slot[], policy: QueuePolicy): number {
  const competing = new Set(tenantsInTurn(shares, slots, policy));
  const served = (competing.size > 0 ? shares.filter(({ tenantId }) => competing.has(tenantId)) : shares).map(
    (share) => share.served,
  );
  return served.length > 0 ? Math.min(...served) : 0;
}

export const heldBy = (slots: readonly Slot[], tenantId: string): number =>
  runningByTenant(slots).get(tenantId) ?? 0;

/** Returns true if its tenant has as many slots as it may that were given to it before this one. */
export function isOverCap(slot: Slot, slots: readonly Slot[], policy: QueuePolicy): boolean {
  const earlier = slots.filter(
    ({ tenantId, grantedAt, number }) =>
      tenantId === slot.tenantId &&
      number !== slot.number &&
      (grantedAt < slot.grantedAt || (grantedAt === slot.grantedAt && number < slot.number)),
  );
  return earlier.length >= capOf(policy, slot.tenantId);
}

export function freeSlots(slots: readonly Slot[], { limit }: QueuePolicy): number[] {
  const taken = new Set(slots.map(({ number }) => number));
  return Array.from({ length: limit }, (_, number) => number).filter((number) => !taken.has(number));
}

/** Returns a number that depends on the text alone. */
export const hash = (text: string) =>
  [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
