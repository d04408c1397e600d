import type { EventEntry } from '../events/event.ts';
import { arn, RESOURCES } from '../resources.ts';
import type { Exit } from './task-process.ts';

export interface EcsTask {
  arn: string;
  family: string;
  container: string;
  environment: readonly { Name: string; Value: string }[];
  startedBy: string;
  createdAt: Date;
}

const clusterArn = arn('ecs', `cluster/${RESOURCES.cluster}`);
export const taskDefinitionArn = (family: string) => arn('ecs', `task-definition/${family}:1`);

/**
 * Builds the ECS event for a stopped task:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
 */
export function taskStoppedEvent(task: EcsTask, exit: Exit, stopReason: string | undefined): EventEntry {
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
      desiredStatus: 'STOPPED',
      lastStatus: 'STOPPED',
      containers: [
        {
          name: task.container,
          taskArn: task.arn,
          lastStatus: 'STOPPED',
          ...(failedToStart
            ? { reason: `CannotStartContainerError: ${exit.error?.message}` }
            : { exitCode: exit.code }),
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
