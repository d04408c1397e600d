import type { HistoryEvent } from './history.ts';
import { PREFIX } from './task-tokens.ts';

/**
 * Results of iterations, and of tasks, that succeeded inside a Parallel or Map state before the
 * execution failed or the process was killed. The interpreter can only re-enter such a state from its
 * beginning. Iterations get their earlier result; so do tasks with the same parameters, so that only
 * failed tasks run again.
 */
export class Replay {
  private readonly results = new Map<string, unknown[]>();
  private readonly iterations = new Map<string, unknown>();

  take(state: string, parameters: string, iteration?: string): { output: unknown } | undefined {
    const results = this.results.get(keyOf(state, parameters, iteration));
    return results?.length ? { output: results.shift() } : undefined;
  }

  takeIteration(iteration: string): { output: unknown } | undefined {
    if (!this.iterations.has(iteration)) return undefined;
    const output = this.iterations.get(iteration);
    this.iterations.delete(iteration);
    return { output };
  }

  /** Collects results from the history since the last top-level state was first entered. */
  static of(events: readonly HistoryEvent[]): Replay {
    const replay = new Replay();
    const entered = events.findLast(
      ({ type, details }) => details?.topLevel && type.endsWith('StateEntered'),
    );
    if (!entered || !/^(Parallel|Map)/.test(entered.type)) return replay;
    const first = firstEntry(events, String(entered.details?.name));
    const byId = new Map(events.map((event) => [event.id, event]));
    for (const event of events) {
      if (event.id < first) continue;
      const { name, index, result } = event.details ?? {};
      if (event.type === 'MapIterationSucceeded')
        replay.iterations.set(iterationOf(String(name), Number(index), event.iteration), result);
      if (event.type !== 'TaskSucceeded' || !event.state) continue;
      let scheduled = byId.get(event.previousEventId);
      while (scheduled && scheduled.type !== 'TaskScheduled') scheduled = byId.get(scheduled.previousEventId);
      if (!scheduled) continue;
      const key = keyOf(event.state, String(scheduled.details?.parameters), event.iteration);
      replay.results.set(key, [
        ...(replay.results.get(key) ?? []),
        JSON.parse(String(event.details?.output)),
      ]);
    }
    return replay;
  }
}

/**
 * Returns the ID of the first event in the latest series of consecutive entries into one state,
 * which each redrive enters again.
 */
function firstEntry(events: readonly HistoryEvent[], state: string): number {
  let first = Number.POSITIVE_INFINITY;
  for (const { id, type, details } of events) {
    if (!details?.topLevel || !type.endsWith('StateEntered')) continue;
    first = details.name === state ? Math.min(first, id) : Number.POSITIVE_INFINITY;
  }
  return first;
}

/** Returns the name of an iteration, within another if the Map state is. */
export const iterationOf = (map: string, index: number, within = '') => `${within}${map}[${index}]`;

/** Builds the lookup key without task tokens, which differ each time. */
const keyOf = (state: string, parameters: string, iteration = '') =>
  `${iteration}${state}\n${parameters.replaceAll(TOKENS, 'token')}`;
const TOKENS = new RegExp(`${PREFIX}[\\w+/=]*`, 'g');
