import { type Pace, pacer } from '../../../base/pacer.ts';
import { LIMITS, type Rate, STATES_RATES, TRANSITION_RATE } from '../../../local/limits.ts';
import type { Random } from '../random.ts';
import { cancel, type VirtualClock } from '../virtual-clock.ts';
import {
  type Definition,
  delayOf,
  matches,
  placed,
  type Retrier,
  type State,
  type TaskState,
} from './definition.ts';
import { StateError } from './state-error.ts';
import { TaskAttempt } from './task-attempt.ts';

export interface Execution {
  name: string;
  executionArn: string;
  status: 'WAITING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  error: string | undefined;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** Events in its history. */
  events: number;
  attempt: TaskAttempt | undefined;
}

/** Runs a Task state: gets its parameters, and its token. Resolves with the result, or when it waits. */
export type Integration = (parameters: never, execution: Execution, token: string) => Promise<unknown>;

interface Options {
  clock: VirtualClock;
  random: Random;
  arn: string;
  definition: Definition;
  integrations: Readonly<Record<string, Integration>>;
  onEnd: (execution: Execution) => void;
}

/**
 * Characters of a task token. AWS documents only the most, 2,048; those seen have 500 to 1,000. A
 * ticket with one of these needs two write units.
 */
const TOKEN_CHARACTERS = 800;

/** Step Functions: runs the real definition, with its retries, timeouts, quotas, history and bill. */
export class StepFunctions {
  readonly executions = new Map<string, Execution>();
  readonly tokens = new Map<string, TaskAttempt>();
  /** Billed transitions by state: each one entered, and each retry. */
  readonly transitions: Record<string, number> = {};
  private readonly options: Options;
  private readonly admitStart: () => Promise<void>;
  private readonly admitTransition: () => Promise<void>;
  private tokenCount = 0;

  constructor(options: Options) {
    this.options = options;
    const pace = ({ bucket, refill }: Rate): Pace => ({ perSecond: refill, burst: bucket });
    const { clock } = options;
    const virtual = { now: () => clock.now, sleep: (milliseconds: number) => clock.sleep(milliseconds) };
    // EventBridge keeps the events of throttled targets for a day; here they wait in their order.
    this.admitStart = pacer(pace(STATES_RATES.StartExecution as Rate), virtual);
    this.admitTransition = pacer(pace(TRANSITION_RATE), virtual);
  }

  /** Starts an execution as soon as the quota allows, and runs it. Resolves when it has ended. */
  async start(name: string, input: unknown): Promise<void> {
    const { clock, definition, arn, onEnd } = this.options;
    const executionArn = `${arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const execution: Execution = {
      ...{ name, executionArn, status: 'WAITING', error: undefined },
      ...{ startedAt: 0, events: 1, attempt: undefined },
    };
    this.executions.set(executionArn, execution);
    await this.admitStart();
    Object.assign(execution, { status: 'RUNNING', startedAt: clock.now });
    const timeout = clock.after(definition.timeoutSeconds * 1000, () => {
      execution.status = 'TIMED_OUT';
      execution.attempt?.fail(new StateError('States.Timeout'));
    });
    try {
      await this.run(execution, input);
      execution.status = 'SUCCEEDED';
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      if (execution.status === 'RUNNING') execution.status = 'FAILED';
      execution.error = error.error;
    }
    cancel(timeout);
    execution.events++;
    onEnd(execution);
  }

  private async run(execution: Execution, input: unknown): Promise<void> {
    const { definition, clock } = this.options;
    let at: string | undefined = definition.startAt;
    let data = input;
    while (at !== undefined) {
      const name: string = at;
      const state: State | undefined = definition.states[name];
      if (!state) throw new Error(`Expected the state ${name}`);
      await this.transition(execution, name);
      execution.events++;
      const enteredAt = clock.date().toISOString();
      if (state.type === 'Succeed') at = undefined;
      else if (state.type === 'Choice') at = state.choose({ input: data, context: {} });
      else ({ next: at, data } = await this.task(execution, name, state, data, enteredAt));
      execution.events++;
    }
  }

  /** Counts a transition, and waits until the quota allows it. */
  private async transition(execution: Execution, name: string): Promise<void> {
    this.transitions[name] = (this.transitions[name] ?? 0) + 1;
    await this.admitTransition();
    if (execution.status !== 'RUNNING') throw new StateError('States.Timeout');
    if (execution.events >= LIMITS.historyEvents)
      throw new StateError('States.Runtime', 'The history is full.');
  }

  private async task(
    execution: Execution,
    name: string,
    state: TaskState,
    input: unknown,
    enteredAt: string,
  ): Promise<{ next: string | undefined; data: unknown }> {
    const { clock, random } = this.options;
    const retries = new Map<Retrier, number>();
    for (let count = 0; ; count++) {
      try {
        const result = await this.attempt(execution, state, input, {
          EnteredTime: enteredAt,
          RetryCount: count,
        });
        const selected = state.result ? state.result({ input: result, context: {} }) : result;
        return { next: state.next, data: placed(state.resultPath, input, selected) };
      } catch (failure) {
        if (!(failure instanceof StateError) || execution.status !== 'RUNNING') throw failure;
        const { error } = failure;
        const rule = state.retry.find((one) => matches(one, error));
        const used = rule ? (retries.get(rule) ?? 0) : 0;
        if (rule && used < rule.MaxAttempts) {
          retries.set(rule, used + 1);
          await clock.sleep(delayOf(rule, used, random.next()));
          await this.transition(execution, name);
          continue;
        }
        const caught = state.catch.find((one) => matches(one, error));
        if (!caught) throw failure;
        const output = placed(caught.ResultPath, input, { Error: error, Cause: failure.message });
        return { next: caught.Next, data: output };
      }
    }
  }

  private async attempt(
    execution: Execution,
    state: TaskState,
    input: unknown,
    entered: object,
  ): Promise<unknown> {
    const waits = state.resource.endsWith('.waitForTaskToken');
    const token = waits ? `${this.tokenCount++}-`.padEnd(TOKEN_CHARACTERS, 'A') : '';
    const { executionArn, startedAt } = execution;
    const StartTime = new Date(startedAt).toISOString();
    const data = {
      input,
      context: { Execution: { Id: executionArn, StartTime }, State: entered, Task: { Token: token } },
    };
    const parameters = state.parameters(data) as never;
    const integration = this.options.integrations[state.resource];
    if (!integration) throw new Error(`Expected an integration that the model knows, got ${state.resource}`);
    const seconds = Number(state.timeoutSeconds(data));
    const attempt = new TaskAttempt(this.options.clock, seconds, state.heartbeatSeconds);
    execution.attempt = attempt;
    if (waits) this.tokens.set(token, attempt);
    // TaskScheduled and TaskStarted.
    execution.events += 2;
    integration(parameters, execution, token).then(
      (result) => {
        if (!waits) attempt.succeed(result);
        // TaskSubmitted.
        else execution.events++;
      },
      (error: Error) => attempt.fail(error),
    );
    try {
      return await attempt.ended;
    } finally {
      // TaskSucceeded, TaskFailed or TaskTimedOut.
      execution.events++;
      this.tokens.delete(token);
    }
  }
}
