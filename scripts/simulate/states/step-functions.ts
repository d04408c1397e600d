import { type Pace, pacer } from '../../../base/pacer.ts';
import { LIMITS, type Rate, STATES_RATES, TRANSITION_RATE } from '../../../local/limits.ts';
import type { Random } from '../random.ts';
import { cancel, type VirtualClock } from '../virtual-clock.ts';
import {
  caught,
  type Definition,
  delayOf,
  type MapState,
  matches,
  placed,
  type Retrier,
  type State,
  type States,
  type TaskState,
} from './definition.ts';
import { runIterations, Scope } from './scope.ts';
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
  scope: Scope;
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
      ...{ startedAt: 0, events: 1, scope: new Scope() },
    };
    this.executions.set(executionArn, execution);
    await this.admitStart();
    Object.assign(execution, { status: 'RUNNING', startedAt: clock.now });
    const timeout = clock.after(definition.timeoutSeconds * 1000, () => {
      execution.status = 'TIMED_OUT';
      execution.scope.stop(new StateError('States.Timeout'));
    });
    try {
      await this.run(execution, input, definition, execution.scope);
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

  /** Runs states to their end. Returns the output. */
  private async run(
    execution: Execution,
    input: unknown,
    { startAt, states }: States,
    scope: Scope,
  ): Promise<unknown> {
    const { clock } = this.options;
    let at: string | undefined = startAt;
    let data = input;
    while (at !== undefined) {
      const name: string = at;
      const state: State | undefined = states[name];
      if (!state) throw new Error(`Expected the state ${name}`);
      await this.transition(execution, name);
      if (scope.stopped) throw scope.stopped;
      execution.events++;
      const enteredAt = clock.date().toISOString();
      if (state.type === 'Succeed') at = undefined;
      else if (state.type === 'Choice') at = state.choose({ input: data, context: {} });
      else if (state.type === 'Map') ({ next: at, data } = await this.map(execution, state, data, scope));
      else ({ next: at, data } = await this.task(execution, { name, state, enteredAt, scope }, data));
      execution.events++;
    }
    return data;
  }

  private async map(
    execution: Execution,
    state: MapState,
    input: unknown,
    outer: Scope,
  ): Promise<{ next: string | undefined; data: unknown }> {
    const data = { input, context: {} };
    const scope = outer.nested();
    const iterate = async (Value: unknown, Index: number) => {
      const selected = state.select({ input, context: { Map: { Item: { Value, Index } } } });
      const output = await this.run(execution, selected, state.processor, scope);
      // MapIterationStarted and MapIterationSucceeded.
      execution.events += 2;
      return output;
    };
    try {
      const items = state.items(data) as unknown[];
      const outputs = await runIterations(items, Number(state.maxConcurrency(data)), scope, iterate);
      // MapStateStarted and MapStateSucceeded.
      execution.events += 2;
      return { next: state.next, data: placed(state.resultPath, input, outputs) };
    } catch (failure) {
      return caught(state, input, failure, execution.status === 'RUNNING');
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
    { name, state, enteredAt, scope }: { name: string; state: TaskState; enteredAt: string; scope: Scope },
    input: unknown,
  ): Promise<{ next: string | undefined; data: unknown }> {
    const { clock, random } = this.options;
    const retries = new Map<Retrier, number>();
    for (let count = 0; ; count++) {
      try {
        const entered = { EnteredTime: enteredAt, RetryCount: count };
        const result = await this.attempt(execution, { state, entered, scope }, input);
        const selected = state.result ? state.result({ input: result, context: {} }) : result;
        return { next: state.next, data: placed(state.resultPath, input, selected) };
      } catch (failure) {
        if (!(failure instanceof StateError) || execution.status !== 'RUNNING' || scope.stopped)
          throw failure;
        const { error } = failure;
        const rule = state.retry.find((one) => matches(one, error));
        const used = rule ? (retries.get(rule) ?? 0) : 0;
        if (rule && used < rule.MaxAttempts) {
          retries.set(rule, used + 1);
          await clock.sleep(delayOf(rule, used, random.next()));
          await this.transition(execution, name);
          continue;
        }
        return caught(state, input, failure, true);
      }
    }
  }

  private async attempt(
    execution: Execution,
    { state, entered, scope }: { state: TaskState; entered: object; scope: Scope },
    input: unknown,
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
      return await scope.run(attempt);
    } finally {
      // TaskSucceeded, TaskFailed or TaskTimedOut.
      execution.events++;
      this.tokens.delete(token);
    }
  }
}
