import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { awsCall } from './clients.ts';

/**
 * Reports on a task to Step Functions by its task token. Each call returns false if the token is no
 * longer valid: the state was aborted or timed out, or the task has already reported.
 */
export class TaskTokens {
  private readonly client: SFNClient;

  constructor(client: SFNClient) {
    this.client = client;
  }

  /** Sends a heartbeat, which resets the state's heartbeat timeout. */
  beat(taskToken: string): Promise<boolean> {
    return isTokenValid('send the heartbeat', this.client.send(new SendTaskHeartbeatCommand({ taskToken })));
  }

  /** Completes the state with `result` as its output. */
  succeed(taskToken: string, result: object): Promise<boolean> {
    const output = JSON.stringify(result);
    return isTokenValid(
      'report the task',
      this.client.send(new SendTaskSuccessCommand({ taskToken, output })),
    );
  }

  /**
   * Fails the state. `Retry` matches on `error` (at most 256 characters); `cause` has at most
   * 32,768.
   */
  fail(taskToken: string, { error, cause }: { error: string; cause: string }): Promise<boolean> {
    return isTokenValid(
      'report the task',
      this.client.send(new SendTaskFailureCommand({ taskToken, error, cause })),
    );
  }
}

const INVALID_TOKEN_ERRORS = new Set(['TaskTimedOut', 'InvalidToken', 'TaskDoesNotExist']);

async function isTokenValid(doing: string, call: Promise<unknown>): Promise<boolean> {
  try {
    await awsCall(doing, call);
    return true;
  } catch (error) {
    if (INVALID_TOKEN_ERRORS.has((error as Error).name)) return false;
    throw error;
  }
}
