import type { StateMachine } from 'aws-local-stepfunctions';
import type { Execution } from './execution.ts';
import type { Histories } from './history.ts';
import { exceedsLimit } from './payload-limit.ts';

/**
 * Maximum number of events, after which Step Functions fails an execution:
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const MAX_EVENTS = 25_000;

type Details = Record<string, unknown>;

/** Records the events of one run of an execution in its history, until the run is over. */
export class RunHistory {
  private readonly execution: Execution;
  private readonly histories: Histories;
  private readonly topLevel: ReadonlySet<string>;
  private readonly entries = new Map<string, number>();
  private readonly signal: AbortSignal;

  constructor(
    execution: Execution,
    histories: Histories,
    topLevel: ReadonlySet<string>,
    signal: AbortSignal,
  ) {
    this.execution = execution;
    this.histories = histories;
    this.topLevel = topLevel;
    this.signal = signal;
  }

  /**
   * Records the interpreter's events. Calls `overLimit` for a state whose input or output exceeds
   * the payload limit, `overLength` when the history is full; both must end the run.
   */
  async follow(
    events: ReturnType<StateMachine['run']>['eventLogs'],
    overLimit: (state: string) => void,
    overLength: (events: number) => void,
  ): Promise<void> {
    for await (const event of events) {
      if (event.type !== 'StateEntered' && event.type !== 'StateExited') continue;
      const { name, type, input, output } = event.state;
      const entered = event.type === 'StateEntered';
      const json = JSON.stringify((entered ? input : output) ?? null);
      if (exceedsLimit(json)) overLimit(name);
      if (this.execution.events >= MAX_EVENTS - 1) overLength(MAX_EVENTS);
      if (this.signal.aborted) continue;
      if (entered) this.enter(name, type, json);
      else this.append(`${type}StateExited`, name, { name, output: json });
    }
  }

  /** Returns a recorder for one attempt of a task, which links its events to one another. */
  attempt(state: string): (type: string, details: Details) => void {
    let previous: number | undefined;
    return (type, details) => {
      if (this.signal.aborted) return;
      previous = this.append(type, state, details, previous ?? this.entries.get(state));
    };
  }

  private enter(name: string, type: string, input: string): void {
    const topLevel = this.topLevel.has(name);
    if (topLevel) this.execution.current = { state: name, input };
    this.entries.set(
      name,
      this.append(`${type}StateEntered`, name, { name, input, ...(topLevel && { topLevel }) }),
    );
  }

  private append(type: string, state: string, details: Details, previousEventId?: number): number {
    return this.histories.append(this.execution, {
      type,
      state,
      details,
      ...(previousEventId !== undefined && { previousEventId }),
    });
  }
}
