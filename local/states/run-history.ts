import type { StateMachine } from 'aws-local-stepfunctions';
import { LIMITS } from '../limits.ts';
import type { Execution } from './execution.ts';
import type { Histories } from './history.ts';
import { SELECT } from './map-run/inline-map.ts';
import { exceedsLimit } from './payload-limit.ts';

type Details = Record<string, unknown>;

interface RunHistoryOptions {
  execution: Execution;
  histories: Histories;
  topLevel: ReadonlySet<string>;
  /** Map states that the interpreter takes for Task states. */
  maps: { has(state: string): boolean };
  signal: AbortSignal;
  /** Iteration of an inline Map state whose events these are. */
  iteration?: string;
  /** Called when the history is full; must end the run. */
  full: (events: number) => void;
}

/** Records the events of one run of an execution in its history, until the run is over. */
export class RunHistory {
  private readonly options: RunHistoryOptions;
  private readonly entries = new Map<string, number>();

  constructor(options: RunHistoryOptions) {
    this.options = options;
  }

  /**
   * Records the interpreter's events. Calls `overLimit`, which must end the run, for a state whose
   * input or output exceeds the payload limit.
   */
  async follow(
    events: ReturnType<StateMachine['run']>['eventLogs'],
    overLimit: (state: string) => void,
  ): Promise<void> {
    for await (const event of events) {
      if (event.type !== 'StateEntered' && event.type !== 'StateExited') continue;
      const { name, input, output } = event.state;
      if (name === SELECT) continue;
      const type = this.options.maps.has(name) ? 'Map' : event.state.type;
      const entered = event.type === 'StateEntered';
      const json = JSON.stringify((entered ? input : output) ?? null);
      if (exceedsLimit(json)) overLimit(name);
      if (this.options.signal.aborted) continue;
      if (entered) this.enter(name, type, json);
      else this.append(`${type}StateExited`, name, { name, output: json });
    }
  }

  /** Returns the history of an iteration, until `signal` aborts. */
  of(iteration: string, signal: AbortSignal): RunHistory {
    return new RunHistory({ ...this.options, iteration, signal, topLevel: new Set() });
  }

  /** Returns a recorder for one attempt of a task, which links its events to one another. */
  attempt(state: string): (type: string, details: Details) => void {
    let previous: number | undefined;
    return (type, details) => {
      if (this.options.signal.aborted) return;
      previous = this.append(type, state, details, previous ?? this.entries.get(state));
    };
  }

  private enter(name: string, type: string, input: string): void {
    const topLevel = this.options.topLevel.has(name);
    if (topLevel) this.options.execution.current = { state: name, input };
    this.entries.set(
      name,
      this.append(`${type}StateEntered`, name, { name, input, ...(topLevel && { topLevel }) }),
    );
  }

  private append(type: string, state: string, details: Details, previousEventId?: number): number {
    const { execution, histories, signal, full, iteration } = this.options;
    // Also for the events of tasks: retries of a single state can fill a history.
    if (execution.events >= LIMITS.historyEvents - 1) full(LIMITS.historyEvents);
    if (signal.aborted) return execution.events;
    return histories.append(execution, {
      type,
      state,
      iteration,
      details,
      ...(previousEventId !== undefined && { previousEventId }),
    });
  }
}
