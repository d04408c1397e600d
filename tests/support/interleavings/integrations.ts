import { MediaError } from '../../../base/errors.ts';
import { parseWorkOrder } from '../../../contract/work-order.ts';
import { type OrderEnvironment, readTaskOrder } from '../../../core/entry/task-order.ts';
import { reportTask } from '../../../core/entry/task-token.ts';
import { mayWork, releaseSlot } from '../../../core/queue/in-slot.ts';
import { type AdmitUploadInput, admitUpload } from '../../../lambdas/admit-upload/admit-upload.ts';
import { reportAdmission } from '../../../lambdas/admit-upload/report-admission.ts';
import { fromAttributes, toAttributes } from '../aws-in-memory/dynamo/attribute-value.ts';
import { StateError } from '../aws-in-memory/states/asl.ts';
import type { Execution } from '../aws-in-memory/states/execution.ts';
import type { Integration, StateMachine } from '../aws-in-memory/states/state-machine.ts';
import type { Random } from '../random.ts';
import type { Platform, Run } from './platform.ts';
import type { ProductDeps } from './product.ts';
import { TABLE } from './settings.ts';
import { fakeWork } from './worker.ts';

interface Options {
  platform: Platform;
  random: Random;
  depsOf: (run: Run) => ProductDeps;
  /** Calls AWS for the state machine itself. */
  call: (name: string, command: string, input: object) => Promise<Record<string, unknown>>;
  machine: () => StateMachine;
}

type Handler = (deps: ProductDeps, payload: unknown, run: Run) => Promise<unknown>;

/** Returns the resources of the state machine's Task states: functions, tasks, the table, the bus. */
export function integrations({
  platform,
  random,
  depsOf,
  call,
  machine,
}: Options): Record<string, Integration> {
  let attempts = 0;
  const work = (deps: ProductDeps, payload: unknown, run: Run) =>
    fakeWork({ deps, random, attempt: ++attempts, signal: run.stop.signal }, parseWorkOrder(payload));
  const functions: Record<string, Handler> = {
    'admit-upload': async (deps, payload) => {
      const input = payload as AdmitUploadInput;
      return reportAdmission(deps.tokens, input, await admitUpload(deps, input));
    },
    'process-image': async (deps, payload, run) => {
      const result = await work(deps, payload, run);
      await releaseSlot(deps.queue, parseWorkOrder(payload));
      return result;
    },
  };
  const invoke = async (parameters: unknown, execution: Execution) => {
    const { FunctionName, Payload } = parameters as { FunctionName: string; Payload: unknown };
    const handler = functions[FunctionName];
    if (!handler) throw new Error(`Expected a function that the model knows, got ${FunctionName}`);
    const name = `${FunctionName} of ${execution.name}`;
    const { ended } = platform.start(name, 'function', (run) => handler(depsOf(run), json(Payload), run));
    return { Payload: json(await ended.catch(asFunctionError)) };
  };
  /** Opens a token, and waits until somebody ends its task. */
  const open = ({ execution, state, token }: Parameters<Integration>[1]) => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const { executionArn, generation } = execution;
    const task = {
      ...{ token, state, executionArn, generation, open: true },
      end: (result: unknown, error?: StateError) => {
        task.open = false;
        if (error) reject(error);
        else resolve(result);
      },
    };
    promise.catch(() => {});
    machine().tasks.set(token, task);
    return { task, promise };
  };

  return {
    'arn:aws:states:::lambda:invoke': (parameters, { execution }) => invoke(parameters, execution),

    'arn:aws:states:::lambda:invoke.waitForTaskToken': async (parameters, call) => {
      const { task, promise } = open(call);
      // Only a failure of the function ends the state; its result is that of the token.
      invoke(parameters, call.execution).catch((error) => task.open && task.end(undefined, error));
      return promise;
    },

    'arn:aws:states:::dynamodb:updateItem': async (parameters, { execution, state }) => {
      const { Key, ExpressionAttributeValues = {}, ...rest } = parameters as Record<string, never>;
      const input = {
        ...{ ...rest, TableName: TABLE, Key: fromAttributes(Key ?? {}) },
        ExpressionAttributeValues: fromAttributes(ExpressionAttributeValues),
      };
      const { Attributes } = await call(`${state} of ${execution.name}`, 'UpdateCommand', input).catch(
        asServiceError('DynamoDB'),
      );
      return { Attributes: Attributes && toAttributes(Attributes as Record<string, unknown>) };
    },

    'arn:aws:states:::events:putEvents': async (parameters, { execution, state }) => {
      const { Entries } = parameters as { Entries: { Detail: object }[] };
      const input = { Entries: Entries.map((entry) => ({ ...entry, Detail: JSON.stringify(entry.Detail) })) };
      return call(`${state} of ${execution.name}`, 'PutEventsCommand', input).catch(
        asServiceError('EventBridge'),
      );
    },

    'arn:aws:states:::ecs:runTask.waitForTaskToken': async (parameters, call) => {
      const { execution, state, token } = call;
      const { task, promise } = open(call);
      const environment = environmentOf(parameters);
      const { run, ended } = platform.start(`${state} of ${execution.name}`, 'task', (run) =>
        runTask(depsOf(run), environment, run, work),
      );
      // Whoever kills the task, or gives it up, ends the state by its missed heartbeats.
      ended.catch(() => task.open && task.end(undefined, new StateError('States.HeartbeatTimeout')));
      run.beat = async () => {
        if (!(await depsOf(run).tokens.beat(token)))
          run.stop.abort(new MediaError('Superseded', 'The token is no longer valid.'));
      };
      return promise;
    },
  };
}

/** Does what core/entry/task-main.ts does around the work, without its timers. */
async function runTask(
  deps: ProductDeps,
  { TASK_TOKEN: token = '', ...environment }: TaskEnvironment,
  run: Run,
  work: Handler,
) {
  try {
    const order = await readTaskOrder(deps.jobs, environment);
    if (!(await deps.tokens.beat(token).catch(() => true))) return;
    if (!(await mayWork(deps, order, token))) return;
    const result = (await work(deps, order, run)) as object;
    await releaseSlot(deps.queue, order);
    await reportTask({ tokens: deps.tokens, token }, { outcome: 'succeeded', result });
  } catch (error) {
    if (run.stop.signal.aborted && (run.stop.signal.reason as Error).name === 'Superseded') return;
    const reported = run.stop.signal.aborted ? (run.stop.signal.reason as Error) : (error as Error);
    await reportTask({ tokens: deps.tokens, token }, { outcome: 'failed', error: reported });
  }
}

type TaskEnvironment = OrderEnvironment & { TASK_TOKEN?: string };

/** Returns the environment of the task, as ECS sets it from the overrides. */
function environmentOf(parameters: unknown): TaskEnvironment {
  const { Overrides } = parameters as {
    Overrides: { ContainerOverrides: { Environment: { Name: string; Value: string }[] }[] };
  };
  const variables = Overrides.ContainerOverrides.flatMap(({ Environment }) => Environment);
  return Object.fromEntries(variables.map(({ Name, Value }) => [Name, Value]));
}

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

/** Lambda reports an error by its name, and Step Functions passes it on. */
function asFunctionError(error: Error): never {
  if (error instanceof StateError) throw error;
  throw new StateError(error.name, JSON.stringify({ errorType: error.name, errorMessage: error.message }));
}

const SERVICE_ERRORS: Readonly<Record<string, string>> = {
  TimeoutError: 'SdkClientException',
  ServiceUnavailable: 'SdkClientException',
};

const asServiceError =
  (service: string) =>
  (error: Error): never => {
    throw new StateError(`${service}.${SERVICE_ERRORS[error.name] ?? error.name}`, error.message);
  };
