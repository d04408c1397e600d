import { type Fargate, LaunchFailure } from '../compute/fargate.ts';
import { type EcsTask, taskDefinitionArn } from '../compute/task-event.ts';
import { tokenBucket } from '../faults/rate-limits.ts';
import { LIMITS, RUN_TASK_RATE } from '../limits.ts';
import { TaskError } from './task-error.ts';
import type { Integration } from './task-run.ts';

interface RunTaskParameters {
  TaskDefinition?: string;
  Overrides?: {
    Cpu?: string;
    Memory?: string;
    ContainerOverrides?: { Name?: string; Environment?: { Name: string; Value: string }[] }[];
  };
}

/**
 * Implements `ecs:runTask.waitForTaskToken`: the task reports its result with the token in its
 * environment. `timeScale`: of the rate at which ECS takes calls.
 */
export function ecsIntegration(fargate: Fargate, timeScale: number): Record<string, Integration> {
  const mayRun = tokenBucket(RUN_TASK_RATE, timeScale);
  return {
    'arn:aws:states:::ecs:runTask.waitForTaskToken': async ({
      parameters,
      executionName,
      signal,
      started,
    }) => {
      const { TaskDefinition = '', Overrides } = parameters as RunTaskParameters;
      const [container] = Overrides?.ContainerOverrides ?? [];
      const family = TaskDefinition.replace(/^.*task-definition\//, '').replace(/:\d+$/, '');
      const environment = container?.Environment ?? [];
      for (const { Name, Value } of environment) {
        if (typeof Value === 'string') continue;
        throw new TaskError(
          'States.Runtime',
          `Expected the environment variable ${Name} to be a string, got ${JSON.stringify(Value)}`,
        );
      }
      for (const name of ['Cpu', 'Memory'] as const) {
        if (Overrides?.[name] === undefined || typeof Overrides[name] === 'string') continue;
        const got = JSON.stringify(Overrides[name]);
        throw new TaskError('States.Runtime', `Expected the override ${name} to be a string, got ${got}`);
      }
      assertWithinOverrides(Overrides);
      // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
      if (!mayRun())
        throw new TaskError(
          'ECS.AmazonECSException',
          'Rate exceeded (Service: AmazonECS; Status Code: 400; Error Code: ThrottlingException)',
        );
      try {
        const startedBy = `AWS Step Functions: ${executionName}`;
        const name = container?.Name ?? family;
        const size = { cpu: Overrides?.Cpu, memory: Overrides?.Memory };
        return answer(
          await fargate.run({ family, container: name, environment, size, startedBy, signal, started }),
        );
      } catch (error) {
        if (signal.aborted) throw error;
        // https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
        if (error instanceof LaunchFailure) throw new TaskError('AmazonECS.Unknown', error.message);
        throw new TaskError('ECS.ClientException', (error as Error).message);
      }
    },
  };
}

/** Refuses as ECS does, whose API has the same members in camelCase. */
function assertWithinOverrides(overrides: RunTaskParameters['Overrides']): void {
  if (JSON.stringify(overrides ?? {}).length <= LIMITS.overrideCharacters) return;
  throw new TaskError(
    'ECS.InvalidParameterException',
    `Container Overrides length must be at most ${LIMITS.overrideCharacters} (Service: AmazonECS; Status Code: 400; Error Code: InvalidParameterException)`,
  );
}

function answer(task: EcsTask) {
  return {
    Failures: [],
    Tasks: [
      {
        TaskArn: task.arn,
        TaskDefinitionArn: taskDefinitionArn(task.family),
        CreatedAt: task.createdAt.getTime(),
        LastStatus: 'PROVISIONING',
        DesiredStatus: 'RUNNING',
        LaunchType: 'FARGATE',
        Cpu: String(task.size.cpu),
        Memory: String(task.size.memory),
        EphemeralStorage: { SizeInGiB: task.size.storage },
        StartedBy: task.startedBy,
      },
    ],
  };
}
