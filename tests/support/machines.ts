import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { stateMachineArn } from '../../local/resources.ts';
import { until } from './local-cloud.ts';

/** A Task state that calls a function with the state's input. */
export const invoke = (name: string, more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: name, 'Payload.$': '$' },
  ResultSelector: { 'value.$': '$.Payload' },
  TimeoutSeconds: 60,
  ...more,
});

/** Tasks one after the other. */
export function chain(states: Record<string, object>) {
  const names = Object.keys(states);
  const linked = names.map((name, i) => {
    const next = names[i + 1];
    return [name, { ...states[name], ...(next ? { Next: next } : { End: true }) }];
  });
  return { StartAt: names[0], States: Object.fromEntries(linked) as object };
}

export async function start(sfn: SFNClient, machine: string, input: object = {}): Promise<string> {
  const command = new StartExecutionCommand({
    stateMachineArn: stateMachineArn(machine),
    input: JSON.stringify(input),
  });
  const { executionArn = '' } = await sfn.send(command);
  return executionArn;
}

export const describeExecution = (sfn: SFNClient, executionArn: string) =>
  sfn.send(new DescribeExecutionCommand({ executionArn }));

/** What the execution is when it has ended. */
export const end = (sfn: SFNClient, executionArn: string) =>
  until(async () => {
    const execution = await describeExecution(sfn, executionArn);
    return execution.status !== 'RUNNING' && execution;
  });

export async function run(sfn: SFNClient, machine: string, input: object = {}) {
  return end(sfn, await start(sfn, machine, input));
}

export async function history(sfn: SFNClient, executionArn: string | undefined, more: object = {}) {
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, ...more }));
  return events;
}

/** Names of the states entered, in order. */
export async function entered(sfn: SFNClient, executionArn: string | undefined) {
  const events = await history(sfn, executionArn);
  return events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
}
