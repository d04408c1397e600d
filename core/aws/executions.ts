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

/** Response of DescribeExecution. */
export type ExecutionDescription = DescribeExecutionCommandOutput;

/** Starts, stops, redrives and describes executions of the state machine. */
export class Executions {
  private readonly client: SFNClient;
  private readonly pace: (() => Promise<void>) | undefined;

  /** `pace`: awaited before each DescribeExecution, by those who call it for many executions. */
  constructor(client: SFNClient, pace?: () => Promise<void>) {
    this.client = client;
    this.pace = pace;
  }

  /**
   * Returns undefined for an execution that never existed or has expired (Step Functions keeps
   * executions for 90 days).
   */
  async describe(executionArn: string): Promise<ExecutionDescription | undefined> {
    if (this.pace) await this.pace();
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

  /**
   * Stops an execution. Does nothing if it has ended or does not exist. `error` and `cause` appear
   * in its history.
   */
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
   * Starts an execution by name. Returns false if the name was used in the last 90 days with a
   * different input, or with the same input by an execution that has ended. Repeating the call
   * while the execution runs is idempotent.
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

  /**
   * Redrives a failed execution from the state that failed. Throws `ExecutionNotRedrivable` if Step
   * Functions refuses.
   */
  async redrive(executionArn: string): Promise<void> {
    await awsCall('redrive the execution', this.client.send(new RedriveExecutionCommand({ executionArn })));
  }

  /** Returns the most recently started executions with a status, with their stop dates. */
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

  /**
   * Returns the last state that an execution entered, or undefined if its history has expired.
   * Reads the history backward until it is found: each try of a state adds several events.
   */
  async lastState(executionArn: string): Promise<string | undefined> {
    let nextToken: string | undefined;
    do {
      const command = new GetExecutionHistoryCommand({
        executionArn,
        reverseOrder: true,
        maxResults: nextToken ? MAX_EVENTS : FIRST_EVENTS,
        includeExecutionData: false,
        nextToken,
      });
      try {
        const answer = await awsCall('read the execution history', this.client.send(command));
        const entered = answer.events?.find((event) => event.stateEnteredEventDetails);
        if (entered) return entered.stateEnteredEventDetails?.name;
        nextToken = answer.nextToken;
      } catch (error) {
        if (isUnknown(error)) return undefined;
        throw error;
      }
    } while (nextToken);
    return undefined;
  }
}

/**
 * Events per page of a history. Most executions need only a short first page; a history has up to
 * 25,000 events:
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
 */
const FIRST_EVENTS = 100;
const MAX_EVENTS = 1_000;

const isUnknown = (error: unknown) => error instanceof Error && error.name === 'ExecutionDoesNotExist';

/** Returns the ARN of an execution by name, whether or not it exists yet. */
export function executionArn(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

export function executionName(arn: string): string {
  return arn.split(':').at(-1) ?? arn;
}
