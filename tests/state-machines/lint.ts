interface Rule {
  ErrorEquals: string[];
  MaxAttempts?: number;
}

interface Catcher {
  ErrorEquals: string[];
  ResultPath?: string;
  Next?: string;
}

export interface State {
  Type: string;
  Comment?: string;
  Resource?: string;
  // biome-ignore lint/suspicious/noExplicitAny: each service integration has parameters of its own.
  Parameters?: Record<string, any>;
  ResultPath?: string | null;
  TimeoutSeconds?: number;
  TimeoutSecondsPath?: string;
  HeartbeatSeconds?: number;
  HeartbeatSecondsPath?: string;
  Error?: string;
  ErrorPath?: string;
  Retry?: Rule[];
  Catch?: Catcher[];
  Next?: string;
  Choices?: Choice[];
  Default?: string;
  Branches?: StateMachine[];
  ItemProcessor?: StateMachine;
}

/** The comparisons that our own Choice states use. */
export interface Comparison {
  Variable?: string;
  StringEquals?: string;
  BooleanEquals?: boolean;
  And?: Comparison[];
  Not?: Comparison;
}

type Choice = Comparison & { Next: string };

export interface StateMachine {
  StartAt?: string;
  TimeoutSeconds?: number;
  QueryLanguage?: string;
  States: Record<string, State>;
}

type Check = (state: State, name: string) => string | false | undefined;

/**
 * States that nobody works for while they wait, so that nobody could send heartbeats: reconcile-jobs
 * looks whether their jobs are still in line.
 */
const IN_LINE: readonly string[] = ['AdmitUpload'];

/** What asl-validator does not look at, each a way to hang, to fail for ever or to hide an error. */
const CHECKS: readonly Check[] = [
  ({ Resource, Parameters }, name) =>
    Resource?.endsWith('.waitForTaskToken') &&
    !JSON.stringify(Parameters ?? {}).includes('$$.Task.Token') &&
    `${name} waits for a token that it gives to nobody`,
  ({ Resource, HeartbeatSeconds, HeartbeatSecondsPath }, name) =>
    Resource?.endsWith('.waitForTaskToken') &&
    !HeartbeatSeconds &&
    !HeartbeatSecondsPath &&
    !IN_LINE.includes(name) &&
    `${name} would wait for a lost worker until its time-out: it has no HeartbeatSeconds`,
  ({ Type, TimeoutSeconds, TimeoutSecondsPath }, name) =>
    Type === 'Task' &&
    !TimeoutSeconds &&
    !TimeoutSecondsPath &&
    `${name} has no TimeoutSeconds: the default is three years`,
  ({ Type, Retry = [] }, name) => Type === 'Task' && Retry.length === 0 && `${name} is never retried`,
  ({ Retry = [], Catch = [] }, name) =>
    [...Retry, ...Catch].some(({ ErrorEquals }) =>
      ErrorEquals.some((error) => /^States\.(?:ALL|TaskFailed)$/.test(error)),
    ) && `${name} retries or catches whatever happens: name the errors`,
  ({ Retry = [], Catch = [] }, name) =>
    [Retry, Catch].some((rules) => repeated(rules.flatMap(({ ErrorEquals }) => ErrorEquals))) &&
    `${name} names an error twice: only the first counts`,
  ({ Type, Error: error, ErrorPath }, name) =>
    Type === 'Fail' &&
    (!error || ErrorPath !== undefined || error.startsWith('States.')) &&
    `${name} needs a constant Error of our own`,
];

/** Problems of a state machine, in words; empty where there is none. */
export function lintStateMachine(machine: StateMachine): string[] {
  const own = machine.TimeoutSeconds ? [] : ['the state machine has no TimeoutSeconds'];
  const language =
    machine.QueryLanguage && machine.QueryLanguage !== 'JSONPath'
      ? ['the local interpreter runs JSONPath only']
      : [];
  return [...own, ...language, ...statesIn(machine).flatMap(([name, state]) => problemsOf(name, state))];
}

/** Placeholders outside strings would make the file unreadable before it is rendered. Returns the names of those inside. */
export function placeholdersIn(text: string): string[] {
  JSON.parse(text);
  return [...new Set([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name))].sort();
}

export function statesIn(machine: Pick<StateMachine, 'States'>): [string, State][] {
  return Object.entries(machine.States).flatMap(([name, state]): [string, State][] => [
    [name, state],
    ...[...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])].flatMap(statesIn),
  ]);
}

function problemsOf(name: string, state: State): string[] {
  return CHECKS.map((check) => check(state, name)).filter(
    (problem): problem is string => typeof problem === 'string',
  );
}

const repeated = (names: readonly string[]) => new Set(names).size < names.length;
