import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { awsCall } from './clients.ts';

/**
 * What Step Functions is told of a task that a state waits for by token. Each call returns false
 * where nobody waits any more: the state was canceled or timed out, or the token was answered before.
 */
export class TaskTokens {
  private readonly client: SFNClient;

  constructor(client: SFNClient) {
    this.client = client;
  }

  /** Keeps the state from its heartbeat time-out. */
  beat(taskToken: string): Promise<boolean> {
    return isAwaited('send the heartbeat', this.client.send(new SendTaskHeartbeatCommand({ taskToken })));
  }

  /** Ends the state; `result` becomes its output. */
  succeed(taskToken: string, result: object): Promise<boolean> {
    const output = JSON.stringify(result);
    return isAwaited('report the task', this.client.send(new SendTaskSuccessCommand({ taskToken, output })));
  }

  /**
   * Fails the state. `Retry` matches on `error`, of at most 256 characters; `cause` has at most
   * 32,768.
   */
  fail(taskToken: string, { error, cause }: { error: string; cause: string }): Promise<boolean> {
    return isAwaited(
      'report the task',
      this.client.send(new SendTaskFailureCommand({ taskToken, error, cause })),
    );
  }
}

const NOBODY_WAITS = new Set(['TaskTimedOut', 'InvalidToken', 'TaskDoesNotExist']);

async function isAwaited(doing: string, call: Promise<unknown>): Promise<boolean> {
  try {
    await awsCall(doing, call);
    return true;
  } catch (error) {
    if (NOBODY_WAITS.has((error as Error).name)) return false;
    throw error;
  }
}
