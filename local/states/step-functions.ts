import { createHash, randomUUID } from 'node:crypto';
import { ServiceError } from '../http/aws-json.ts';
import { arn, stateMachineArn } from '../resources.ts';
import { type Definition, parseDefinition } from './definition.ts';
import { type Execution, type ExecutionSummary, notRedrivableReason, summaryOf } from './execution.ts';
import { ExecutionRun } from './execution-run.ts';
import { Histories } from './history.ts';
import type { Children } from './map-run/map-run.ts';
import { Replay } from './replay.ts';
import type { Integration } from './task-run.ts';
import { TaskTokens } from './task-tokens.ts';

export interface StepFunctionsOptions {
  directory: string;
  /** Definitions without placeholders, by name. */
  stateMachines: Readonly<Record<string, string>>;
  integrations: Readonly<Record<string, Integration>>;
  timeScale: number;
  timeoutScale: number;
  now: () => number;
  statusChanged: (execution: Execution) => void;
}

/** Runs executions of state machines. Executions outlive this process. */
export class StepFunctions {
  readonly tokens = new TaskTokens();
  readonly histories: Histories;
  /** All executions, by ARN: what else is known of those that have ended is in their files only. */
  readonly executions = new Map<string, ExecutionSummary>();
  /** Definition text and ID by state machine ARN. */
  readonly machines = new Map<string, { id: string; text: string }>();
  private readonly options: StepFunctionsOptions;
  private readonly definitions = new Map<string, Definition>();
  /** Executions that have not ended. */
  private readonly running = new Map<string, Execution>();
  private readonly runs = new Map<string, ExecutionRun>();
  /** Called when the execution with this ARN ends. */
  private readonly waiting = new Map<string, (execution: Execution) => void>();

  constructor(options: StepFunctionsOptions) {
    this.options = options;
    this.histories = new Histories(options.directory);
    for (const [name, text] of Object.entries(options.stateMachines))
      this.define(stateMachineArn(name), text);
    for (const name of this.histories.names()) {
      const execution = this.histories.load(name);
      if (execution.status === 'RUNNING') this.keep(execution);
      else this.executions.set(execution.arn, summaryOf(execution));
    }
  }

  /**
   * Resumes executions that were running when the previous process ended: each re-enters its
   * current state.
   */
  resume(): void {
    for (const execution of this.running.values()) this.run(execution);
  }

  start(machineArn: string, input = '{}', name: string = randomUUID()): Execution {
    const machine = this.machines.get(machineArn);
    if (!machine) {
      throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${machineArn}'`);
    }
    const executionArn = arn('states', `execution:${machineArn.split(':').at(-1)}:${name}`);
    const running = this.running.get(executionArn);
    if (running?.input === input) return running;
    if (this.executions.has(executionArn))
      throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
    const execution: Execution = {
      arn: executionArn,
      name,
      stateMachineArn: machineArn,
      definition: machine.id,
      input,
      status: 'RUNNING',
      startDate: Date.now(),
      redriveCount: 0,
      events: 0,
    };
    this.histories.begin(execution);
    this.histories.append(execution, { type: 'ExecutionStarted', details: { input } });
    this.keep(execution);
    this.options.statusChanged(execution);
    this.run(execution);
    return execution;
  }

  stop(executionArn: string, error?: string, cause?: string): Execution {
    const execution = this.find(executionArn);
    this.runs.get(executionArn)?.end({ status: 'ABORTED', error, cause });
    return execution;
  }

  redrive(executionArn: string): Execution {
    const execution = this.find(executionArn);
    const reason = notRedrivableReason(execution, this.options.now());
    if (reason) throw new ServiceError('ExecutionNotRedrivable', reason);
    execution.redriveCount += 1;
    const changes = { status: 'RUNNING', redriveDate: Date.now() } as const;
    const cleared = { stopDate: undefined, error: undefined, cause: undefined };
    Object.assign(execution, changes, cleared);
    this.keep(execution);
    const details = { redriveCount: execution.redriveCount };
    this.histories.append(execution, { type: 'ExecutionRedriven', details });
    this.options.statusChanged(execution);
    this.run(execution);
    return execution;
  }

  find(executionArn: string): Execution {
    const running = this.running.get(executionArn);
    if (running) return running;
    const ended = this.executions.get(executionArn);
    if (ended) return this.histories.load(ended.name);
    throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
  }

  close(): void {
    for (const run of this.runs.values()) run.halt(new Error('The local cloud is stopping'));
  }

  private keep(execution: Execution): void {
    this.executions.set(execution.arn, execution);
    this.running.set(execution.arn, execution);
  }

  private define(machineArn: string, text: string): void {
    if (this.machines.get(machineArn)?.text === text) return;
    const id = createHash('sha256').update(text).digest('hex').slice(0, 16);
    this.definitions.set(id, parseDefinition(text, this.options.timeScale));
    this.histories.keepDefinition(id, text);
    this.machines.set(machineArn, { id, text });
  }

  private readonly children: Children = {
    run: (parent, map, { name, input }) => {
      const machineArn = `${parent.stateMachineArn}/${map.label}`;
      this.define(machineArn, map.processor);
      const executionArn = childArn(parent, map.label, name);
      const known = this.executions.get(executionArn);
      const isOld = (known?.stopDate ?? 0) <= (parent.redriveDate ?? parent.startDate);
      if (known && known.status !== 'RUNNING' && (known.status === 'SUCCEEDED' || !isOld))
        return Promise.resolve(this.find(executionArn));
      const ended = new Promise<Execution>((resolve) => {
        this.waiting.set(executionArn, resolve);
      });
      if (!known) this.start(machineArn, input, name);
      else if (known.status !== 'RUNNING') this.redrive(known.arn);
      return ended;
    },
    stop: ({ parent, map, name }) => {
      const child = this.executions.get(childArn(parent, map.label, name));
      if (child) this.stop(child.arn);
    },
  };

  private run(execution: Execution): void {
    const { integrations, timeoutScale, statusChanged } = this.options;
    const definition = this.definitionOf(execution);
    const limit = (definition.timeout ?? Number.POSITIVE_INFINITY) * 1000 * timeoutScale;
    const elapsed = Date.now() - (execution.redriveDate ?? execution.startDate);
    const run = new ExecutionRun({
      execution,
      definition,
      integrations,
      timeoutScale,
      histories: this.histories,
      tokens: this.tokens,
      children: this.children,
      timeLeft: limit - elapsed,
      replay: execution.current ? Replay.of(this.histories.read(execution)) : new Replay(),
      ended: () => {
        this.runs.delete(execution.arn);
        this.running.delete(execution.arn);
        this.executions.set(execution.arn, summaryOf(execution));
        statusChanged(execution);
        this.waiting.get(execution.arn)?.(execution);
        this.waiting.delete(execution.arn);
      },
    });
    this.runs.set(execution.arn, run);
  }

  private definitionOf({ definition: id }: Execution): Definition {
    const known =
      this.definitions.get(id) ?? parseDefinition(this.histories.definition(id), this.options.timeScale);
    this.definitions.set(id, known);
    return known;
  }
}

const childArn = (parent: Execution, label: string, name: string) =>
  arn('states', `execution:${parent.stateMachineArn.split(':').at(-1)}/${label}:${name}`);
