import type { Random } from '../../random.ts';
import { awsError } from '../aws-error.ts';
import type { Turns } from '../turns.ts';
import { chosen, type Definition, matches, outputOf, placed, type State, StateError } from './asl.ts';
import { type Data, fillTemplate } from './asl-template.ts';
import {
  type Execution,
  isUnsuccessful,
  type StatusDetail,
  statusDetail,
  type WaitingTask,
} from './execution.ts';

/** Runs a Task state: gets its Parameters, and a token if it waits for one. Throws `StateError`. */
export type Integration = (
  parameters: unknown,
  task: { execution: Execution; state: string; token: string },
) => Promise<unknown>;

interface Options {
  arn: string;
  definition: Definition;
  integrations: Readonly<Record<string, Integration>>;
  turns: Turns;
  random: Random;
  now: () => Date;
  onStatus: (detail: StatusDetail) => void;
}

/** Runs executions of a definition: its states, retries and redrives. */
export class StateMachine {
  readonly executions = new Map<string, Execution>();
  readonly tasks = new Map<string, WaitingTask>();
  private readonly options: Options;

  constructor(options: Options) {
    this.options = options;
  }

  get arn(): string {
    return this.options.arn;
  }

  /** Starts an execution; returns the running one if name and input are the same. */
  start(name: string, input: string): Execution {
    const executionArn = `${this.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = this.executions.get(executionArn);
    if (known?.status === 'RUNNING' && known.input === input) return known;
    if (known) throw awsError('ExecutionAlreadyExists', 400);
    const startDate = this.options.now();
    const at = { state: this.options.definition.StartAt, input: JSON.parse(input), enteredAt: startDate };
    const execution: Execution = {
      ...{
        executionArn,
        name,
        input,
        status: 'RUNNING',
        startDate,
        redriveCount: 0,
        generation: 0,
        at,
        entered: [],
      },
    };
    this.executions.set(executionArn, execution);
    this.options.onStatus(statusDetail(execution));
    void this.run(execution);
    return execution;
  }

  redrive(execution: Execution): void {
    if (!isUnsuccessful(execution)) throw awsError('ExecutionNotRedrivable', 400);
    const redriveTime = this.options.now();
    Object.assign(execution, {
      ...{ status: 'RUNNING', redriveTime, redriveCount: execution.redriveCount + 1 },
      ...{ stopDate: undefined, error: undefined, cause: undefined },
      generation: execution.generation + 1,
    });
    // The documentation does not say whether a redriven state counts as entered again.
    if (this.options.random.chance(0.5)) execution.at = { ...execution.at, enteredAt: redriveTime };
    this.options.onStatus(statusDetail(execution));
    void this.run(execution);
  }

  /** Ends an execution. Does nothing if it has ended. */
  end(execution: Execution, change: Pick<Execution, 'status' | 'error' | 'cause' | 'output'>): void {
    if (execution.status !== 'RUNNING') return;
    Object.assign(execution, change, { stopDate: this.options.now(), generation: execution.generation + 1 });
    this.options.onStatus(statusDetail(execution));
  }

  private async run(execution: Execution): Promise<void> {
    const { definition, turns } = this.options;
    const { generation } = execution;
    const process = turns.process(`execution ${execution.name}`);
    const current = () => execution.generation === generation;
    for (;;) {
      await turns.take(process, execution.at.state);
      if (!current()) return;
      const { state: name, input } = execution.at;
      const state = definition.States[name];
      if (!state) throw new Error(`Expected a state ${name}`);
      if (execution.entered.at(-1) !== name) execution.entered.push(name);
      try {
        const { output, next } = await this.runState(execution, name, state, () =>
          turns.take(process, `${name} again`),
        );
        if (!current()) return;
        if (!next)
          return this.end(execution, { ...NOTHING, status: 'SUCCEEDED', output: JSON.stringify(output) });
        execution.at = { state: next, input: output, enteredAt: this.options.now() };
      } catch (error) {
        if (!current()) return;
        if (!(error instanceof StateError)) throw error;
        const caught = state.Catch?.find((catcher) => matches(catcher, error.error));
        if (!caught)
          return this.end(execution, {
            ...NOTHING,
            status: 'FAILED',
            error: error.error,
            cause: error.message,
          });
        const output = placed(caught.ResultPath, input, { Error: error.error, Cause: error.message });
        execution.at = { state: caught.Next, input: output, enteredAt: this.options.now() };
      }
    }
  }

  private async runState(
    execution: Execution,
    name: string,
    state: State,
    pause: () => Promise<void>,
  ): Promise<{ output: unknown; next: string | undefined }> {
    const { input } = execution.at;
    if (state.Type === 'Succeed') return { output: input, next: undefined };
    if (state.Type === 'Choice')
      return { output: input, next: chosen(state, { input, context: this.context(execution, name, 0, '') }) };
    if (state.Type !== 'Task') throw new Error(`Expected a type that the model knows, got ${state.Type}`);
    const { generation } = execution;
    const used = new Map<object, number>();
    for (let retries = 0; ; retries++) {
      const token = `${execution.name}/${name}/${this.tasks.size}/${this.options.random.below(1e9)}`;
      const data: Data = { input, context: this.context(execution, name, retries, token) };
      try {
        const integration = this.options.integrations[state.Resource ?? ''];
        if (!integration) throw new Error(`Expected a resource that the model knows, got ${state.Resource}`);
        const result = await integration(fillTemplate(state.Parameters, data), {
          execution,
          state: name,
          token,
        });
        return { output: outputOf(state, result, data), next: state.End ? undefined : state.Next };
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
        // The first retrier that names the error decides; each has its own budget.
        const retrier = state.Retry?.find((one) => matches(one, error.error));
        const spent = (retrier && used.get(retrier)) ?? 0;
        if (!retrier || spent >= (retrier.MaxAttempts ?? 3)) throw error;
        used.set(retrier, spent + 1);
        await pause();
        if (execution.generation !== generation) throw error;
      }
    }
  }

  private context(execution: Execution, name: string, retryCount: number, token: string): unknown {
    const { executionArn, startDate, redriveCount, redriveTime, at } = execution;
    return {
      Execution: {
        ...{ Id: executionArn, Name: execution.name, Input: JSON.parse(execution.input) },
        ...{ StartTime: startDate.toISOString(), RedriveCount: redriveCount },
        ...(redriveTime && { RedriveTime: redriveTime.toISOString() }),
      },
      State: { Name: name, EnteredTime: at.enteredAt.toISOString(), RetryCount: retryCount },
      StateMachine: { Id: this.arn, Name: this.arn.split(':').at(-1) },
      Task: { Token: token },
    };
  }
}

const NOTHING = { error: undefined, cause: undefined, output: undefined };
