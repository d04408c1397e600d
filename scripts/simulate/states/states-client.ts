import {
  DescribeExecutionCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
} from '@aws-sdk/client-sfn';
import { tokenBucket } from '../../../local/faults/rate-limits.ts';
import { STATES_RATES } from '../../../local/limits.ts';
import { awsError, sdkCall } from '../aws/sdk-call.ts';
import type { Random } from '../random.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { StateError } from './state-error.ts';
import type { StepFunctions } from './step-functions.ts';

/** Milliseconds of a call. */
const LATENCY = [8, 25] as const;

/** The API of Step Functions, with the rate of each of its actions. */
export class StatesClient {
  throttles = 0;
  private readonly clock: VirtualClock;
  private readonly random: Random;
  private readonly machine: StepFunctions;
  private readonly buckets: ReadonlyMap<string, () => boolean>;

  constructor(machine: StepFunctions, clock: VirtualClock, random: Random) {
    this.machine = machine;
    this.clock = clock;
    this.random = random;
    this.buckets = new Map(
      Object.entries(STATES_RATES).map(([action, rate]) => [action, tokenBucket(rate, 1, () => clock.now)]),
    );
  }

  send(command: unknown): Promise<object> {
    return sdkCall({ clock: this.clock, random: this.random }, async () => {
      await this.clock.sleep(this.random.between(...LATENCY));
      return this.answer(command);
    });
  }

  private answer(command: unknown): object {
    if (command instanceof SendTaskSuccessCommand) {
      const { taskToken, output = 'null' } = command.input;
      const result: unknown = JSON.parse(output);
      this.task('SendTaskSuccess', taskToken).succeed(result);
      return {};
    }
    if (command instanceof SendTaskFailureCommand) {
      const { taskToken, error = '', cause } = command.input;
      this.task('SendTaskFailure', taskToken).fail(new StateError(error, cause));
      return {};
    }
    if (command instanceof SendTaskHeartbeatCommand) {
      this.task('SendTaskHeartbeat', command.input.taskToken).beat();
      return {};
    }
    if (command instanceof DescribeExecutionCommand) {
      this.admit('DescribeExecution');
      const execution = this.machine.executions.get(command.input.executionArn ?? '');
      if (!execution) throw awsError('ExecutionDoesNotExist');
      return { executionArn: execution.executionArn, status: execution.status };
    }
    throw new Error(`Expected a call that the model knows, got ${(command as object).constructor.name}`);
  }

  private task(action: string, token = '') {
    this.admit(action);
    const attempt = this.machine.tokens.get(token);
    if (!attempt?.isOpen) throw awsError('TaskTimedOut');
    return attempt;
  }

  private admit(action: string): void {
    if (this.buckets.get(action)?.()) return;
    this.throttles++;
    throw awsError('ThrottlingException', 'Rate exceeded');
  }
}
