import type { SFNClient } from '@aws-sdk/client-sfn';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Config } from '../../../base/config.ts';
import { TaskTokens } from '../../../core/aws/task-tokens.ts';
import { JobQueue } from '../../../core/queue/job-queue.ts';
import { QueueStore } from '../../../core/queue/queue-store.ts';
import type { SETTINGS as ADMISSION } from '../../../lambdas/admit-upload/admit-upload.ts';
import type { SETTINGS as RECONCILER } from '../../../lambdas/reconcile-queues/reconcile-queues.ts';
import type { Fargate } from '../aws/fargate.ts';
import type { Functions } from '../aws/functions.ts';
import type { MortalProcess } from '../aws/mortal-process.ts';
import type { QueueTable } from '../aws/queue-table.ts';
import type { Observer } from '../observe/observer.ts';
import type { Random } from '../random.ts';
import type { StatesClient } from '../states/states-client.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { JobRows } from './job-rows.ts';

/** AWS, and what the product's functions and tasks know. */
export interface World {
  clock: VirtualClock;
  random: Random;
  table: QueueTable;
  rows: JobRows;
  functions: Functions;
  fargate: Fargate;
  states: StatesClient;
  observer: Observer;
  config: Config<(typeof ADMISSION)[number] | (typeof RECONCILER)[number]>;
  /** First bytes of every upload. */
  head: Buffer;
  /** Seconds of the work on one job, in the mean. */
  workSeconds: number;
  /** Chunks of each film; 0: videos are not split. */
  chunks: number;
  /** Probability that a Fargate task of the normal size runs out of memory. */
  outOfMemory: number;
  /** Heartbeats of a Fargate task. */
  heartbeatSeconds: number;
}

/** Opens what core/entry/ opens in a process: the real queue, on the table of the simulation. */
export function openQueue({ table, states, rows, clock, config }: World, process: MortalProcess) {
  const tokens = new TaskTokens(process.client<SFNClient>(states));
  const store = new QueueStore(process.client<DynamoDBDocumentClient>(table), config.QUEUE_TABLE);
  return { tokens, queue: new JobQueue({ store, jobs: rows, tokens, now: () => clock.date() }) };
}
