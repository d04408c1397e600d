import type { HistoryEvent } from './history.ts';
import { type Position, page } from './page.ts';

interface HistoryInput extends Position {
  reverseOrder?: boolean;
  includeExecutionData?: boolean;
}

/**
 * Builds the response of GetExecutionHistory:
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */
export function historyPage(events: readonly HistoryEvent[], input: HistoryInput) {
  const ordered = input.reverseOrder ? events.toReversed() : events;
  const { items, nextToken } = page(ordered, input);
  return {
    events: items.map((event) => publicEvent(event, input.includeExecutionData !== false)),
    nextToken,
  };
}

function publicEvent(
  { id, previousEventId, timestamp, type, details = {} }: HistoryEvent,
  withData: boolean,
) {
  const { input, output, parameters, topLevel: _ours, result: _output, ...rest } = details;
  const data = withData ? { input, output } : {};
  const shown = {
    ...rest,
    ...data,
    ...(parameters !== undefined && { parameters: withData ? parameters : '{}' }),
  };
  return { id, previousEventId, timestamp: Date.parse(timestamp) / 1000, type, [detailsName(type)]: shown };
}

function detailsName(type: string): string {
  const state = /State(Entered|Exited)$/.exec(type);
  const name = state ? `state${state[1]}` : `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
  return `${name}EventDetails`;
}
