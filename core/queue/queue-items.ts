import type { QueuePolicy } from './queues.ts';

/** Job that has a slot or waits for one. */
export interface Member {
  /** Name of its execution: a retry is another member. */
  name: string;
  jobId: string;
  tenantId: string;
}

/** A taken slot. */
export interface Slot extends Member {
  /** From 0; only those below the policy's limit are given to the next job. */
  number: number;
  /** ISO 8601. */
  grantedAt: string;
}

/** A waiting job. */
export interface Waiting extends Member {
  /** ISO 8601, from when it counts as waiting: the order within its tenant. */
  since: string;
}

/** How to tell a waiting job that its turn has come. */
export interface Ticket extends Waiting {
  /** Task token of the state that waits. */
  token: string;
  /**
   * true: the state of the work itself waits, without a task, and must be failed with `SlotGranted`
   * so that it starts one.
   */
  parked: boolean;
}

/** A task that waits in its own state: one of several, if its job was split. */
export interface Parked {
  name: string;
  token: string;
  /** Sort key of its item; of one that earlier code wrote, the name alone. */
  sk: string;
}

/** What a tenant with waiting jobs got so far: slots divided by its weight. */
export interface Share {
  tenantId: string;
  served: number;
}

/** Slots and rules of a queue. */
export interface QueueState {
  slots: Slot[];
  policy: QueuePolicy | undefined;
  /** Mean time that a slot is held, and when that was measured; undefined before the first. */
  meanSeconds: number | undefined;
  measuredAt: string | undefined;
  /** Jobs in line at the last count; undefined before the first. */
  counted: { waiting: number; at: string } | undefined;
  /** Since when all slots have been taken while jobs wait, ISO 8601, as reconcile-queues saw it. */
  fullSince: string | undefined;
}
