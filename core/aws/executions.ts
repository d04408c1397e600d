import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  type ExecutionStatus,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { awsCall } from './clients.ts';

/** An execution as DescribeExecution tells it. */
export type ExecutionDescription = DescribeExecutionCommandOutput;

/** Executions of the state machine, as far as the product steers them. */
export class Executions {
  private readonly client: SFNClient;

  constructor(client: SFNClient) {
    this.client = client;
  }

  /** undefined where Step Functions does not know the execution (any more: it keeps them for 90 days). */
  async describe(executionArn: string): Promise<ExecutionDescription | undefined> {
    try {
      return await awsCall(
        'describe the execution',
        this.client.send(new DescribeExecutionCommand({ executionArn })),
      );
    } catch (error) {
      if (isUnknown(error)) return undefined;
      throw error;
    }
  }

  /** Stops an execution; one that has ended or is unknown needs no stopping. `error` and `cause` show in its history. */
  async stop(executionArn: string, error: string, cause: string): Promise<void> {
    try {
      await awsCall(
        'stop the execution',
        this.client.send(new StopExecutionCommand({ executionArn, error, cause })),
      );
    } catch (failure) {
      if (!isUnknown(failure)) throw failure;
    }
  }

  /**
   * Starts an execution by name. False where Step Functions has seen the name in the last 90 days with another input, or with the same
   * one in an execution that has ended; a repeat while it runs counts as the same start.
   */
  async start(stateMachineArn: string, name: string, input: object): Promise<boolean> {
    const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
    try {
      await awsCall('start the execution', this.client.send(command));
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'ExecutionAlreadyExists') return false;
      throw error;
    }
  }

  /** Resumes a failed execution at the state that failed. Throws `ExecutionNotRedrivable` where Step Functions refuses. */
  async redrive(executionArn: string): Promise<void> {
    await awsCall('redrive the execution', this.client.send(new RedriveExecutionCommand({ executionArn })));
  }

  /** Executions with a status, of those the ones that started last; when they ended, if they have. */
  async latest(
    stateMachineArn: string,
    statusFilter: ExecutionStatus,
    maxResults: number,
  ): Promise<{ executionArn: string; stopDate: Date | undefined }[]> {
    const command = new ListExecutionsCommand({ stateMachineArn, statusFilter, maxResults });
    const { executions = [] } = await awsCall('list the executions', this.client.send(command));
    return executions.flatMap(({ executionArn, stopDate }) =>
      executionArn ? { executionArn, stopDate } : [],
    );
  }

  /** The state that an ended execution was in last; undefined where its history is gone. */
  async lastState(executionArn: string): Promise<string | undefined> {
    const command = new GetExecutionHistoryCommand({
      executionArn,
      reverseOrder: true,
      // A state that was retried to the end has a few events for each try.
      maxResults: 100,
      includeExecutionData: false,
    });
    try {
      const { events = [] } = await awsCall('read the execution history', this.client.send(command));
      return events.find((event) => event.stateEnteredEventDetails)?.stateEnteredEventDetails?.name;
    } catch (error) {
      if (isUnknown(error)) return undefined;
      throw error;
    }
  }
}

const isUnknown = (error: unknown) => error instanceof Error && error.name === 'ExecutionDoesNotExist';

/** The ARN that an execution of this name has or will have. */
export function executionArn(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

export function executionName(arn: string): string {
  return arn.split(':').at(-1) ?? arn;
}
