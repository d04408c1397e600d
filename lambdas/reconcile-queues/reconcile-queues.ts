import type { Config } from '../../base/config.ts';
import { inBatches } from '../../base/in-batches.ts';
import { log } from '../../base/log.ts';
import { type Executions, executionArn, executionName } from '../../core/aws/executions.ts';
import type { TaskTokens } from '../../core/aws/task-tokens.ts';
import type { Job } from '../../core/jobs/job.ts';
import type { JobStore } from '../../core/jobs/job-store.ts';
import type { JobQueue } from '../../core/queue/job-queue.ts';
import type { Parked, QueueState, Slot } from '../../core/queue/queue-items.ts';
import {
  policyOf,
  QUEUE_NAMES,
  QUEUE_SETTINGS,
  type QueueName,
  type QueuePolicy,
} from '../../core/queue/queues.ts';

export const SETTINGS = ['JOB_TABLE', 'QUEUE_TABLE', 'STATE_MACHINE_ARN', ...QUEUE_SETTINGS] as const;

const AT_ONCE = 8;
/** Age of a slot in milliseconds from which its job should have started. */
const UNTOLD = 20_000;
/** Policy of a queue that was turned off while jobs waited in it: everybody may go. */
const OPEN: QueuePolicy = { limit: 1000, percent: 100, percents: {}, weights: {} };

interface QueueLoad {
  queue: QueueName;
  /** true: jobs wait, and there is no free slot. */
  isFull: boolean;
  /** Jobs in line, and seconds that the first of them has waited; of each fifth minute only. */
  line: { waiting: number; oldestSeconds: number } | undefined;
}

export interface QueueRepairs {
  /** Slots of ended executions given back. */
  released: number;
  /** Jobs told again that they have a slot. */
  told: number;
  loads: QueueLoad[];
}

interface ReconcileQueuesDeps {
  queue: JobQueue;
  jobs: JobStore;
  executions: Executions;
  tokens: TaskTokens;
  config: Config<(typeof SETTINGS)[number]>;
  now: () => Date;
}
type Deps = ReconcileQueuesDeps;

/** Every so many minutes, Step Functions is asked about each slot, and the lines are surveyed. */
const THOROUGH_MINUTES = 5;

/** Slots of a queue about which it is asked at a time, so that a round ends within its minute. */
const MAX_DESCRIBED = 100;

/**
 * Looks at every queue once a minute: writes a changed policy, gives back the slots of executions
 * that have ended, tells jobs again that do not start, keeps the states of parked tasks alive, and
 * gives free slots to those that wait.
 */
export async function reconcileQueues(deps: Deps): Promise<QueueRepairs> {
  const minutes = Math.floor(deps.now().getTime() / 60_000);
  const isThorough = minutes % THOROUGH_MINUTES === 0;
  const round = Math.floor(minutes / THOROUGH_MINUTES);
  const repairs: QueueRepairs = { released: 0, told: 0, loads: [] };
  for (const queue of QUEUE_NAMES) {
    const configured = policyOf(queue, deps.config);
    const state = await deps.queue.read(queue);
    if (!state.policy) continue;
    const policy = configured ?? OPEN;
    if (!isSame(state.policy, policy)) await deps.queue.setPolicy(queue, policy);
    // A split job has several.
    const slots = [...new Map(state.slots.map((slot) => [slot.name, slot])).values()];
    const rounds = Math.ceil(slots.length / MAX_DESCRIBED);
    await inBatches(slots, AT_ONCE, (slot) =>
      reconcileSlot(deps, queue, slot, isThorough && slot.number % rounds === round % rounds, repairs),
    );
    for (const parked of await deps.queue.parked(queue)) await reconcileParked(deps, queue, state, parked);
    const line = isThorough ? await deps.queue.survey(queue) : undefined;
    await deps.queue.dispatch(queue);
    repairs.loads.push(await loadOf(deps, queue, policy, line));
  }
  return repairs;
}

async function reconcileSlot(
  deps: Deps,
  queue: QueueName,
  slot: Slot,
  isThorough: boolean,
  repairs: QueueRepairs,
): Promise<void> {
  if (deps.now().getTime() - Date.parse(slot.grantedAt) < UNTOLD) return;
  const { name, jobId } = slot;
  const job = await deps.jobs.get(jobId);
  if (await hasEnded(deps, slot, job, isThorough)) {
    await deps.queue.leave(queue, name);
    repairs.released++;
    log.warn('slot of an ended execution given back', { queue, execution: name });
  } else if (job?.progress?.phase === 'queued' && (await deps.queue.tellAgain(queue, slot))) {
    repairs.told++;
    log.warn('job told again that it has a slot', { queue, execution: name });
  }
}

/**
 * Keeps the state of a parked task alive: without a heartbeat, it would start another task every few
 * minutes. Tells it again if its execution has a slot: others of its tasks may work already.
 */
async function reconcileParked(
  { queue: queues, tokens, now }: Deps,
  queue: QueueName,
  { slots }: QueueState,
  parked: Parked,
): Promise<void> {
  const isAlive = await tokens.beat(parked.token);
  if (!isAlive) await queues.removeParked(queue, parked);
  const slot = slots.find(({ name }) => name === parked.name);
  const isUntold = slot && now().getTime() - Date.parse(slot.grantedAt) >= UNTOLD;
  if (isAlive && isUntold && (await queues.tellAgain(queue, slot)))
    log.warn('parked task told again that its job has a slot', { queue, execution: parked.name });
}

/**
 * Returns whether the execution of a slot has ended. The row answers for most; it may say that a job
 * goes on whose execution has ended unnoticed, and before a redrive is noticed the opposite.
 */
async function hasEnded(
  { executions, config }: Deps,
  { name }: Slot,
  job: Job | undefined,
  isThorough: boolean,
): Promise<boolean> {
  const isRunning = job?.status === 'PROCESSING' && executionName(job.executionArn) === name;
  if (isRunning && !isThorough) return false;
  const execution = await executions.describe(executionArn(config.STATE_MACHINE_ARN, name));
  return execution?.status !== 'RUNNING';
}

async function loadOf(
  { queue: queues, now }: Deps,
  queue: QueueName,
  { limit }: QueuePolicy,
  line: { waiting: number; oldest: string | undefined } | undefined,
): Promise<QueueLoad> {
  const { slots, fullSince } = await queues.read(queue);
  const isFull = slots.length >= limit && (await queues.hasLine(queue));
  if (isFull !== (fullSince !== undefined))
    await queues.setFullSince(queue, isFull ? now().toISOString() : undefined);
  if (!line) return { queue, isFull, line };
  const { waiting, oldest } = line;
  const oldestSeconds = oldest ? Math.round((now().getTime() - Date.parse(oldest)) / 1000) : 0;
  return { queue, isFull, line: { waiting, oldestSeconds } };
}

const isSame = (a: QueuePolicy, b: QueuePolicy) =>
  JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));
const canonical = ({ limit, percent, percents, weights }: QueuePolicy) => [
  limit,
  percent,
  Object.entries(percents).sort(),
  Object.entries(weights).sort(),
];
