import type { HistoryEvent } from './history.ts';

/**
 * Results of tasks that succeeded within a Parallel or Map state before its execution failed or its process was killed. The interpreter
 * can only enter such a state anew; tasks that ask for the same again get their result, so that only what failed runs again.
 */
export class Replay {
  private readonly results = new Map<string, unknown[]>();

  take(state: string, parameters: string): { output: unknown } | undefined {
    const results = this.results.get(keyOf(state, parameters));
    return results?.length ? { output: results.shift() } : undefined;
  }

  /** From the history since its last top-level state was entered for the first time. */
  static of(events: readonly HistoryEvent[]): Replay {
    const replay = new Replay();
    const entered = events.findLast(
      ({ type, details }) => details?.topLevel && type.endsWith('StateEntered'),
    );
    if (!entered || !/^(Parallel|Map)/.test(entered.type)) return replay;
    const first = firstEntry(events, String(entered.details?.name));
    const byId = new Map(events.map((event) => [event.id, event]));
    for (const event of events) {
      if (event.id < first || event.type !== 'TaskSucceeded' || !event.state) continue;
      let scheduled = byId.get(event.previousEventId);
      while (scheduled && scheduled.type !== 'TaskScheduled') scheduled = byId.get(scheduled.previousEventId);
      if (!scheduled) continue;
      const key = keyOf(event.state, String(scheduled.details?.parameters));
      replay.results.set(key, [
        ...(replay.results.get(key) ?? []),
        JSON.parse(String(event.details?.output)),
      ]);
    }
    return replay;
  }
}

/** The id of the event that began the unbroken row of entries into one state: a redrive enters it again. */
function firstEntry(events: readonly HistoryEvent[], state: string): number {
  let first = Number.POSITIVE_INFINITY;
  for (const { id, type, details } of events) {
    if (!details?.topLevel || !type.endsWith('StateEntered')) continue;
    first = details.name === state ? Math.min(first, id) : Number.POSITIVE_INFINITY;
  }
  return first;
}

/** Task tokens differ each time. */
const keyOf = (state: string, parameters: string) =>
  `${state}\n${parameters.replaceAll(/AQCMAAAAKgAAAAMAAAAA[\w+/=]{128}/g, 'token')}`;
