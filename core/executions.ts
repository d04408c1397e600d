import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  type SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { awsCall } from './aws.ts';

/** Executions of the state machine, as far as the product steers them. */
export class Executions {
  private readonly client: SFNClient;

  constructor(client: SFNClient) {
    this.client = client;
  }

  /** undefined where Step Functions does not know the execution (any more: it keeps them for 90 days). */
  async describe(executionArn: string): Promise<DescribeExecutionCommandOutput | undefined> {
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

  /** The state that an ended execution was in last. */
  async lastState(executionArn: string): Promise<string | undefined> {
    const command = new GetExecutionHistoryCommand({
      executionArn,
      reverseOrder: true,
      maxResults: 20,
      includeExecutionData: false,
    });
    const { events = [] } = await awsCall('read the execution history', this.client.send(command));
    return events.find((event) => event.stateEnteredEventDetails)?.stateEnteredEventDetails?.name;
  }
}

const isUnknown = (error: unknown) => error instanceof Error && error.name === 'ExecutionDoesNotExist';
