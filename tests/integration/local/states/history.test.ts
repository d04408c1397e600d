import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setup } from '../../../support/local-cloud.ts';
import { chain, history, invoke, run } from '../../../support/machines.ts';

let subject: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  subject = await setup({
    functions: { echo: async (event) => event },
    stateMachines: {
      echo: chain({ Echo: invoke('echo') }),
      choice: {
        StartAt: 'Which',
        States: {
          Which: {
            Type: 'Choice',
            Choices: [{ Variable: '$.end', BooleanEquals: true, Next: 'Done' }],
            Default: 'Wait',
          },
          Wait: { Type: 'Wait', Seconds: 1, Next: 'Shape' },
          Shape: { Type: 'Pass', Result: { shaped: true }, Next: 'Done' },
          Done: { Type: 'Succeed' },
        },
      },
    },
  });
});
afterAll(() => subject.end());

describe('GetExecutionHistory', () => {
  test('tells each step by AWS’s event types', async () => {
    const { sfn } = subject.clients;
    const { executionArn } = await run(sfn, 'choice', { end: false });
    const events = await history(sfn, executionArn);
    expect(events.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'ChoiceStateEntered',
      'ChoiceStateExited',
      'WaitStateEntered',
      'WaitStateExited',
      'PassStateEntered',
      'PassStateExited',
      'SucceedStateEntered',
      'SucceedStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events.map(({ id, previousEventId }) => [id, previousEventId])).toEqual(
      events.map((_, i) => [i + 1, i]),
    );
    expect(events[1]?.stateEnteredEventDetails).toMatchObject({ name: 'Which', input: '{"end":false}' });
    expect(events[6]?.stateExitedEventDetails).toMatchObject({ name: 'Shape', output: '{"shaped":true}' });
    expect(events[9]?.executionSucceededEventDetails?.output).toBe('{"shaped":true}');
  });

  test('tells of a task what was called with what, and what came', async () => {
    const { executionArn } = await run(subject.clients.sfn, 'echo', { a: 1 });
    const events = await history(subject.clients.sfn, executionArn);
    expect(events.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events[2]?.taskScheduledEventDetails).toEqual({
      resourceType: 'lambda',
      resource: 'invoke',
      region: 'us-east-1',
      parameters: '{"FunctionName":"echo","Payload":{"a":1}}',
      timeoutInSeconds: 60,
    });
    expect(events[4]?.taskSucceededEventDetails?.output).toContain('"Payload":{"a":1}');
  });

  test('goes backwards, in pages, and without data', async () => {
    const { sfn } = subject.clients;
    const { executionArn } = await run(sfn, 'echo', { a: 1 });
    const all = await history(sfn, executionArn);
    const seen: (number | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const command = new GetExecutionHistoryCommand({
        executionArn,
        reverseOrder: true,
        maxResults: 2,
        nextToken,
      });
      const page = await sfn.send(command);
      seen.push(...(page.events ?? []).map(({ id }) => id));
      nextToken = page.nextToken;
    } while (nextToken);
    expect(seen).toEqual(all.map(({ id }) => id).reverse());
    const bare = await history(sfn, executionArn, { includeExecutionData: false });
    expect(JSON.stringify(bare)).not.toContain('"a"');
    expect(bare[1]?.stateEnteredEventDetails?.name).toBe('Echo');
  });
});
