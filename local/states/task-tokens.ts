import { randomBytes } from 'node:crypto';
import { ServiceError } from '../http/aws-json.ts';
import { TaskError } from './task-error.ts';

/** Pending callback. */
interface OpenToken {
  succeed: (output: unknown) => void;
  fail: (error: TaskError) => void;
  heartbeat: () => void;
}

/** Beginning of every token. */
export const PREFIX = 'AQCMAAAAKgAAAAMAAAAA';
/**
 * The longest token that Step Functions may issue, so that what carries one has room for it:
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
 */
const LENGTH = 2_048;

/**
 * Issues task tokens. A token is valid for one result, until its task times out or its execution
 * ends.
 */
export class TaskTokens {
  private readonly open = new Map<string, OpenToken>();

  create(): string {
    return PREFIX + randomBytes(((LENGTH - PREFIX.length) * 3) / 4).toString('base64');
  }

  /**
   * Waits for the callback. Resolves with the output of SendTaskSuccess; rejects with the error of
   * SendTaskFailure, or with the signal's reason.
   */
  wait(token: string, heartbeat: () => void, signal: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.open.delete(token);
        reject(signal.reason);
      };
      const answer = () => {
        this.open.delete(token);
        signal.removeEventListener('abort', leave);
      };
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener('abort', leave, { once: true });
      this.open.set(token, {
        heartbeat,
        succeed: (output) => {
          answer();
          resolve(output);
        },
        fail: (error) => {
          answer();
          reject(error);
        },
      });
    });
  }

  sendTaskSuccess({ taskToken, output }: { taskToken: string; output: string }) {
    const token = this.find(taskToken);
    let value: unknown;
    try {
      value = JSON.parse(output);
    } catch {
      throw new ServiceError(
        'InvalidOutput',
        `Invalid Output: '${String(output).slice(0, 100)}' is not JSON`,
      );
    }
    token.succeed(value);
    return {};
  }

  sendTaskFailure({ taskToken, error, cause }: { taskToken: string; error?: string; cause?: string }) {
    this.find(taskToken).fail(new TaskError(error ?? '', cause ?? ''));
    return {};
  }

  sendTaskHeartbeat({ taskToken }: { taskToken: string }) {
    this.find(taskToken).heartbeat();
    return {};
  }

  private find(token: string): OpenToken {
    const open = this.open.get(token);
    if (open) return open;
    if (typeof token === 'string' && token.startsWith(PREFIX)) {
      throw new ServiceError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    }
    throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
  }
}
