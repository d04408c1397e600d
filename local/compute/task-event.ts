import type { EventEntry } from '../events/event.ts';
import { arn, RESOURCES, type TaskSize } from '../resources.ts';
import type { Exit } from './task-process.ts';

export interface EcsTask {
  arn: string;
  family: string;
  container: string;
  environment: readonly { Name: string; Value: string }[];
  size: TaskSize;
  startedBy: string;
  createdAt: Date;
}

const clusterArn = arn('ecs', `cluster/${RESOURCES.cluster}`);
export const taskDefinitionArn = (family: string) => arn('ecs', `task-definition/${family}:1`);

/**
 * Builds the ECS event for a stopped task:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
 */
export function taskStoppedEvent(
  task: EcsTask,
  exit: Exit,
  { stopReason, containerReason }: { stopReason?: string | undefined; containerReason?: string | undefined },
): EventEntry {
  const stoppedAt = new Date().toISOString();
  const createdAt = task.createdAt.toISOString();
  const failedToStart = exit.code === undefined;
  const environment = task.environment.map(({ Name, Value }) => ({ name: Name, value: Value }));
  return {
    source: 'aws.ecs',
    detailType: 'ECS Task State Change',
    resources: [task.arn],
    detail: {
      attachments: [],
      clusterArn,
      taskArn: task.arn,
      taskDefinitionArn: taskDefinitionArn(task.family),
      group: `family:${task.family}`,
      startedBy: task.startedBy,
      launchType: 'FARGATE',
      cpu: String(task.size.cpu),
      memory: String(task.size.memory),
      ephemeralStorage: { sizeInGiB: task.size.storage },
      desiredStatus: 'STOPPED',
      lastStatus: 'STOPPED',
      containers: [
        {
          name: task.container,
          taskArn: task.arn,
          lastStatus: 'STOPPED',
          ...(failedToStart
            ? { reason: `CannotStartContainerError: ${exit.error?.message}` }
            : { exitCode: exit.code, ...(containerReason && { reason: containerReason }) }),
        },
      ],
      overrides: { containerOverrides: [{ name: task.container, environment }] },
      createdAt,
      startedAt: createdAt,
      stoppingAt: stoppedAt,
      stoppedAt,
      stopCode: failedToStart
        ? 'TaskFailedToStart'
        : stopReason
          ? 'UserInitiated'
          : 'EssentialContainerExited',
      stoppedReason: failedToStart
        ? 'Task failed to start'
        : (stopReason ?? 'Essential container in task exited'),
      version: 1,
    },
  };
}
