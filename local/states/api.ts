import { type Operations, ServiceError } from '../http/aws-json.ts';
import { type Execution, type ExecutionSummary, notRedrivableReason, summaryOf } from './execution.ts';
import { historyPage } from './history-page.ts';
import { page } from './page.ts';
import type { StepFunctions } from './step-functions.ts';

interface StartInput {
  stateMachineArn: string;
  name?: string;
  input?: string;
}
interface ListInput {
  stateMachineArn: string;
  statusFilter?: string;
  maxResults?: number;
  nextToken?: string;
}
type Named = { executionArn: string };

const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;

/** Implements the part of the Step Functions API that the product and its operators use. */
export function stepFunctionsApi(states: StepFunctions, now: () => number): Operations {
  const operations: Operations = {
    StartExecution: ({ stateMachineArn, name, input = '{}' }: StartInput) => {
      if (name !== undefined && !NAME.test(name))
        throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
      assertJson(input);
      const { arn, startDate } = states.start(stateMachineArn, input, name);
      return { executionArn: arn, startDate: startDate / 1000 };
    },
    DescribeExecution: ({ executionArn }: Named) => describe(states.find(executionArn), now()),
    StopExecution: ({ executionArn, error, cause }: Named & { error?: string; cause?: string }) => ({
      stopDate: (states.stop(executionArn, error, cause).stopDate ?? 0) / 1000,
    }),
    RedriveExecution: ({ executionArn }: Named) => ({
      redriveDate: (states.redrive(executionArn).redriveDate ?? 0) / 1000,
    }),
    GetExecutionHistory: (input: Parameters<typeof historyPage>[1] & Named) =>
      historyPage(states.histories.read(states.find(input.executionArn)), input),
    ListExecutions: ({ stateMachineArn, statusFilter, ...position }: ListInput) => {
      const found = [...states.executions.values()]
        .filter((execution) => execution.stateMachineArn === stateMachineArn)
        .filter(({ status }) => !statusFilter || status === statusFilter)
        .sort((a, b) => b.startDate - a.startDate);
      const { items, nextToken } = page(found, position);
      return { executions: items.map((execution) => summary(execution)), nextToken };
    },
    DescribeStateMachine: ({ stateMachineArn: arn }: { stateMachineArn: string }) => {
      const machine = states.machines.get(arn);
      if (!machine)
        throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
      const name = arn.split(':').at(-1);
      return { stateMachineArn: arn, name, definition: machine.text, status: 'ACTIVE', type: 'STANDARD' };
    },
    SendTaskSuccess: (input: Parameters<StepFunctions['tokens']['sendTaskSuccess']>[0]) =>
      states.tokens.sendTaskSuccess(input),
    SendTaskFailure: (input: Parameters<StepFunctions['tokens']['sendTaskFailure']>[0]) =>
      states.tokens.sendTaskFailure(input),
    SendTaskHeartbeat: (input: Parameters<StepFunctions['tokens']['sendTaskHeartbeat']>[0]) =>
      states.tokens.sendTaskHeartbeat(input),
  };
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [`AWSStepFunctions.${name}`, operation]),
  );
}

function summary(execution: ExecutionSummary) {
  const { arn, startDate, stopDate, redriveDate, ...same } = summaryOf(execution);
  return {
    ...{ ...same, executionArn: arn, startDate: startDate / 1000 },
    ...{ stopDate: seconds(stopDate), redriveDate: seconds(redriveDate) },
  };
}

function describe(execution: Execution, now: number) {
  const { input, output, error, cause } = execution;
  const reason = notRedrivableReason(execution, now);
  return {
    ...summary(execution),
    input,
    inputDetails: { included: true },
    output,
    ...(output !== undefined && { outputDetails: { included: true } }),
    error,
    cause,
    redriveStatus: reason ? 'NOT_REDRIVABLE' : 'REDRIVABLE',
    redriveStatusReason: reason,
  };
}

function assertJson(input: string): void {
  try {
    JSON.parse(input);
  } catch (error) {
    throw new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${error}'`);
  }
}

const seconds = (milliseconds: number | undefined) =>
  milliseconds === undefined ? undefined : milliseconds / 1000;
