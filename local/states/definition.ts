import aslValidator from 'asl-validator';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import {
  type DistributedMap,
  isDistributed,
  LONGEST_TIMER,
  takeDistributedMap,
} from './map-run/distributed-map.ts';
import { type InlineMap, takeInlineMap } from './map-run/inline-map.ts';

/** Settings of a Task state that the interpreter ignores, or that must follow the local clock. */
export interface TaskSettings {
  resource: string;
  /** Seconds, unscaled. */
  timeout: number;
  heartbeat: number | undefined;
}

export interface Definition {
  /** Definition prepared for the interpreter. */
  runnable: StateMachineDefinition;
  tasks: ReadonlyMap<string, TaskSettings>;
  /** Map states in distributed mode. */
  maps: ReadonlyMap<string, DistributedMap>;
  /** Map states in inline mode. */
  inlineMaps: ReadonlyMap<string, InlineMap>;
  /** Seconds, unscaled. */
  timeout: number | undefined;
}

type State = Record<string, unknown> & { Type: string };
interface Machine {
  States: Record<string, State>;
  TimeoutSeconds?: number;
}

/** Default of Step Functions, in seconds. */
const NO_TIMEOUT = 99_999_999;

/**
 * Parses a definition. Throws if it is not valid Amazon States Language or uses features that are
 * not supported locally.
 */
export function parseDefinition(text: string, timeScale: number): Definition {
  const machine = JSON.parse(text) as Machine;
  const { isValid, errorsText } = aslValidator(JSON.parse(text), { checkArn: true, checkPaths: true });
  if (!isValid) throw new Error(`The state machine definition is not valid: ${errorsText('\n')}`);
  const known: Known = { tasks: new Map(), maps: new Map(), inlineMaps: new Map() };
  const timeout = machine.TimeoutSeconds;
  prepare(machine, known, timeScale);
  return { runnable: machine as unknown as StateMachineDefinition, ...known, timeout };
}

interface Known {
  tasks: Map<string, TaskSettings>;
  maps: Map<string, DistributedMap>;
  inlineMaps: Map<string, InlineMap>;
}

/**
 * Removes timeouts and heartbeats, which run outside the interpreter, scales its delays, and works
 * around its bugs.
 */
function prepare(machine: Machine, known: Known, timeScale: number): void {
  const { tasks, maps, inlineMaps } = known;
  delete machine.TimeoutSeconds;
  for (const [name, state] of Object.entries(machine.States)) {
    for (const field of ['Arguments', 'Assign', 'Credentials']) {
      if (field in state) throw new Error(`State ${name}: ${field} is not supported locally`);
    }
    // `$` means the whole payload, the same as omitting the field; the interpreter would create a
    // property named `$`.
    for (const path of ['InputPath', 'ResultPath', 'OutputPath']) if (state[path] === '$') delete state[path];
    if (isDistributed(state)) maps.set(name, takeDistributedMap(name, state));
    else if (state.Type === 'Task') {
      tasks.set(name, {
        resource: String(state.Resource),
        timeout: Number(state.TimeoutSeconds ?? NO_TIMEOUT),
        heartbeat: state.HeartbeatSeconds === undefined ? undefined : Number(state.HeartbeatSeconds),
      });
      delete state.HeartbeatSeconds;
      state.TimeoutSeconds = LONGEST_TIMER;
    }
    if (state.Type === 'Wait' && typeof state.Seconds === 'number') state.Seconds *= timeScale;
    for (const retrier of (state.Retry ?? []) as Record<string, number>[]) {
      retrier.IntervalSeconds = (retrier.IntervalSeconds ?? 1) * timeScale;
      if (retrier.MaxDelaySeconds !== undefined) retrier.MaxDelaySeconds *= timeScale;
    }
    if ('Parameters' in state && state.Type !== 'Map') state.Parameters = rewrite(state.Parameters, name);
    for (const path of ['TimeoutSecondsPath', 'HeartbeatSecondsPath'] as const) {
      if (!(path in state)) continue;
      if (!state.Parameters)
        throw new Error(`State ${name}: ${path} without Parameters is not supported locally`);
      // The interpreter would resolve the path against the result of Parameters; as one of the
      // Parameters, it is resolved against the state's input.
      Object.assign(state.Parameters, { [`${SETTING[path]}.$`]: state[path] });
      delete state[path];
    }
    for (const nested of [state.ItemProcessor, state.Iterator, ...((state.Branches ?? []) as unknown[])]) {
      if (nested) prepare(nested as Machine, known, timeScale);
    }
    if (state.Type === 'Map') {
      // Of earlier definitions: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
      const selector = state.ItemSelector ?? state.Parameters;
      inlineMaps.set(name, takeInlineMap(state, selector && rewrite(selector, name)));
    }
  }
}

/**
 * Keys under which a Task handler finds the values of its TimeoutSecondsPath and
 * HeartbeatSecondsPath.
 */
export const SETTING = {
  TimeoutSecondsPath: '\u0000timeout',
  HeartbeatSecondsPath: '\u0000heartbeat',
} as const;

/** Key of a value that a Task handler must serialize to a JSON string. */
export const AS_JSON_TEXT = '\u0000as JSON text';
const JSON_TO_STRING = /^States\.JsonToString\((\$[^,()]*)\)$/;

/**
 * Rewrites references to the context object. The interpreter overwrites `$$.Execution` when it
 * starts at a state in the middle, and has one `$$.State` for all states. Its States.JsonToString
 * drops all backslashes, and so breaks quotes inside strings.
 */
function rewrite(template: unknown, state: string): unknown {
  if (Array.isArray(template)) return template.map((item) => rewrite(item, state));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => {
      if (!key.endsWith('.$') || typeof value !== 'string') return [key, rewrite(value, state)];
      const path = value
        .replaceAll(/\$\$\.Execution\b/g, '$$$$.Run')
        .replaceAll(/\$\$\.State\b/g, `$$$$.States['${state}']`);
      const [, json] = JSON_TO_STRING.exec(path) ?? [];
      return json ? [key.slice(0, -2), { [`${AS_JSON_TEXT}.$`]: json }] : [key, path];
    }),
  );
}
