import './untraced.ts';

import { readFileSync } from 'node:fs';
import { readConfig } from '../../base/config.ts';
import { weightOf } from '../../core/queue/choose-tenant.ts';
import { capOf, policyOf, type QueuePolicy, queueOf } from '../../core/queue/queues.ts';
import { SETTINGS as ADMISSION } from '../../lambdas/admit-upload/admit-upload.ts';
import { SETTINGS as RECONCILER } from '../../lambdas/reconcile-queues/reconcile-queues.ts';
import { productEnvironment, substitutions } from '../../local/resources.ts';
import { Fargate } from './aws/fargate.ts';
import { Functions } from './aws/functions.ts';
import { QueueTable } from './aws/queue-table.ts';
import { Observer } from './observe/observer.ts';
import { type BurstReport, reportBurst } from './observe/report.ts';
import { integrationsOf } from './product/integrations.ts';
import { JobRows } from './product/job-rows.ts';
import { reconcileEveryMinute, recordOutcome } from './product/run-functions.ts';
import { type Burst, KINDS_OF_UPLOAD, uploadOf } from './product/uploads.ts';
import type { World } from './product/world.ts';
import { seededRandom } from './random.ts';
import { compileDefinition } from './states/definition.ts';
import { StatesClient } from './states/states-client.ts';
import { StepFunctions } from './states/step-functions.ts';
import { VirtualClock } from './virtual-clock.ts';

const DEFINITION = new URL('../../state-machines/media-pipeline.asl.json', import.meta.url);
/** Minutes after the last job in which the queue must become empty. */
const REST_MINUTES = 10;
/** Days after which the simulation gives up. */
const MAX_DAYS = 30;

/** Simulates a burst of uploads: the real queue and state machine, on a model of AWS, in virtual time. */
export async function simulateBurst(burst: Burst): Promise<BurstReport> {
  const clock = new VirtualClock();
  const random = seededRandom(burst.seed);
  const compute = { clock, random, deaths: burst.deaths ?? 0 };
  const config = configOf(burst);
  const queue = queueOf(KINDS_OF_UPLOAD[burst.kind].type);
  const policy = policyOf(queue, config) as QueuePolicy;
  const inputs = new Map<string, unknown>();
  let ended = 0;
  let endedAt = clock.now;
  const world = {} as World;
  const machine = new StepFunctions({
    ...{ clock, random, arn: config.STATE_MACHINE_ARN },
    definition: compileDefinition(readFileSync(DEFINITION, 'utf8'), substitutions()),
    integrations: integrationsOf(() => world),
    onEnd: (execution) => {
      ended++;
      endedAt = clock.now;
      if (execution.status !== 'SUCCEEDED') void recordOutcome(world, execution, inputs.get(execution.name));
    },
  });
  const prefix = config.STATE_MACHINE_ARN.replace(':stateMachine:', ':execution:');
  const observer: Observer = new Observer({
    clock,
    weightOf: (tenantId) => weightOf(policy, tenantId),
    capOf: (tenantId) => capOf(policy, tenantId),
    tenants: [...new Set(burst.arrivals.map(({ tenantId }) => tenantId))],
    execution: (name) => machine.executions.get(`${prefix}:${name}`) ?? { startedAt: 0, events: 0 },
    line: (tenantId) => table.partition(`${queue}#line`).from(`${tenantId}#`),
  });
  const table = new QueueTable({ clock, random, watch: (...change) => observer.seen(...change) });
  Object.assign(world, {
    ...{ clock, random, table, observer, config },
    rows: new JobRows(clock, random),
    functions: new Functions(compute),
    fargate: new Fargate(compute),
    states: new StatesClient(machine, clock, random),
    head: KINDS_OF_UPLOAD[burst.kind].head,
    workSeconds: burst.seconds,
    chunks: burst.chunks ?? 0,
    outOfMemory: burst.outOfMemory ?? 0,
    heartbeatSeconds: 15,
  } satisfies World);
  for (const [number, arrival] of burst.arrivals.entries()) {
    const { name, input } = uploadOf(burst.kind, arrival, number);
    inputs.set(name, input);
    clock.after(arrival.at * 1000, () => void machine.start(name, input));
  }
  reconcileEveryMinute(world);
  const limit = clock.now + MAX_DAYS * 24 * 3_600_000;
  await clock.run(() => ended === burst.arrivals.length || clock.now > limit);
  const counted = reportBurst({
    burst,
    world,
    machine,
    policy,
    finishedSeconds: secondsUntil(endedAt, clock),
  });
  // A hand-over that was cut short at the very end is repaired later.
  const rest = clock.now + REST_MINUTES * 60_000;
  await clock.run(() => clock.now > rest);
  const left = (part: string) =>
    [...table.partition(`${queue}#${part}`).from('')].filter(({ sk }) => sk !== 'policy');
  return { ...counted, slotsLeft: left('slots').length, lineLeft: left('line').length };
}

const secondsUntil = (at: number, clock: VirtualClock) => clock.seconds - (clock.now - at) / 1000;

function configOf({ kind, slots, weights = {}, percent = 100 }: Burst): World['config'] {
  const list = Object.entries(weights).map(([tenantId, weight]) => `${tenantId}=${weight}`);
  const environment = {
    ...productEnvironment(''),
    [KINDS_OF_UPLOAD[kind].setting]: String(slots),
    MAX_TENANT_TASK_PERCENT: String(percent),
    TENANT_WEIGHTS: list.join(','),
  };
  return readConfig(environment, [...ADMISSION, ...RECONCILER]);
}
