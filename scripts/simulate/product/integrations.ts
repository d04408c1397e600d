import type { FunctionName } from '../aws/functions.ts';
import type { MortalProcess } from '../aws/mortal-process.ts';
import type { Integration } from '../states/step-functions.ts';
import { runAdmission, runWork } from './run-functions.ts';
import { reportStopped, runTask } from './run-task.ts';
import type { World } from './world.ts';

/** Milliseconds in which a service answers a state that calls it. */
const SERVICE_LATENCY = [10, 40] as const;

interface Invocation {
  FunctionName: FunctionName;
  Payload: unknown;
}
interface Launch {
  Overrides: { Memory?: string; ContainerOverrides: { Environment: { Name: string; Value: string }[] }[] };
}
interface RowUpdate {
  Key: { jobId: { S: string } };
  ExpressionAttributeValues: Record<':execution' | ':now', { S: string }>;
}

type Run = (world: World, process: MortalProcess, payload: never) => Promise<unknown>;

const FUNCTIONS: Partial<Record<FunctionName, Run>> = {
  'admit-upload': runAdmission,
  'process-image': runWork,
  'process-document': runWork,
};

/** Returns what the Task states of the state machine call. */
export function integrationsOf(world: () => World): Record<string, Integration> {
  const invoke = async ({ FunctionName, Payload }: Invocation) => {
    const run = FUNCTIONS[FunctionName];
    if (!run) throw new Error(`Expected a function that the simulation runs, got ${FunctionName}`);
    return {
      Payload: await world().functions.invoke(FunctionName, (process) =>
        run(world(), process, Payload as never),
      ),
    };
  };
  const answer = async () => {
    const { clock, random } = world();
    await clock.sleep(random.between(...SERVICE_LATENCY));
  };
  return {
    'arn:aws:states:::lambda:invoke': invoke,
    'arn:aws:states:::lambda:invoke.waitForTaskToken': invoke,
    'arn:aws:states:::ecs:runTask.waitForTaskToken': async ({ Overrides }: Launch, _execution, token) => {
      const [container] = Overrides.ContainerOverrides;
      const variables = Object.fromEntries(
        (container?.Environment ?? []).map(({ Name, Value }) => [Name, Value]),
      );
      const { JOB_ID: jobId = '' } = variables;
      const task = { jobId, token, variables, isLarger: Overrides.Memory !== undefined };
      await world().fargate.run(
        (process) => runTask(world(), process, task),
        () => reportStopped(world(), task),
      );
    },
    'arn:aws:states:::dynamodb:updateItem': async ({ Key, ExpressionAttributeValues: values }: RowUpdate) => {
      await answer();
      const fence = { executionArn: values[':execution'].S };
      return world().rows.complete(Key.jobId.S, fence, values[':now'].S);
    },
    'arn:aws:states:::events:putEvents': answer,
  };
}
