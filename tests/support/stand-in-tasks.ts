import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkOrder, WorkResult } from '../../contract/work-order.ts';
import { executionName } from '../../core/aws/executions.ts';
import { TaskTokens } from '../../core/aws/task-tokens.ts';
import { readTaskOrder } from '../../core/entry/task-order.ts';
import { runTask } from '../../core/entry/task-token.ts';
import { isSlotKind } from '../../core/jobs/task-slots.ts';
import type { RunTask } from '../../local/compute/fargate.ts';
import type { JobApi } from './job-api.ts';

interface Options {
  work: (order: WorkOrder) => Promise<WorkResult>;
  /** Milliseconds from RunTask to the start of the program. */
  launch: number;
  /** Called when the program has started. */
  started: (order: WorkOrder) => void;
}

/** Runs Fargate tasks in this process, with light work but the product's own contract with Step Functions, so that a test can have hundreds. */
export function standInTasks({ cloud, deps, sfn }: JobApi, { work, launch, started }: Options): void {
  const run = async (task: RunTask) => {
    const variables = Object.fromEntries(task.environment.map(({ Name, Value }) => [Name, Value]));
    const order = await readTaskOrder(deps.jobs, variables);
    task.started();
    void sleep(launch).then(() => {
      started(order);
      return runTask({
        tokens: new TaskTokens(sfn),
        jobs: deps.jobs,
        order,
        token: variables.TASK_TOKEN,
        heartbeatSeconds: 60,
        work: async () => {
          const result = await work(order);
          const holder = { name: executionName(order.executionArn), tenantId: order.tenantId };
          if (isSlotKind(order.kind)) await deps.slots.release(order.kind, holder);
          return result;
        },
        stop: new AbortController().signal,
      });
    });
    const { family, container, environment, startedBy } = task;
    const arn = `arn:aws:ecs:us-east-1:000000000000:task/${order.jobId}`;
    return { arn, family, container, environment, startedBy, createdAt: new Date() };
  };
  Object.assign(cloud.fargate, { run });
}
