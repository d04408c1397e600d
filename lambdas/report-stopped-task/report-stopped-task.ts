import * as z from 'zod';
import type { ErrorName } from '../../base/errors.ts';
import { log } from '../../base/log.ts';
import type { TaskTokens } from '../../core/aws/task-tokens.ts';

/** @public Read by scripts/settings-of.ts. */
export const SETTINGS = [] as const;

/**
 * Task state change event:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
 */
const TASK_EVENT = z.object({
  detail: z.object({
    taskArn: z.string(),
    lastStatus: z.literal('STOPPED'),
    stopCode: z.string().nullish(),
    stoppedReason: z.string().nullish(),
    containers: z
      .array(z.object({ name: z.string(), exitCode: z.number().nullish(), reason: z.string().nullish() }))
      .default([]),
    overrides: z.object({
      containerOverrides: z.array(
        z.object({
          name: z.string(),
          environment: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
        }),
      ),
    }),
  }),
});

/** Signs in ECS's stop reason that a task was not merely interrupted; the first match counts. */
const SIGNS = [
  ['OutOfMemory', /OutOfMemory|out of memory/i],
  ['OutOfDisk', /no space left|ephemeral storage/i],
  ['AccessDenied', /AccessDenied|not authorized|unable to assume/i],
  ['NoCapacity', /capacity is unavailable|insufficient capacity|limit on the number of/i],
  ['MissingResource', /CannotPull|manifest unknown|repository .* not exist|pull image/i],
  ['ServiceUnavailable', /ResourceInitialization|CannotStartContainer|CannotCreateContainer/i],
] as const satisfies readonly [ErrorName, RegExp][];
/** All errors reported for stopped tasks, for dashboards and alarms. */
export const STOP_REASONS = ['Interrupted', ...SIGNS.map(([name]) => name)] as const;

/** Exit code of a task that found no slot (core/entry/task-main.ts). */
const WAITING = 75;

type StoppedTask = z.output<typeof TASK_EVENT>['detail'];

/**
 * Reports to Step Functions why a task stopped that could not report itself: out of memory, Spot
 * interruption, failed image pull, failed start. Otherwise the state would fail at its heartbeat
 * timeout without a reason. Does nothing if the task has already reported.
 */
export async function reportStoppedTask(tokens: TaskTokens, event: unknown): Promise<void> {
  const { detail } = TASK_EVENT.parse(event);
  const token = tokenOf(detail);
  // A task without a slot leaves its token to the queue (core/queue/in-slot.ts).
  if (!token || detail.containers.some(({ exitCode }) => exitCode === WAITING)) return;
  const { error, message } = explain(detail);
  const cause = JSON.stringify({ errorType: error, errorMessage: message, taskArn: detail.taskArn });
  // False if the token is no longer valid: the task has reported or timed out, or its execution was
  // stopped.
  if (await tokens.fail(token, { error, cause }))
    log.info('stopped task reported', { taskArn: detail.taskArn, error, reason: message });
}

function tokenOf({ overrides }: StoppedTask): string | undefined {
  const variables = overrides.containerOverrides.flatMap(({ environment }) => environment ?? []);
  return variables.find(({ name }) => name === 'TASK_TOKEN')?.value;
}

/**
 * Derives the error from the stop code, the stopped reason, and the containers' exit codes and
 * reasons, any of which may be empty.
 */
export function explain({ stopCode, stoppedReason, containers }: StoppedTask): {
  error: ErrorName;
  message: string;
} {
  const worst = containers.find(({ exitCode, reason }) => exitCode || reason) ?? containers[0];
  const exit = worst?.exitCode ?? undefined;
  const message = [stopCode, stoppedReason, worst?.reason, exit !== undefined && `exit code ${exit}`]
    .filter(Boolean)
    .join('; ');
  return {
    error: nameOf(message, exit),
    message: `The task stopped without reporting: ${message || 'no reason given'}.`,
  };
}

function nameOf(message: string, exit: number | undefined): ErrorName {
  const known = SIGNS.find(([, sign]) => sign.test(message))?.[0];
  if (known) return known;
  // 137 is SIGKILL: on Fargate almost always the kernel's OOM killer, unless ECS stopped the task
  // itself.
  if (exit === 137 && !/Spot|Scaling|UserInitiated|maintenance|Terminat/i.test(message)) return 'OutOfMemory';
  return 'Interrupted';
}
