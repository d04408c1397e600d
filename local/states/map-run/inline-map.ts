import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { TaskError } from '../task-error.ts';
import { LONGEST_TIMER } from './distributed-map.ts';

/** Map state in inline mode: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html */
export interface InlineMap {
  /** What runs for each item. */
  processor: StateMachineDefinition;
  /** Whether an iteration gets the input of the Map state, of which SELECT makes its own. */
  selects: boolean;
}

/** What depends on the state's input; the interpreter makes it as `Parameters` of a Task state. */
export interface InlineParameters {
  items: unknown;
  /** 0: no limit but that of AWS. */
  maxConcurrency: number;
  input: unknown;
}

export interface InlineRun {
  state: string;
  /** Of the execution. */
  signal: AbortSignal;
  record: (type: string, details: Record<string, unknown>) => void;
  /** Returns the result of an iteration that succeeded before a redrive or a restart. */
  earlier: (index: number) => { output: unknown } | undefined;
  iterate: (iteration: { index: number; item: unknown; signal: AbortSignal }) => Promise<unknown>;
}

/** First state of an iteration: makes its input by the ItemSelector. Not in the history. */
export const SELECT = '\u0000select';
/** Iterations at once; the same page. */
const MAX_CONCURRENCY = 40;
const FIELDS = /^(?:Item|MaxConcurrency|Iterator)/;

/**
 * Takes the settings of a Map state in inline mode, and makes the state a Task state, whose handler is
 * given InlineParameters: the interpreter has one context object for all iterations, and goes on
 * starting some after one has failed. `state` must be prepared but for its `selector`.
 */
export function takeInlineMap(state: Record<string, unknown>, selector: unknown): InlineMap {
  const { ProcessorConfig: _mode, ...processor } = (state.ItemProcessor ?? state.Iterator) as {
    ProcessorConfig?: unknown;
    StartAt: string;
    States: Record<string, unknown>;
  };
  const { ItemsPath = '$', MaxConcurrencyPath, MaxConcurrency = 0 } = state;
  for (const field of Object.keys(state)) if (FIELDS.test(field)) delete state[field];
  Object.assign(state, {
    ...{ Type: 'Task', Resource: 'map', TimeoutSeconds: LONGEST_TIMER },
    Parameters: {
      'items.$': ItemsPath,
      ...(MaxConcurrencyPath
        ? { 'maxConcurrency.$': MaxConcurrencyPath }
        : { maxConcurrency: MaxConcurrency }),
      'input.$': '$',
    },
  });
  const select = { Type: 'Pass', Parameters: selector, Next: processor.StartAt };
  const selecting = { StartAt: SELECT, States: { [SELECT]: select, ...processor.States } };
  return {
    processor: (selector ? selecting : processor) as unknown as StateMachineDefinition,
    selects: Boolean(selector),
  };
}

/**
 * Runs an iteration for each item, so many at once. Returns their outputs. The first failure stops
 * all of them, and is the state's.
 */
export async function runInlineMap(
  { state, signal, record, earlier, iterate }: InlineRun,
  { items, maxConcurrency }: InlineParameters,
): Promise<unknown[]> {
  if (!Array.isArray(items))
    throw new TaskError('States.Runtime', `Expected an array as the items of ${state}`);
  record('MapStateStarted', { length: items.length });
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const outputs: unknown[] = [];
  let next = 0;
  const one = async (index: number) => {
    const known = earlier(index);
    if (known) {
      outputs[index] = known.output;
      return;
    }
    record('MapIterationStarted', { name: state, index });
    try {
      outputs[index] = await iterate({ index, item: items[index], signal: stop });
      record('MapIterationSucceeded', { name: state, index, result: outputs[index] ?? null });
    } catch (error) {
      record(stop.aborted ? 'MapIterationAborted' : 'MapIterationFailed', { name: state, index });
      if (!stop.aborted) failed.abort(error);
      throw error;
    }
  };
  const worker = async () => {
    while (next < items.length && !stop.aborted) await one(next++);
  };
  const workers = Math.min(items.length, maxConcurrency || MAX_CONCURRENCY, MAX_CONCURRENCY);
  await Promise.allSettled(Array.from({ length: workers }, worker));
  signal.throwIfAborted();
  record(failed.signal.aborted ? 'MapStateFailed' : 'MapStateSucceeded', {});
  failed.signal.throwIfAborted();
  return outputs;
}
