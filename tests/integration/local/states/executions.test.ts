import {
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stateMachineArn } from '../../../../local/resources.ts';
import { setup, until } from '../../../support/local-cloud.ts';
import { chain, describeExecution, end, history, invoke, run, start } from '../../../support/machines.ts';

interface StatusEvent {
  resources: string[];
  'detail-type': string;
  detail: { status: string; executionArn: string };
}

let subject: Awaited<ReturnType<typeof setup>>;
const events: StatusEvent[] = [];
const releases: (() => void)[] = [];
beforeAll(async () => {
  subject = await setup({
    functions: {
      echo: async (event) => event,
      hang: () => new Promise((resolve) => releases.push(() => resolve('late'))),
      fail: async () => {
        throw new TypeError('no');
      },
      watch: async (event) => void events.push(event),
    },
    stateMachines: {
      echo: chain({ Echo: invoke('echo') }),
      hang: chain({ Hang: invoke('hang'), After: invoke('echo') }),
      fail: chain({ Fail: invoke('fail') }),
      once: chain({ Once: invoke('echo') }),
    },
    rules: [
      {
        name: 'status',
        pattern: '{"source":["aws.states"],"detail-type":["Step Functions Execution Status Change"]}',
        target: { function: 'watch' },
      },
    ],
  });
});
afterAll(async () => {
  for (const release of releases) release();
  await subject.end();
});

const statusEventsOf = async (executionArn: string | undefined, count: number) => {
  const found = () => events.filter(({ detail }) => detail.executionArn === executionArn);
  await until(() => found().length >= count);
  return found();
};

describe('StartExecution', () => {
  const begin = (name: string, input = '{}', machine = 'hang') =>
    subject.clients.sfn.send(
      new StartExecutionCommand({ stateMachineArn: stateMachineArn(machine), name, input }),
    );

  test('the same name and input of a running execution is the same execution', async () => {
    const first = await begin('same', '{"a":1}');
    const second = await begin('same', '{"a":1}');
    expect(second).toMatchObject({ executionArn: first.executionArn, startDate: first.startDate });
  });

  test.each([
    ['another input', 'taken', '{"a":2}', 'ExecutionAlreadyExists'],
    ['a name with a slash', 'a/b', '{}', 'InvalidName'],
    ['a name of 81 characters', 'x'.repeat(81), '{}', 'InvalidName'],
    ['no JSON', 'text', 'text', 'InvalidExecutionInput'],
  ])('%s is refused', async (_label, name, input, error) => {
    await begin('taken', '{"a":1}');
    await expect(begin(name, input)).rejects.toMatchObject({ name: error });
  });

  test('a name is taken even when its execution has ended', async () => {
    const { executionArn = '' } = await begin('ended', '{}', 'echo');
    await end(subject.clients.sfn, executionArn);
    await expect(begin('ended', '{}', 'echo')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  test('a state machine that is not there is said to be', async () => {
    await expect(begin('x', '{}', 'none')).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  });
});

describe('status events', () => {
  test('a start and an end are told in AWS’s shape', async () => {
    const result = await run(subject.clients.sfn, 'echo', { a: 1 });
    const [running, succeeded] = await statusEventsOf(result.executionArn, 2);
    const detail = {
      executionArn: result.executionArn,
      stateMachineArn: stateMachineArn('echo'),
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      name: result.name,
      startDate: result.startDate?.getTime(),
      input: '{"a":1}',
      inputDetails: { included: true },
      error: null,
      cause: null,
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: expect.any(String),
    };
    expect(running?.resources).toEqual([result.executionArn]);
    expect(running?.detail).toEqual({
      ...detail,
      status: 'RUNNING',
      stopDate: null,
      output: null,
      outputDetails: null,
    });
    expect(succeeded?.detail).toEqual({
      ...detail,
      status: 'SUCCEEDED',
      stopDate: result.stopDate?.getTime(),
      output: '{"value":{"a":1}}',
      outputDetails: { included: true },
    });
  });

  test('a failure carries error and cause, and that it can be redriven', async () => {
    const result = await run(subject.clients.sfn, 'fail');
    const [, failed] = await statusEventsOf(result.executionArn, 2);
    expect(failed?.detail).toMatchObject({
      status: 'FAILED',
      error: 'TypeError',
      cause: result.cause,
      redriveStatus: 'REDRIVABLE',
    });
  });

  test('dropped status events do not arrive, others do', async () => {
    const seen: StatusEvent[] = [];
    const dropping = await setup({
      dropStatusEvents: true,
      functions: { echo: async (event) => event, watch: async (event) => void seen.push(event) },
      stateMachines: { echo: chain({ Echo: invoke('echo') }) },
      rules: [{ name: 'all', pattern: '{"account":[{"exists":true}]}', target: { function: 'watch' } }],
    });
    await run(dropping.clients.sfn, 'echo');
    dropping.cloud.events.put({ source: 'test', detailType: 'other', detail: {} });
    await until(() => seen.length > 0);
    await dropping.cloud.events.settled();
    expect(seen.map((event) => event['detail-type'])).toEqual(['other']);
    await dropping.end();
  });
});

describe('StopExecution', () => {
  test('ends a running execution as ABORTED, and nothing of it runs on', async () => {
    const { sfn } = subject.clients;
    const executionArn = await start(sfn, 'hang');
    await until(() => releases.length > 0);
    await sfn.send(new StopExecutionCommand({ executionArn, error: 'Cancelled', cause: 'by a test' }));
    expect(await describeExecution(sfn, executionArn)).toMatchObject({
      status: 'ABORTED',
      error: 'Cancelled',
      cause: 'by a test',
      redriveStatus: 'REDRIVABLE',
    });
    const before = await history(sfn, executionArn);
    for (const release of releases.splice(0)) release();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await history(sfn, executionArn)).toEqual(before);
    expect(before.at(-1)).toMatchObject({
      type: 'ExecutionAborted',
      executionAbortedEventDetails: { error: 'Cancelled', cause: 'by a test' },
    });
    const [, aborted] = await statusEventsOf(executionArn, 2);
    expect(aborted?.detail).toMatchObject({ status: 'ABORTED', error: 'Cancelled' });
  });

  test('leaves an execution that has ended as it is', async () => {
    const { executionArn, stopDate } = await run(subject.clients.sfn, 'echo');
    const answer = await subject.clients.sfn.send(new StopExecutionCommand({ executionArn }));
    expect(answer.stopDate).toEqual(stopDate);
    expect((await describeExecution(subject.clients.sfn, executionArn ?? '')).status).toBe('SUCCEEDED');
  });

  test('does not know an execution that never was', async () => {
    const stop = new StopExecutionCommand({ executionArn: 'arn:aws:states:us-east-1:0:execution:a:b' });
    await expect(subject.clients.sfn.send(stop)).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  });
});

test('ListExecutions filters by status, newest first, in pages', async () => {
  const { sfn } = subject.clients;
  const done = await run(sfn, 'once');
  const later = await run(sfn, 'once');
  const list = (more: object) =>
    sfn.send(new ListExecutionsCommand({ stateMachineArn: stateMachineArn('once'), ...more }));
  const first = await list({ statusFilter: 'SUCCEEDED', maxResults: 1 });
  expect(first.executions?.[0]).toMatchObject({ name: later.name, status: 'SUCCEEDED', redriveCount: 0 });
  const second = await list({ statusFilter: 'SUCCEEDED', maxResults: 1, nextToken: first.nextToken });
  expect(second.executions?.[0]?.name).toBe(done.name);
  expect((await list({ statusFilter: 'FAILED' })).executions).toEqual([]);
});

test('DescribeStateMachine gives the definition', async () => {
  const command = new DescribeStateMachineCommand({ stateMachineArn: stateMachineArn('echo') });
  const { definition, status } = await subject.clients.sfn.send(command);
  expect(status).toBe('ACTIVE');
  expect(JSON.parse(definition ?? '')).toEqual(chain({ Echo: invoke('echo') }));
});
