import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkOrder } from '../../contract/work-order.ts';
import { TaskTokens } from '../../core/aws/task-tokens.ts';
import { partReports } from '../../core/entry/part-reports.ts';
import { readTaskOrder } from '../../core/entry/task-order.ts';
import { readTaskPart, type TaskPart } from '../../core/entry/task-part.ts';
import { inSlot } from '../../core/entry/task-slot.ts';
import { runTask, type TaskWork } from '../../core/entry/task-token.ts';
import type { RunTask } from '../../local/compute/fargate.ts';
import type { JobApi } from './job-api.ts';

interface Options {
  work: (
    order: WorkOrder,
    part: TaskPart,
    onProgress: Parameters<TaskWork>[1]['onProgress'],
  ) => Promise<object>;
  /** Milliseconds from RunTask to the start of the program. */
  launch: number;
  /** Called when the program has started. */
  started: (order: WorkOrder, part: TaskPart) => void;
}

/** Runs Fargate tasks in this process, with light work but the product's own contract with Step Functions, so that a test can have hundreds. */
export function standInTasks({ cloud, deps, sfn }: JobApi, { work, launch, started }: Options): void {
  const run = async (task: RunTask) => {
    const variables = Object.fromEntries(task.environment.map(({ Name, Value }) => [Name, Value]));
    const order = await readTaskOrder(deps.jobs, variables);
    task.started();
    void sleep(launch).then(() => {
      const { TASK_TOKEN: token = '' } = variables;
      const part = readTaskPart(variables);
      return runTask({
        tokens: new TaskTokens(sfn),
        jobs: deps.jobs,
        order,
        token,
        heartbeatSeconds: 60,
        ...inSlot({ queue: deps.queue, jobs: deps.jobs, token, part }, async (_order, { onProgress }) => {
          started(order, part);
          return work(order, part, onProgress);
        }),
        ...partReports(deps.jobs, part),
        stop: new AbortController().signal,
      });
    });
    const { family, container, environment, startedBy } = task;
    const arn = `arn:aws:ecs:us-east-1:000000000000:task/${order.jobId}`;
    const size = { cpu: 256, memory: 512, storage: 20 };
    return { arn, family, container, environment, size, startedBy, createdAt: new Date() };
  };
  Object.assign(cloud.fargate, { run });
}
