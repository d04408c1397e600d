import type { SettingName } from '../base/config.ts';
import { executionArn } from '../core/aws/executions.ts';

export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';

/** Local names of the resources that Terraform creates on AWS. */
export const RESOURCES = {
  mediaBucket: 'media-input',
  outputBucket: 'media-output',
  jobTable: 'media-jobs',
  queueTable: 'media-queue',
  deadLetterQueue: 'job-dead-letters.fifo',
  /** Queue for events that could not be delivered. */
  undeliveredQueue: 'undelivered-events',
  topic: 'job-events',
  eventBus: 'default',
  stateMachine: 'media-pipeline',
  backfillStateMachine: 'media-backfill',
  cluster: 'media-pipeline',
} as const;

/** Lambda functions, named like their folders in lambdas/. */
export const FUNCTIONS = [
  'admit-upload',
  'backfill-uploads',
  'preview-profile',
  'process-image',
  'process-document',
  'record-outcome',
  'remove-outputs',
  'report-stopped-task',
  'reconcile-jobs',
  'reconcile-queues',
] as const;

export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

export const stateMachineArn = (name: string) => arn('states', `stateMachine:${name}`);
export const functionArn = (name: string) => arn('lambda', `function:${name}`);

/** Returns the settings that Terraform passes to every function and task (base/config.ts). */
export function productEnvironment(storageUrl: string): Partial<Record<SettingName, string>> {
  return {
    MEDIA_BUCKET: RESOURCES.mediaBucket,
    OUTPUT_BUCKET: RESOURCES.outputBucket,
    JOB_TABLE: RESOURCES.jobTable,
    QUEUE_TABLE: RESOURCES.queueTable,
    DEAD_LETTER_QUEUE_URL: `${storageUrl}/${ACCOUNT}/${RESOURCES.deadLetterQueue}`,
    UNDELIVERED_QUEUE_URL: `${storageUrl}/${ACCOUNT}/${RESOURCES.undeliveredQueue}`,
    EVENT_BUS_NAME: RESOURCES.eventBus,
    STATE_MACHINE_ARN: stateMachineArn(RESOURCES.stateMachine),
    BACKFILL_STATE_MACHINE_ARN: stateMachineArn(RESOURCES.backfillStateMachine),
    PREVIEW_FUNCTION: 'preview-profile',
  };
}

/** Fargate task families, named like their folders in tasks/. */
export const TASKS = ['transcode-video', 'transcode-audio', 'convert-office-document'] as const;

/** Size of a Fargate task: CPU units, memory in MiB, ephemeral storage in GiB. */
export interface TaskSize {
  cpu: number;
  memory: number;
  storage: number;
}

/** Sizes of each task, and of its try after a lack of memory, disk or time: the defaults of Terraform. */
export const TASK_SIZES: Readonly<
  Record<(typeof TASKS)[number], { normal: TaskSize; larger: Omit<TaskSize, 'storage'> }>
> = {
  'transcode-video': {
    normal: { cpu: 4096, memory: 8192, storage: 100 },
    larger: { cpu: 8192, memory: 32_768 },
  },
  'transcode-audio': {
    normal: { cpu: 1024, memory: 2048, storage: 40 },
    larger: { cpu: 2048, memory: 8192 },
  },
  'convert-office-document': {
    normal: { cpu: 1024, memory: 4096, storage: 21 },
    larger: { cpu: 2048, memory: 16_384 },
  },
};

/** Retries of the work after a failure that may pass, by kind: the defaults of Terraform. */
export const AUTOMATIC_RETRIES = { image: 6, document: 6, office: 4, video: 4, audio: 4 } as const;

/**
 * Returns the values of the placeholders in state-machines/*.json, which Terraform fills under the
 * same names.
 */
export function substitutions(): Record<string, string> {
  const snake = (name: string) => name.replaceAll('-', '_');
  const functions = FUNCTIONS.map((name) => [`${snake(name)}_function`, name]);
  const tasks = TASKS.map((name) => [`${snake(name)}_task_definition`, name]);
  const sizes = TASKS.flatMap((name) =>
    Object.entries(TASK_SIZES[name].larger).map(([part, value]) => [
      `${snake(name)}_larger_${part}`,
      String(value),
    ]),
  );
  const retries = Object.entries(AUTOMATIC_RETRIES).map(([kind, count]) => [`${kind}_retries`, `${count}`]);
  return {
    ...Object.fromEntries([...functions, ...tasks, ...sizes, ...retries]),
    media_bucket: RESOURCES.mediaBucket,
    output_bucket: RESOURCES.outputBucket,
    job_table: RESOURCES.jobTable,
    event_bus: RESOURCES.eventBus,
    // One for each attempt, as in terraform/state_machine.tf.
    capacity_providers: Array.from({ length: 57 }, () => "'FARGATE'").join(', '),
    ecs_cluster: arn('ecs', `cluster/${RESOURCES.cluster}`),
    private_subnet_a: 'subnet-a',
    private_subnet_b: 'subnet-b',
    task_security_group: 'sg-tasks',
    state_machine_arn: stateMachineArn(RESOURCES.stateMachine),
    execution_prefix: executionArn(stateMachineArn(RESOURCES.stateMachine), ''),
  };
}
