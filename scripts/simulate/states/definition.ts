import { substitute } from '../../../local/states/substitute.ts';
import { StateError } from './state-error.ts';
import { compileExpression, compileTemplate, type Data, type Filled } from './template.ts';

export interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds: number;
  BackoffRate: number;
  MaxAttempts: number;
  MaxDelaySeconds?: number;
  JitterStrategy: 'FULL' | 'NONE';
}

interface Catcher {
  ErrorEquals: string[];
  ResultPath: string | null | undefined;
  Next: string;
}

export interface TaskState {
  type: 'Task';
  resource: string;
  parameters: Filled;
  result: Filled | undefined;
  resultPath: string | null | undefined;
  timeoutSeconds: Filled;
  heartbeatSeconds: number | undefined;
  retry: Retrier[];
  catch: Catcher[];
  next: string | undefined;
}
interface ChoiceState {
  type: 'Choice';
  choose: (data: Data) => string;
}
/** Map state in inline mode. */
export interface MapState {
  type: 'Map';
  items: Filled;
  maxConcurrency: Filled;
  select: Filled;
  processor: States;
  resultPath: string | null | undefined;
  catch: Catcher[];
  next: string | undefined;
}
export type State = TaskState | ChoiceState | MapState | { type: 'Succeed' };

/** States that lead to one another: those of an execution, or of an iteration. */
export interface States {
  startAt: string;
  states: Readonly<Record<string, State>>;
}
export interface Definition extends States {
  timeoutSeconds: number;
}

type Source = Record<string, unknown>;

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  Task: [
    ...['Resource', 'Parameters', 'ResultSelector', 'ResultPath', 'TimeoutSeconds', 'TimeoutSecondsPath'],
    ...['HeartbeatSeconds', 'Retry', 'Catch', 'Next', 'End'],
  ],
  Choice: ['Choices', 'Default'],
  Map: [
    ...['ItemsPath', 'MaxConcurrencyPath', 'ItemSelector', 'ItemProcessor', 'ResultPath', 'Catch'],
    ...['Next', 'End'],
  ],
  Succeed: [],
};
/** Defaults of Step Functions. */
const RETRIER = { IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 3, JitterStrategy: 'NONE' } as const;
const FIELDS = [...Object.keys(RETRIER), 'ErrorEquals', 'MaxDelaySeconds'];

/** Compiles a definition. Throws for whatever it contains that the simulation does not know. */
export function compileDefinition(text: string, substitutions: Readonly<Record<string, string>>): Definition {
  const { StartAt, TimeoutSeconds, States, Comment, ...unknown } = JSON.parse(
    substitute(text, substitutions),
  ) as Source;
  onlyKnown(unknown, []);
  return { ...compileStates(StartAt, States), timeoutSeconds: Number(TimeoutSeconds) };
}

const compileStates = (startAt: unknown, states: unknown): States => ({
  startAt: String(startAt),
  states: Object.fromEntries(
    Object.entries(states as Record<string, Source>).map(([name, state]) => [name, compileState(state)]),
  ),
});

function compileState({ Type, Comment, ...state }: Source): State {
  const known = KNOWN[String(Type)];
  if (!known) throw new Error(`Expected a type of state that the model knows, got ${Type}`);
  onlyKnown(state, known);
  if (Type === 'Succeed') return { type: 'Succeed' };
  if (Type === 'Choice') return compileChoice(state.Choices as Source[], state.Default);
  if (Type === 'Map') return compileMap(state);
  const seconds = state.TimeoutSecondsPath ?? String(state.TimeoutSeconds);
  return {
    type: 'Task',
    resource: String(state.Resource),
    parameters: compileTemplate(state.Parameters),
    result: state.ResultSelector === undefined ? undefined : compileTemplate(state.ResultSelector),
    resultPath: state.ResultPath as string | null | undefined,
    timeoutSeconds: compileExpression(String(seconds)),
    heartbeatSeconds: state.HeartbeatSeconds as number | undefined,
    retry: ((state.Retry ?? []) as Source[]).map((rule) => {
      onlyKnown(rule, FIELDS);
      return { ...RETRIER, ...rule } as Retrier;
    }),
    catch: catchersOf(state),
    next: state.Next as string | undefined,
  };
}

function catchersOf({ Catch = [] }: Source): Catcher[] {
  return (Catch as Source[]).map((rule) => {
    onlyKnown(rule, ['ErrorEquals', 'ResultPath', 'Next']);
    return rule as unknown as Catcher;
  });
}

function compileMap(state: Source): MapState {
  const { ProcessorConfig, StartAt, States, ...unknown } = state.ItemProcessor as Source;
  onlyKnown(unknown, []);
  if ((ProcessorConfig as Source).Mode !== 'INLINE')
    throw new Error('Expected a mode of Map states that the model knows');
  return {
    type: 'Map',
    items: compileExpression(String(state.ItemsPath)),
    maxConcurrency: compileExpression(String(state.MaxConcurrencyPath)),
    select: compileTemplate(state.ItemSelector),
    processor: compileStates(StartAt, States),
    resultPath: state.ResultPath as string | null | undefined,
    catch: catchersOf(state),
    next: state.Next as string | undefined,
  };
}

function compileChoice(rules: Source[], otherwise: unknown): ChoiceState {
  const choices = rules.map(({ Next, ...rule }) => ({ next: String(Next), holds: compileRule(rule) }));
  return {
    type: 'Choice',
    choose: (data) => {
      const next = choices.find(({ holds }) => holds(data))?.next ?? otherwise;
      if (!next) throw new StateError('States.NoChoiceMatched');
      return String(next);
    },
  };
}

function compileRule(rule: Source): (data: Data) => boolean {
  const { Variable, Not, And, StringEquals, BooleanEquals, IsPresent, ...unknown } = rule;
  onlyKnown(unknown, []);
  if (Not) {
    const negated = compileRule(Not as Source);
    return (data) => !negated(data);
  }
  if (And) {
    const parts = (And as Source[]).map(compileRule);
    return (data) => parts.every((part) => part(data));
  }
  const value = compileExpression(String(Variable));
  if (IsPresent !== undefined) return (data) => isPresent(value, data) === IsPresent;
  const wanted = StringEquals ?? BooleanEquals;
  if (wanted === undefined) throw new Error(`Expected a comparison in ${JSON.stringify(rule)}`);
  return (data) => value(data) === wanted;
}

function isPresent(value: Filled, data: Data): boolean {
  try {
    value(data);
    return true;
  } catch (error) {
    if (error instanceof StateError) return false;
    throw error;
  }
}

function onlyKnown(source: Source, known: readonly string[]): void {
  const unknown = Object.keys(source).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`Expected fields that the model knows, got ${unknown.join(', ')}`);
}

export const matches = ({ ErrorEquals }: { ErrorEquals: string[] }, error: string) =>
  ErrorEquals.includes('States.ALL') || ErrorEquals.includes(error);

/** Puts a result into the input at `ResultPath`: everywhere, nowhere (`null`), or at `$.a.b`. */
export function placed(path: string | null | undefined, input: unknown, result: unknown): unknown {
  if (path === null) return input;
  if (path === undefined || path === '$') return result;
  const root = { ...(input as Source) };
  const names = path.slice(2).split('.');
  let at = root;
  for (const name of names.slice(0, -1)) {
    at[name] = { ...(at[name] as Source | undefined) };
    at = at[name] as Source;
  }
  at[names.at(-1) ?? ''] = result;
  return root;
}

/** Milliseconds before a retry: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
export function delayOf(rule: Retrier, retries: number, random: number): number {
  const seconds = Math.min(
    rule.MaxDelaySeconds ?? Number.POSITIVE_INFINITY,
    rule.IntervalSeconds * rule.BackoffRate ** retries,
  );
  return 1000 * seconds * (rule.JitterStrategy === 'FULL' ? random : 1);
}

/** Returns where a state that failed leads, or throws the failure if nothing catches it. */
export function caught(
  state: Pick<TaskState, 'catch'>,
  input: unknown,
  failure: unknown,
  isRunning: boolean,
): { next: string; data: unknown } {
  const { error, message } = failure as StateError;
  const rule = isRunning ? state.catch.find((one) => matches(one, error)) : undefined;
  if (!rule || !(failure instanceof StateError)) throw failure;
  return { next: rule.Next, data: placed(rule.ResultPath, input, { Error: error, Cause: message }) };
}
