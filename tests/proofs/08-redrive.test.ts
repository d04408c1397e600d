import { RedriveExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setup, until } from '../support/local-cloud.ts';
import { chain, describeExecution, end, entered, history, invoke, run, start } from '../support/machines.ts';

const calls: string[] = [];
let broken = true;
let now = Date.now();
const statuses: { status: string; redriveCount: number }[] = [];

const FUNCTIONS = {
  note: async ({ note }: { note: string }) => {
    calls.push(note);
    return { noted: note };
  },
  shaky: async (event: { note?: string }) => {
    calls.push(`shaky ${event.note ?? ''}`.trim());
    if (broken) throw new RangeError('still broken');
    return event;
  },
  hang: () => new Promise(() => undefined),
  watch: async ({ detail }: { detail: { status: string; redriveCount: number } }) =>
    void statuses.push(detail),
};

const note = (name: string) => ({
  ...invoke('note'),
  Parameters: { FunctionName: 'note', Payload: { note: name } },
  ResultPath: '$.before',
});

const MACHINES = {
  task: chain({ First: note('first'), Second: invoke('shaky'), Third: note('third') }),
  failState: {
    StartAt: 'Try',
    States: {
      Try: invoke('shaky', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'GiveUp' }], End: true }),
      GiveUp: { Type: 'Fail', Error: 'GaveUp', Cause: 'constant' },
    },
  },
  parallel: {
    StartAt: 'Before',
    States: {
      Before: { ...note('before'), Next: 'Both' },
      Both: {
        Type: 'Parallel',
        Branches: [
          chain({ Good: note('good'), AlsoGood: note('also good') }),
          chain({ Half: note('half'), Bad: invoke('shaky', { ResultPath: '$.shaky' }) }),
        ],
        End: true,
      },
    },
  },
  map: chain({
    Each: {
      Type: 'Map',
      ItemsPath: '$.items',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'Work',
        States: {
          Work: {
            ...invoke('note'),
            Parameters: { FunctionName: 'note', Payload: { 'note.$': '$.note' } },
            ResultPath: '$.result',
            Next: 'Check',
          },
          Check: {
            Type: 'Choice',
            Choices: [{ Variable: '$.note', StringEquals: 'bad', Next: 'Shaky' }],
            Default: 'Fine',
          },
          Shaky: { ...invoke('shaky'), Next: 'Fine' },
          Fine: { Type: 'Succeed' },
        },
      },
    },
  }),
  hang: chain({ First: note('first'), Hang: invoke('hang') }),
};
let subject: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  subject = await setup({
    now: () => now,
    functions: FUNCTIONS,
    stateMachines: MACHINES,
    rules: [{ name: 'status', pattern: '{"source":["aws.states"]}', target: { function: 'watch' } }],
  });
});
afterAll(() => subject.end());
beforeEach(() => {
  calls.length = 0;
  statuses.length = 0;
  broken = true;
  now = Date.now();
});

const redrive = (executionArn: string | undefined) =>
  subject.clients.sfn.send(new RedriveExecutionCommand({ executionArn }));
const redriven = async (executionArn = '') => {
  await redrive(executionArn);
  return end(subject.clients.sfn, executionArn);
};

describe('redrive', () => {
  test('goes on at the task that failed, with the input it had, and counts', async () => {
    const failed = await run(subject.clients.sfn, 'task', { note: 'mine' });
    expect(failed).toMatchObject({ status: 'FAILED', error: 'RangeError', redriveStatus: 'REDRIVABLE' });
    expect(await redriven(failed.executionArn)).toMatchObject({ status: 'FAILED', redriveCount: 1 });
    broken = false;
    const done = await redriven(failed.executionArn);
    expect(done).toMatchObject({ status: 'SUCCEEDED', redriveCount: 2, input: '{"note":"mine"}' });
    expect(done.redriveDate).toBeInstanceOf(Date);
    expect(calls).toEqual(['first', 'shaky mine', 'shaky mine', 'shaky mine', 'third']);
    const types = (await history(subject.clients.sfn, failed.executionArn)).map(({ type }) => type);
    expect(types.filter((type) => type === 'ExecutionRedriven')).toHaveLength(2);
    expect(types.filter((type) => type === 'ExecutionStarted')).toHaveLength(1);
    await until(() => statuses.length === 6);
    expect(statuses.map(({ status, redriveCount }) => `${status} ${redriveCount}`).sort()).toEqual(
      ['RUNNING 0', 'FAILED 0', 'RUNNING 1', 'FAILED 1', 'RUNNING 2', 'SUCCEEDED 2'].sort(),
    );
  });

  test('of an execution that ended in a Fail state only fails again, whatever was repaired', async () => {
    const failed = await run(subject.clients.sfn, 'failState');
    expect(failed).toMatchObject({ status: 'FAILED', error: 'GaveUp', cause: 'constant' });
    broken = false;
    expect(await redriven(failed.executionArn)).toMatchObject({ status: 'FAILED', error: 'GaveUp' });
    expect(calls).toEqual(['shaky']);
    expect(await entered(subject.clients.sfn, failed.executionArn)).toEqual(['Try', 'GiveUp', 'GiveUp']);
  });

  test('within a Parallel state runs only what had not succeeded', async () => {
    const failed = await run(subject.clients.sfn, 'parallel', { a: 1 });
    expect(failed.status).toBe('FAILED');
    expect(calls.toSorted()).toEqual(['also good', 'before', 'good', 'half', 'shaky']);
    broken = false;
    calls.length = 0;
    const done = await redriven(failed.executionArn);
    expect(done.status).toBe('SUCCEEDED');
    expect(calls).toEqual(['shaky']);
    expect(JSON.parse(done.output ?? '')).toEqual([
      { a: 1, before: { value: { noted: 'also good' } } },
      expect.objectContaining({ a: 1, before: { value: { noted: 'half' } } }),
    ]);
  });

  test('within a Map state runs only the item that failed, even after a second failure', async () => {
    const items = ['one', 'bad', 'two'].map((name) => ({ note: name }));
    const failed = await run(subject.clients.sfn, 'map', { items });
    expect(failed.status).toBe('FAILED');
    calls.length = 0;
    expect(await redriven(failed.executionArn)).toMatchObject({ status: 'FAILED' });
    expect(calls).toEqual(['shaky bad']);
    broken = false;
    expect(await redriven(failed.executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(calls).toEqual(['shaky bad', 'shaky bad']);
  });

  test('takes up an execution that was stopped', async () => {
    const executionArn = await start(subject.clients.sfn, 'hang');
    await until(async () => (await entered(subject.clients.sfn, executionArn)).includes('Hang'));
    await subject.clients.sfn.send(new StopExecutionCommand({ executionArn }));
    await redrive(executionArn);
    expect((await describeExecution(subject.clients.sfn, executionArn)).status).toBe('RUNNING');
    expect(calls).toEqual(['first']);
    await subject.clients.sfn.send(new StopExecutionCommand({ executionArn }));
  });
});

describe('refuses to redrive', () => {
  const refused = { name: 'ExecutionNotRedrivable' };

  test('an execution that runs, and one that succeeded', async () => {
    const executionArn = await start(subject.clients.sfn, 'hang');
    await expect(redrive(executionArn)).rejects.toMatchObject(refused);
    await subject.clients.sfn.send(new StopExecutionCommand({ executionArn }));
    broken = false;
    const done = await run(subject.clients.sfn, 'task', { note: 'x' });
    await expect(redrive(done.executionArn)).rejects.toMatchObject(refused);
  });

  test('on day 15, and not on day 13', async () => {
    const failed = await run(subject.clients.sfn, 'task', { note: 'x' });
    now = Date.now() + 15 * 24 * 3600 * 1000;
    await expect(redrive(failed.executionArn)).rejects.toMatchObject(refused);
    expect((await describeExecution(subject.clients.sfn, failed.executionArn ?? '')).redriveStatus).toBe(
      'NOT_REDRIVABLE',
    );
    now = Date.now() + 13 * 24 * 3600 * 1000;
    await expect(redrive(failed.executionArn)).resolves.toBeTruthy();
    await end(subject.clients.sfn, failed.executionArn ?? '');
  });

  test('an execution that does not exist', async () => {
    const none = 'arn:aws:states:us-east-1:000000000000:execution:task:none';
    await expect(redrive(none)).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  });
});
