import { awsError, onlyKnown } from '../aws-error.ts';
import { StateError } from './asl.ts';
import { type Execution, isUnsuccessful } from './execution.ts';
import type { StateMachine } from './state-machine.ts';

interface ByArn {
  executionArn: string;
  error?: string;
  cause?: string;
}

interface ByToken {
  taskToken: string;
  output?: string;
  error?: string;
  cause?: string;
}

/** Returns the calls of the Step Functions client, by command name. */
export function sfnCalls(machine: StateMachine) {
  const find = ({ executionArn }: ByArn): Execution => {
    const execution = machine.executions.get(executionArn);
    if (!execution)
      throw awsError('ExecutionDoesNotExist', 400, `Execution Does Not Exist: '${executionArn}'`);
    return execution;
  };
  const openTask = ({ taskToken }: ByToken) => {
    const task = machine.tasks.get(taskToken);
    if (!task) throw awsError('InvalidToken', 400);
    const execution = machine.executions.get(task.executionArn);
    if (!task.open || execution?.generation !== task.generation) throw awsError('TaskTimedOut', 400);
    return task;
  };
  return {
    StartExecutionCommand: (input: { stateMachineArn: string; name: string; input: string }) => {
      onlyKnown('StartExecutionCommand', input, ['stateMachineArn', 'name', 'input']);
      const { executionArn, startDate } = machine.start(input.name, input.input);
      return { executionArn, startDate };
    },
    StopExecutionCommand: (input: ByArn) => {
      const execution = find(input);
      machine.end(execution, {
        status: 'ABORTED',
        error: input.error,
        cause: input.cause,
        output: undefined,
      });
      return { stopDate: execution.stopDate };
    },
    RedriveExecutionCommand: (input: ByArn) => {
      const execution = find(input);
      machine.redrive(execution);
      return { redriveDate: execution.redriveTime };
    },
    DescribeExecutionCommand: (input: ByArn) => {
      const { at, entered, generation, redriveTime, ...description } = find(input);
      const redriveStatus = isUnsuccessful({ ...description } as Execution) ? 'REDRIVABLE' : 'NOT_REDRIVABLE';
      return { ...description, stateMachineArn: machine.arn, redriveStatus };
    },
    ListExecutionsCommand: (input: {
      stateMachineArn: string;
      statusFilter?: string;
      maxResults?: number;
    }) => {
      onlyKnown('ListExecutionsCommand', input, ['stateMachineArn', 'statusFilter', 'maxResults']);
      const executions = [...machine.executions.values()]
        .filter(({ status }) => !input.statusFilter || status === input.statusFilter)
        .sort((a, b) => b.startDate.getTime() - a.startDate.getTime())
        .slice(0, input.maxResults)
        .map(({ executionArn, name, status, startDate, stopDate }) => ({
          ...{ executionArn, name, status, startDate, stopDate },
        }));
      return { executions };
    },
    GetExecutionHistoryCommand: (input: ByArn & { reverseOrder?: boolean }) => {
      const events = find(input).entered.map((name) => ({ stateEnteredEventDetails: { name } }));
      return { events: input.reverseOrder ? events.reverse() : events };
    },
    SendTaskHeartbeatCommand: (input: ByToken) => {
      openTask(input);
      return {};
    },
    SendTaskSuccessCommand: (input: ByToken) => {
      openTask(input).end(JSON.parse(input.output ?? 'null'));
      return {};
    },
    SendTaskFailureCommand: (input: ByToken) => {
      openTask(input).end(undefined, new StateError(input.error ?? '', input.cause));
      return {};
    },
  };
}
