import aslValidator from 'asl-validator';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';

/** Settings of a Task state that the interpreter does not heed, or that must follow the local clock. */
export interface TaskSettings {
  resource: string;
  /** Seconds, as written. */
  timeout: number;
  heartbeat: number | undefined;
}

export interface Definition {
  /** What the interpreter runs. */
  runnable: StateMachineDefinition;
  tasks: ReadonlyMap<string, TaskSettings>;
  /** Seconds, as written. */
  timeout: number | undefined;
}

type State = Record<string, unknown> & { Type: string };
interface Machine {
  States: Record<string, State>;
  TimeoutSeconds?: number;
}

/** Step Functions' own default, in seconds. */
const NO_TIMEOUT = 99_999_999;
/** As long as a timer of Node can be, in seconds. */
const LONGEST_TIMER = 2_147_000;

/** Fills `${name}` in the text of a definition or pattern, as Terraform's templatefile() does. Throws on a name without a value. */
export function substitute(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_placeholder, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`No value for the placeholder \${${name}}`);
    return JSON.stringify(value).slice(1, -1);
  });
}

/** Throws where the text is no valid Amazon States Language, or uses what cannot be run here. */
export function parseDefinition(text: string, timeScale: number): Definition {
  const machine = JSON.parse(text) as Machine;
  const { isValid, errorsText } = aslValidator(JSON.parse(text), { checkArn: true, checkPaths: true });
  if (!isValid) throw new Error(`The state machine's definition is not valid: ${errorsText('\n')}`);
  const tasks = new Map<string, TaskSettings>();
  const timeout = machine.TimeoutSeconds;
  prepare(machine, tasks, timeScale);
  return { runnable: machine as unknown as StateMachineDefinition, tasks, timeout };
}

/** Takes time-outs and heartbeats out of the interpreter's hands, scales its pauses, and goes round what it does wrong. */
function prepare(machine: Machine, tasks: Map<string, TaskSettings>, timeScale: number): void {
  delete machine.TimeoutSeconds;
  for (const [name, state] of Object.entries(machine.States)) {
    for (const field of ['Arguments', 'Assign', 'Credentials']) {
      if (field in state) throw new Error(`State ${name}: ${field} is not supported locally`);
    }
    // `$` means all of it, which is what leaving the field out means; the interpreter would make a property named `$`.
    for (const path of ['InputPath', 'ResultPath', 'OutputPath']) if (state[path] === '$') delete state[path];
    if (state.Type === 'Task') {
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
    if ('Parameters' in state) state.Parameters = rewrite(state.Parameters, name);
    for (const path of ['TimeoutSecondsPath', 'HeartbeatSecondsPath'] as const) {
      if (!(path in state)) continue;
      if (!state.Parameters)
        throw new Error(`State ${name}: ${path} without Parameters is not supported locally`);
      // The interpreter would look for it in the Parameters' result; read beside them, it is looked for in the state's input.
      Object.assign(state.Parameters, { [`${SETTING[path]}.$`]: state[path] });
      delete state[path];
    }
    for (const nested of [state.ItemProcessor, state.Iterator, ...((state.Branches ?? []) as unknown[])]) {
      if (nested) prepare(nested as Machine, tasks, timeScale);
    }
  }
}

/** Where the handler of a Task finds what the paths of its settings led to. */
export const SETTING = {
  TimeoutSecondsPath: '\u0000timeout',
  HeartbeatSecondsPath: '\u0000heartbeat',
} as const;

/** Where the handler of a Task finds a value that it must write as JSON text. */
export const AS_JSON_TEXT = '\u0000as JSON text';
const JSON_TO_STRING = /^States\.JsonToString\((\$[^,()]*)\)$/;

/**
 * Rewrites references to the context object. The interpreter overwrites `$$.Execution` when it is started in the middle, and has one
 * `$$.State` for all states. Its States.JsonToString loses every backslash, and with it the quotes inside of strings.
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
