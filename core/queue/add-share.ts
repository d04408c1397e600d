import { servedAtFirst } from './choose-tenant.ts';
import type { QueueState } from './queue-items.ts';
import type { QueueStore } from './queue-store.ts';
import type { QueueName } from './queues.ts';

/** Gives a tenant that begins to wait its share of the next slots. */
export async function addShare(
  store: QueueStore,
  queue: QueueName,
  tenantId: string,
  { slots, policy }: QueueState,
): Promise<void> {
  const shares = await store.shares(queue);
  if (!policy || shares.some((share) => share.tenantId === tenantId)) return;
  await store.putShare(queue, { tenantId, served: servedAtFirst(shares, slots, policy) });
}
