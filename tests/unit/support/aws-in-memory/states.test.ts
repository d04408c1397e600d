import {
  DescribeExecutionCommand,
  RedriveExecutionCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, test } from '@jest/globals';
import { memoryCloud } from '../../../support/aws-in-memory/cloud.ts';
import { type Definition, StateError } from '../../../support/aws-in-memory/states/asl.ts';
import { fillTemplate } from '../../../support/aws-in-memory/states/asl-template.ts';
import type { StatusDetail } from '../../../support/aws-in-memory/states/execution.ts';
import { StateMachine } from '../../../support/aws-in-memory/states/state-machine.ts';
import { Turns } from '../../../support/aws-in-memory/turns.ts';
import { seededRandom } from '../../../support/random.ts';

const ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:machine';
const executionArn = `${ARN.replace('stateMachine', 'execution')}:e`;
const DEFINITION: Definition = {
  StartAt: 'Prepare',
  States: {
    Prepare: { Type: 'Task', Resource: 'prepare', ResultPath: '$.prepared', Next: 'Work' },
    Work: {
      ...{ Type: 'Task', Resource: 'work', ResultPath: '$.result', End: true },
      Parameters: { 'retry.$': '$$.State.RetryCount', 'redrive.$': '$$.Execution.RedriveCount' },
      Retry: [{ ErrorEquals: ['Again'], MaxAttempts: 2 }],
    },
  },
};

/** A machine whose Work fails with `errors`, one a try, and then succeeds. */
function setup(errors: string[] = []) {
  const random = seededRandom(1);
  const turns = new Turns(random, 'uniform');
  const statuses: StatusDetail[] = [];
  const worked: unknown[] = [];
  let prepared = 0;
  const machine: StateMachine = new StateMachine({
    ...{ arn: ARN, definition: DEFINITION, turns, random, now: () => new Date(0) },
    onStatus: (detail) => statuses.push(detail),
    integrations: {
      prepare: async () => ++prepared,
      work: async (parameters, { execution, state, token }) => {
        worked.push(parameters);
        const error = errors.shift();
        if (error) throw new StateError(error, 'why');
        if (execution.input !== '{"token":true}') return 'done';
        const { promise, resolve } = Promise.withResolvers<unknown>();
        const { generation } = execution;
        machine.tasks.set(token, {
          ...{ token, executionArn, state, generation, open: true },
          end: resolve,
        });
        return promise;
      },
    },
  });
  const cloud = memoryCloud({ turns, random, now: () => 0, buckets: new Map(), machine });
  const client = cloud.client(turns.process('test'));
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape.
  const send = async (command: { input: object }): Promise<any> => {
    const answer = client.send(command as never);
    answer.catch(() => {});
    await turns.run();
    return answer;
  };
  const start = (input = '{}') => send(new StartExecutionCommand({ stateMachineArn: ARN, name: 'e', input }));
  const describeIt = () => send(new DescribeExecutionCommand({ executionArn }));
  return { send, start, describeIt, machine, statuses, worked, prepared: () => prepared };
}

describe('Step Functions in memory', () => {
  // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
  test('retries named errors, and counts the retries in the context', async () => {
    const { start, describeIt, worked } = setup(['Again', 'Again']);
    await start();
    expect(await describeIt()).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"prepared":1,"result":"done"}',
    });
    expect(worked).toEqual([0, 1, 2].map((retry) => ({ retry, redrive: 0 })));
  });

  test.each([
    ['an error that no retrier names', ['Other']],
    ['an error that outlasts its retries', ['Again', 'Again', 'Again']],
  ])('fails an execution on %s', async (_label, errors) => {
    const { start, describeIt, statuses } = setup([...errors]);
    await start();
    expect(await describeIt()).toMatchObject({
      status: 'FAILED',
      error: errors[0],
      redriveStatus: 'REDRIVABLE',
    });
    expect(statuses.map(({ status }) => status)).toEqual(['RUNNING', 'FAILED']);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
  test('redrives from the failed state, with its retries counted anew', async () => {
    const { start, send, describeIt, worked, prepared, statuses } = setup(['Again', 'Other']);
    await start();
    await send(new RedriveExecutionCommand({ executionArn }));
    expect(await describeIt()).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    expect(prepared()).toBe(1);
    expect(worked.at(-1)).toEqual({ retry: 0, redrive: 1 });
    expect(statuses.at(-2)).toMatchObject({ status: 'RUNNING', redriveCount: 1 });
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
  test('refuses to redrive what succeeded', async () => {
    const { start, send } = setup();
    await start();
    const redriven = send(new RedriveExecutionCommand({ executionArn }));
    await expect(redriven).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
  test('starts the same name and input once while it runs, and refuses the name afterward', async () => {
    const { start, machine, send } = setup();
    await start('{"token":true}');
    await start('{"token":true}');
    expect(machine.executions.size).toBe(1);
    await expect(start('{}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await send(new StopExecutionCommand({ executionArn }));
    await expect(start('{"token":true}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
  test('ends a task by its token, and refuses the token of a stopped execution', async () => {
    const { start, send, machine, describeIt } = setup();
    await start('{"token":true}');
    const [taskToken = ''] = machine.tasks.keys();
    await send(new SendTaskHeartbeatCommand({ taskToken }));
    await send(new SendTaskSuccessCommand({ taskToken, output: '{"done":1}' }));
    expect((await describeIt()).output).toContain('{"done":1}');
    const unknown = send(new SendTaskHeartbeatCommand({ taskToken: 'unknown' }));
    await expect(unknown).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  test('ignores a worker that goes on after its execution was stopped', async () => {
    const { start, send, machine, describeIt } = setup();
    await start('{"token":true}');
    const [taskToken = ''] = machine.tasks.keys();
    await send(new StopExecutionCommand({ executionArn, error: 'Cancelled' }));
    const late = send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
    await expect(late).rejects.toMatchObject({ name: 'TaskTimedOut' });
    expect(await describeIt()).toMatchObject({ status: 'ABORTED', error: 'Cancelled' });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
  test.each<[string, unknown]>([
    ['$.a.b', 'x'],
    ['$$.State.Name', 'Work'],
    ["States.Format('{}#{}', $.a.b, $$.State.RetryCount)", 'x#2'],
    ["States.ArrayGetItem(States.Array('p', 'q', 'r'), $$.State.RetryCount)", 'r'],
    ['States.JsonToString($.a)', '{"b":"x"}'],
    ["States.StringToJson('[1]')", [1]],
    ['States.MathAdd($$.State.RetryCount, 1)', 3],
  ])('evaluates %s', (text, expected) => {
    const data = { input: { a: { b: 'x' } }, context: { State: { Name: 'Work', RetryCount: 2 } } };
    expect(fillTemplate({ 'value.$': text, plain: ['$'] }, data)).toEqual({ value: expected, plain: ['$'] });
  });

  test('fails on a path that leads nowhere', () => {
    expect(() => fillTemplate({ 'value.$': '$.missing' }, { input: {}, context: {} })).toThrow(
      'Expected a value',
    );
  });
});
