import type { SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, test } from '@jest/globals';
import { Executions } from '../../../../core/aws/executions.ts';

/**
 * An execution that entered its last state, and then has so many events. Pages hold at most 1,000:
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
 */
function setup(after: number) {
  const entered = (name: string) => ({ type: 'TaskStateEntered', stateEnteredEventDetails: { name } });
  const newestFirst = [
    { type: 'ExecutionFailed' },
    ...Array.from({ length: after }, () => ({ type: 'TaskFailed' })),
    entered('ProcessImage'),
    { type: 'TaskStateExited' },
    entered('AdmitUpload'),
  ];
  let calls = 0;
  const client = {
    send: async ({ input }: { input: Record<string, number | string | boolean | undefined> }) => {
      calls++;
      expect(input).toMatchObject({ reverseOrder: true, includeExecutionData: false });
      const from = Number(input.nextToken ?? 0);
      const to = from + Math.min(1000, Number(input.maxResults ?? 100));
      return {
        events: newestFirst.slice(from, to),
        ...(to < newestFirst.length && { nextToken: `${to}` }),
      };
    },
  };
  const executions = new Executions(client as unknown as SFNClient);
  return { lastState: () => executions.lastState('arn'), calls: () => calls };
}

describe('the last state that an execution entered', () => {
  test.each([
    ['at once in a short history', 5, 1],
    ['beyond the first page', 99, 2],
    ['after many tries of one state', 7_200, 9],
    ['in the longest history', 24_990, 26],
  ])('is found %s', async (_where, after, pages) => {
    const { lastState, calls } = setup(after);
    expect(await lastState()).toBe('ProcessImage');
    expect(calls()).toBe(pages);
  });

  test('is unknown of an execution that Step Functions no longer has', async () => {
    const gone = Object.assign(new Error('gone'), { name: 'ExecutionDoesNotExist' });
    const executions = new Executions({ send: () => Promise.reject(gone) } as unknown as SFNClient);
    expect(await executions.lastState('arn')).toBeUndefined();
  });
});

test('each DescribeExecution waits for the pace', async () => {
  const order: string[] = [];
  const client = { send: async () => void order.push('sent') };
  const pace = async () => void order.push('paced');
  const executions = new Executions(client as unknown as SFNClient, pace);
  await executions.describe('arn');
  await executions.stop('arn', 'error', 'cause');
  expect(order).toEqual(['paced', 'sent', 'sent']);
});
