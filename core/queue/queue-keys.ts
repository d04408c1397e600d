import { createHash } from 'node:crypto';
import type { Member, Parked, Slot, Ticket, Waiting } from './queue-items.ts';
import type { QueueName } from './queues.ts';

/** Item of the queue table (queue-table.ts). */
export type Item = Record<string, unknown>;

export const POLICY = 'policy';

export const slotKey = (queue: QueueName, number: number) => ({
  pk: `${queue}#slots`,
  sk: String(number).padStart(4, '0'),
});
export const policyKey = (queue: QueueName) => ({ pk: `${queue}#slots`, sk: POLICY });
export const lineKey = (queue: QueueName, { tenantId, since, name }: Waiting) => ({
  pk: `${queue}#line`,
  sk: `${tenantId}#${since}#${name}`,
});
/** Returns a key after the line of the tenant of a key: a time begins with a digit, before `~`. */
export const pastLine = ({ pk, sk }: Item) => ({ pk, sk: `${String(sk).split('#', 1)[0]}#~` });
export const shareKey = (queue: QueueName, tenantId: string) => ({ pk: `${queue}#shares`, sk: tenantId });
export const parkedKey = (queue: QueueName, { name, token }: Told) => ({
  pk: `${queue}#parked`,
  sk: `${name}#${digest(token)}`,
});
export const ticketKey = (queue: QueueName, { name, token }: Told) => ({
  pk: `ticket#${name}`,
  sk: `${queue}#${digest(token)}`,
});
type Told = Pick<Ticket, 'name' | 'token'>;
const digest = (token: string) => createHash('sha256').update(token).digest('hex').slice(0, 8);

/** Condition that a slot is held by an execution, or free if undefined. */
export const heldBy = (name: string | undefined) =>
  name === undefined
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#name = :from',
        ExpressionAttributeNames: { '#name': 'name' },
        ExpressionAttributeValues: { ':from': name },
      };

const memberOf = ({ name, jobId, tenantId }: Item): Member => ({
  name: String(name),
  jobId: String(jobId),
  tenantId: String(tenantId),
});
export const parkedOf = ({ sk, token }: Item): Parked => ({
  name: String(sk).split('#', 1)[0] ?? '',
  token: String(token),
  sk: String(sk),
});
export const slotOf = (item: Item): Slot => ({
  ...memberOf(item),
  number: Number(item.sk),
  grantedAt: String(item.grantedAt),
});
export const waitingOf = (item: Item): Waiting => ({ ...memberOf(item), since: String(item.since) });
