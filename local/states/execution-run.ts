import { setImmediate } from 'node:timers/promises';
import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import type { Definition } from './definition.ts';
import type { Execution, ExecutionStatus } from './execution.ts';
import type { Histories } from './history.ts';
import type { MapParameters } from './map-run/distributed-map.ts';
import { type InlineParameters, type InlineRun, runInlineMap } from './map-run/inline-map.ts';
import { type Children, runMap } from './map-run/map-run.ts';
import { dataLimitExceeded } from './payload-limit.ts';
import { iterationOf, type Replay } from './replay.ts';
import { type RunContext, runContext } from './run-context.ts';
import { RunHistory } from './run-history.ts';
import { TaskError } from './task-error.ts';
import { type Integration, runTaskState } from './task-run.ts';
import type { TaskTokens } from './task-tokens.ts';

export interface RunOptions {
  execution: Execution;
  definition: Definition;
  histories: Histories;
  integrations: Readonly<Record<string, Integration>>;
  tokens: TaskTokens;
  children: Children;
  timeoutScale: number;
  /** Time until the execution times out, in milliseconds. */
  timeLeft: number;
  replay: Replay;
  /** Called once, after the end has been written to the history. */
  ended: (execution: Execution) => void;
}

export interface Outcome {
  status: Exclude<ExecutionStatus, 'RUNNING'>;
  output?: string | undefined;
  error?: string | undefined;
  cause?: string | undefined;
}

const END_EVENTS = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
} as const;

const LONGEST_TIMER = 2 ** 31 - 1;

/** Run of an execution: from its start, a redrive or a restart of this process to its end. */
export class ExecutionRun {
  private readonly options: RunOptions;
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly history: RunHistory;
  private readonly context: RunContext;
  private abort: () => void = () => undefined;

  constructor(options: RunOptions) {
    const { execution, definition, histories, tokens } = options;
    this.options = options;
    const topLevel = new Set(Object.keys(definition.runnable.States));
    this.history = new RunHistory({
      ...{ execution, histories, topLevel, signal: this.controller.signal },
      maps: new Set([...definition.maps.keys(), ...definition.inlineMaps.keys()]),
      full: (events) => this.fail(historyFull(events)),
    });
    this.context = runContext(execution, definition, tokens);
    const timeLeft = Math.min(Math.max(options.timeLeft, 0), LONGEST_TIMER);
    this.timer = setTimeout(() => this.end({ status: 'TIMED_OUT', error: 'States.Timeout' }), timeLeft);
    void this.interpret();
  }

  /**
   * Ends the execution: cancels its tasks and invalidates their tokens. Does nothing if the run is
   * over.
   */
  end({ status, output, error, cause }: Outcome): void {
    if (this.controller.signal.aborted) return;
    const { execution, histories, ended } = this.options;
    this.halt(new TaskError(error ?? 'States.TaskFailed', cause ?? `The execution is ${status}`));
    histories.append(execution, { type: END_EVENTS[status], details: { output, error, cause } });
    Object.assign(execution, { status, output, error, cause, stopDate: Date.now() });
    ended(execution);
  }

  /**
   * Stops the run without ending the execution: this process is shutting down, and the next one
   * resumes from the history.
   */
  halt(reason: Error): void {
    clearTimeout(this.timer);
    this.controller.abort(reason);
    this.abort();
  }

  private async interpret(): Promise<void> {
    const { execution, definition } = this.options;
    const from = execution.current;
    const runnable = from ? { ...definition.runnable, StartAt: from.state } : definition.runnable;
    const scope = { history: this.history, context: this.context, signal: this.controller.signal };
    const run = this.run(runnable, JSON.parse(from?.input ?? execution.input), scope);
    this.abort = run.abort;
    try {
      const output = await run.result;
      this.end({ status: 'SUCCEEDED', output: JSON.stringify(output) });
    } catch (error) {
      this.fail(error as Error);
    }
  }

  /** Runs states: those of the execution, or of an iteration of an inline Map state. */
  private run(
    states: StateMachineDefinition,
    input: unknown,
    scope: Scope,
  ): { abort: () => void; result: Promise<unknown> } {
    const machine = new StateMachine(states, { validationOptions: { noValidate: true } });
    const { abort, eventLogs, result } = machine.run(input as never, {
      context: scope.context.value,
      overrides: { taskResourceLocalHandlers: this.handlers(scope) as never },
    });
    const followed = scope.history.follow(eventLogs, (state) => this.fail(dataLimitExceeded(state)));
    const settled = result.then(
      async (output) => {
        await followed;
        return output;
      },
      async (error) => {
        await followed;
        throw (error as Error).cause ?? error;
      },
    );
    return { abort, result: settled };
  }

  private fail({ name, message }: Error): void {
    this.end({ status: 'FAILED', error: name, cause: message });
  }

  private handlers(scope: Scope): Record<string, Handler> {
    const { definition, integrations } = this.options;
    const { history, context, signal, iteration } = scope;
    const handlers = [...definition.tasks].map(([state, settings]): [string, Handler] => {
      const integration = integrations[settings.resource] ?? unsupported(settings.resource);
      const handler = (parameters: unknown) => {
        const token = context.takeToken();
        context.attempted(state);
        const record = history.attempt(state);
        return runTaskState(
          { ...this.options, state, settings, integration, token, signal, iteration, record },
          parameters,
        );
      };
      return [state, handler];
    });
    return Object.fromEntries([...handlers, ...this.mapHandlers(scope), ...this.inlineHandlers(scope)]);
  }

  private mapHandlers({ history, signal }: Scope): [string, Handler][] {
    const { definition, integrations, execution, children } = this.options;
    return [...definition.maps].map(([state, map]) => {
      const list = integrations[map.reader] ?? unsupported(map.reader);
      const handler = async (parameters: unknown) => {
        // The interpreter reports the states it enters a few microtasks late.
        await setImmediate();
        const record = history.attempt(state);
        return runMap({ execution, state, map, list, children, signal, record }, parameters as MapParameters);
      };
      return [state, handler];
    });
  }

  private inlineHandlers(scope: Scope): [string, Handler][] {
    const { definition, execution, tokens, replay } = this.options;
    const { history, signal } = scope;
    return [...definition.inlineMaps].map(([state, { processor, selects }]) => {
      const handler = async (processed: unknown) => {
        await setImmediate();
        const parameters = processed as InlineParameters;
        const nameOf = (index: number) => iterationOf(state, index, scope.iteration);
        const iterate: InlineRun['iterate'] = async ({ index, item, signal }) => {
          const context = runContext(execution, definition, tokens);
          context.value.Map = { Item: { Index: index, Value: item } };
          const iteration = nameOf(index);
          const run = this.run(processor, selects ? parameters.input : item, {
            ...{ history: history.of(iteration, signal), context, signal, iteration },
          });
          signal.addEventListener('abort', run.abort, { once: true });
          return run.result.finally(() => signal.removeEventListener('abort', run.abort));
        };
        const earlier = (index: number) => replay.takeIteration(nameOf(index));
        return runInlineMap({ state, signal, record: history.attempt(state), earlier, iterate }, parameters);
      };
      return [state, handler];
    });
  }
}

type Handler = (parameters: unknown) => Promise<unknown>;

/** What belongs to the execution, or to one iteration. */
interface Scope {
  history: RunHistory;
  context: RunContext;
  signal: AbortSignal;
  iteration?: string;
}

const historyFull = (events: number) =>
  new TaskError('States.Runtime', `The execution reached the maximum number of history events (${events}).`);

function unsupported(resource: string): Integration {
  return async () => {
    throw new TaskError('States.Runtime', `${resource} is not supported locally`);
  };
}
