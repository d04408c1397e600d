import { capOf, type QueuePolicy } from '../../../core/queue/queues.ts';
import { type Rate, STATES_RATES, TRANSITION_RATE } from '../../../local/limits.ts';
import { PRICES } from '../../costs/prices.ts';
import { TASK_START } from '../aws/fargate.ts';
import type { FunctionName } from '../aws/functions.ts';
import type { Burst } from '../product/uploads.ts';
import type { World } from '../product/world.ts';
import type { StepFunctions } from '../states/step-functions.ts';

interface Facts {
  burst: Burst;
  world: World;
  machine: StepFunctions;
  policy: QueuePolicy;
  finishedSeconds: number;
}
export type BurstReport = ReturnType<typeof reportBurst> & { slotsLeft: number; lineLeft: number };

/** Gigabytes of the functions whose time counts; that of the work does not. */
const GIGABYTES = 0.5;
const WORK: readonly FunctionName[] = ['process-image', 'process-document'];
/** Functions that are there for waiting alone. */
const WAITING: readonly FunctionName[] = ['reconcile-queues'];

/** Sums up a simulation, per job where that says more. */
export function reportBurst({ burst, world, machine, policy, finishedSeconds }: Facts) {
  const { table, functions, fargate, states, observer } = world;
  const jobs = burst.arrivals.length;
  const executions = [...machine.executions.values()];
  const count = (...status: string[]) => executions.filter((one) => status.includes(one.status)).length;
  const deadLettered = count('FAILED', 'TIMED_OUT');
  const begun = [...observer.members.values()].filter(({ begunAt }) => begunAt !== undefined);
  const waits = begun.map((one) => ((one.begunAt ?? 0) - one.since) / 1000).sort((a, b) => a - b);
  const transitions = sum(Object.values(machine.transitions));
  const errors: Record<string, number> = {};
  for (const { error } of executions) if (error) errors[error] = (errors[error] ?? 0) + 1;
  return {
    lost: jobs - count('SUCCEEDED') - deadLettered,
    deadLettered,
    outOfOrder: begun.filter((one) => one.isOutOfOrder).length,
    // Jobs whose admission was throttled arrive in line late, and go first all the same.
    outOfEntryOrder: begun.filter((one) => one.isOutOfEntryOrder).length,
    transitionsPerJob: perJob(transitions),
    lambdaCallsPerJob: perJob(sum(Object.values(functions.calls))),
    writeUnitsPerJob: perJob(table.use.writeUnits),
    readUnitsPerJob: perJob(table.use.readUnits),
    writesPerJob: perJob(table.use.writes),
    readsPerJob: perJob(table.use.reads),
    usdPerJob: dollars(total() / jobs),
    waitingUsdPerJob: dollars(waiting() / jobs),
    historyEventsMax: Math.max(...executions.map(({ events }) => events)),
    historyEventsBeforeWork: Math.max(0, ...begun.map(({ events }) => events)),
    maxConcurrent: observer.most.atWork,
    slots: policy.limit,
    slotsMax: observer.most.slots,
    overCap: Math.max(0, observer.most.overCap),
    waitingMax: observer.most.waiting,
    finishedSeconds: Math.round(finishedSeconds),
    idealSeconds: Math.round(idealSeconds(burst, policy)),
    quotaSeconds: Math.round(quotaSeconds(jobs, transitions)),
    throttles: {
      ...{ table: table.use.throttles, functions: functions.throttles },
      ...{ states: states.throttles, runTask: fargate.throttles },
    },
    deaths: functions.deaths + fargate.deaths,
    repairs: observer.repairs,
    repeatedWork: observer.works - begun.length,
    jain: observer.fairness.jain(),
    begunWhileAllWait: observer.fairness.begunTogether,
    waitSeconds: { p50: round(waits[waits.length >> 1] ?? 0), max: round(waits.at(-1) ?? 0) },
    tenantWaits: waitsOfLastTenant(burst, begun),
    readUnitsOf: Object.fromEntries(
      Object.entries(table.readUnitsOf).map(([part, units]) => [part, perJob(units)]),
    ),
    errors,
  };

  function perJob(value: number): number {
    return Math.round((1000 * value) / jobs) / 1000;
  }

  /** All but the work. */
  function total(): number {
    const { use } = world.rows;
    return (
      transitions * PRICES.stepFunctions.transition +
      lambda(Object.keys(functions.calls) as FunctionName[]) +
      units(table.use.writeUnits + use.writeUnits, table.use.readUnits + use.readUnits) +
      jobs * PRICES.eventBridge.event
    );
  }

  /** What is there for the queue alone: its function and its table. */
  function waiting(): number {
    return lambda(WAITING) + units(table.use.writeUnits, table.use.readUnits);
  }

  function lambda(names: readonly FunctionName[]): number {
    return sum(
      names.map((name) => {
        const seconds = WORK.includes(name) ? 0 : (functions.seconds[name] ?? 0);
        const requests = functions.calls[name] ?? 0;
        return requests * PRICES.lambda.request + seconds * GIGABYTES * PRICES.lambda.gigabyteSecond;
      }),
    );
  }
}

const units = (writes: number, reads: number) =>
  writes * PRICES.dynamodb.write + reads * PRICES.dynamodb.read;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const round = (value: number) => Math.round(value * 10) / 10;
const dollars = (value: number) => Number(value.toPrecision(4));

/** Seconds that the burst takes if every slot is always at work. */
function idealSeconds({ kind, arrivals, seconds }: Burst, policy: QueuePolicy): number {
  const start = kind === 'image' || kind === 'document' ? 0 : (TASK_START[0] + TASK_START[1]) / 2000;
  const tenants = new Set(arrivals.map(({ tenantId }) => tenantId));
  const allowed = sum([...tenants].map((tenantId) => capOf(policy, tenantId)));
  const slots = Math.min(policy.limit, allowed);
  const last = arrivals.reduce((latest, { at }) => Math.max(latest, at), 0);
  return Math.max(last + start + seconds, (arrivals.length * (start + seconds)) / slots);
}

/** Seconds that the quotas of Step Functions need for as many starts and transitions. */
function quotaSeconds(starts: number, transitions: number): number {
  const seconds = (count: number, { bucket, refill }: Rate) => (count - bucket) / refill;
  const start = seconds(starts, STATES_RATES.StartExecution as Rate);
  return Math.max(0, start, seconds(transitions, TRANSITION_RATE));
}

/** Waits of the tenant whose uploads come last in the list: the small one, where there is one. */
function waitsOfLastTenant(
  { arrivals }: Burst,
  begun: readonly { tenantId: string; since: number; begunAt: number | undefined }[],
) {
  const tenantId = arrivals.at(-1)?.tenantId ?? '';
  const waits = begun
    .filter((one) => one.tenantId === tenantId)
    .map((one) => ((one.begunAt ?? 0) - one.since) / 1000);
  return { tenantId, max: round(waits.reduce((most, wait) => Math.max(most, wait), 0)) };
}
