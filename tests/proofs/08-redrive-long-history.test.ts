import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setup } from '../support/local-cloud.ts';
import { chain, end, history, invoke, run } from '../support/machines.ts';
import { reportProof } from '../support/proof-size.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html: "less than 24,999". */
const TOO_MANY = 24_999;
/** Events of one round of Add and Enough. */
const ROUND = 4;

/** Counts to `$.rounds`, then ends as `last` does. */
const counting = (last: Record<string, object>) => ({
  StartAt: 'Add',
  States: {
    Add: {
      Type: 'Pass',
      Parameters: { 'n.$': 'States.MathAdd($.n, 1)', 'rounds.$': '$.rounds' },
      Next: 'Enough',
    },
    Enough: {
      Type: 'Choice',
      Choices: [{ Variable: '$.n', NumericLessThanPath: '$.rounds', Next: 'Add' }],
      Default: 'Last',
    },
    ...last,
  },
});

let broken = true;
let subject: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  subject = await setup({
    functions: {
      shaky: async (event) => {
        if (broken) throw new RangeError('still broken');
        return event;
      },
    },
    stateMachines: {
      task: counting(chain({ Last: invoke('shaky') }).States as Record<string, object>),
      fail: counting({ Last: { Type: 'Fail', Error: 'GaveUp', Cause: 'constant' } }),
    },
  });
});
afterAll(() => subject.end());

/** Runs a machine that fails with so many events in its history, `ends` of which come after the rounds. */
async function failed(machine: string, events: number, ends: number) {
  const rounds = (events - 1 - ends) / ROUND;
  expect(rounds % 1).toBe(0);
  const { executionArn = '' } = await run(subject.clients.sfn, machine, { n: 0, rounds });
  expect(subject.cloud.states.find(executionArn).events).toBe(events);
  return executionArn;
}

const redrive = (executionArn: string) =>
  subject.clients.sfn.send(new RedriveExecutionCommand({ executionArn }));

describe('an execution whose history is long', () => {
  test('and has 24,998 events is redriven, and ends cleanly when the history is full', async () => {
    // TaskStateEntered, TaskScheduled, TaskStarted, TaskFailed, ExecutionFailed
    const executionArn = await failed('task', TOO_MANY - 1, 5);
    broken = false;
    await redrive(executionArn);
    expect(await end(subject.clients.sfn, executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      redriveStatus: 'NOT_REDRIVABLE',
    });
    const newest = await history(subject.clients.sfn, executionArn, { reverseOrder: true, maxResults: 2 });
    expect(newest.map(({ id, type }) => [id, type])).toEqual([
      [25_000, 'ExecutionFailed'],
      [24_999, 'ExecutionRedriven'],
    ]);
  }, 600_000);

  test('but not too long is redriven, and goes on where it failed', async () => {
    broken = true;
    const executionArn = await failed('task', 24_902, 5);
    broken = false;
    await redrive(executionArn);
    expect(await end(subject.clients.sfn, executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    // ExecutionRedriven, and one pass through the last state: the rounds are not run again.
    expect(subject.cloud.states.find(executionArn).events).toBe(24_902 + 7);
  }, 600_000);

  test('and has 24,999 events is refused', async () => {
    // FailStateEntered, ExecutionFailed
    const executionArn = await failed('fail', TOO_MANY, 2);
    await expect(redrive(executionArn)).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
      message: expect.stringContaining('limit'),
    });
    expect(subject.cloud.states.find(executionArn).status).toBe('FAILED');
    reportProof(8, { events: TOO_MANY });
  }, 600_000);
});
