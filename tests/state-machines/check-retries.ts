import { ERRORS, type ErrorKind } from '../../base/errors.ts';
import { FOREIGN } from '../../core/jobs/foreign-errors.ts';
import { type State, type StateMachine, statesIn } from './lint.ts';

type Errors = Readonly<Record<string, ErrorKind>>;
type Policy = ErrorKind['retry'];

/**
 * What a Task state runs: a function or a task with code of ours, or a service's call without any.
 */
const RUNS = [
  { resource: 'lambda:invoke', what: 'function', foreign: /^(?:Lambda|Runtime|Sandbox)\./ },
  { resource: 'ecs:runTask', what: 'task', foreign: /^(?:(?:Amazon)?ECS\.|States\.HeartbeatTimeout$)/ },
  { resource: 'dynamodb:', what: 'service', foreign: /^DynamoDB\./ },
  { resource: 'events:', what: 'service', foreign: /^EventBridge\./ },
] as const;
/** Suffix of the states that run a task once more, in a larger one. */
export const LARGER = 'InLargerTask';
/** Of Step Functions itself, in any state. */
const ANYWHERE = /^States\.(?:Timeout|Permissions)$/;

/**
 * What the table of errors and a state machine have against each other, in words; empty where every
 * state retries exactly the errors that it can meet and that may pass, as often as the table says.
 */
export function retryProblems(machine: StateMachine, errors: Errors = ERRORS): string[] {
  return tasksOf(machine.States).flatMap(([name, state]) => {
    const met = policiesOf(name, state, errors);
    const found = retriesOf(state, Object.fromEntries(statesIn(machine)));
    return [...new Set([...met.keys(), ...found.keys()])].flatMap((error) =>
      problemOf(name, error, { met: met.get(error), found: found.get(error) ?? 'never' }, errors),
    );
  });
}

/** The Task states, with what catches their errors: those of an iteration may be caught by its Map state. */
function tasksOf(states: StateMachine['States'], caught: State['Catch'] = []): [string, State][] {
  return Object.entries(states).flatMap(([name, state]): [string, State][] => {
    const Catch = [...(state.Catch ?? []), ...caught];
    if (state.ItemProcessor) return tasksOf(state.ItemProcessor.States, Catch);
    return state.Type === 'Task' ? [[name, { ...state, Catch }]] : [];
  });
}

function problemOf(
  state: string,
  error: string,
  { met, found }: { met: Policy | undefined; found: Policy },
  errors: Errors,
): string[] {
  if (met === found) return [];
  if (met) return [`${state} retries ${error} ${WORDS[found]}; the tables say ${WORDS[met]}`];
  const isKnown = error in errors || error in FOREIGN;
  return [
    `${state} retries ${error}, which ${isKnown ? 'it cannot meet' : 'neither ERRORS nor FOREIGN lists'}`,
  ];
}

const WORDS: Readonly<Record<Policy, string>> = { backoff: 'with backoff', once: 'once', never: 'never' };

/** Every error that the state can meet, and how often it should be retried there. */
function policiesOf(name: string, { Resource = '' }: State, errors: Errors): Map<string, Policy> {
  const runs = RUNS.find(({ resource }) => Resource.includes(resource));
  if (!runs)
    throw new Error(`Expected a resource that scripts/state-machine knows for ${name}, got ${Resource}`);
  const { what, foreign } = runs;
  const own = what === 'service' ? [] : Object.entries(errors);
  const policies = new Map<string, Policy>(
    own.filter(([, { metBy = what }]) => metBy === what).map(([error, { retry }]) => [error, retry]),
  );
  for (const [error, ours] of Object.entries(FOREIGN))
    if (foreign.test(error) || ANYWHERE.test(error)) policies.set(error, errors[ours]?.retry ?? 'never');
  // It is the one retry of these.
  if (name.endsWith(LARGER))
    for (const [error, policy] of policies) if (policy === 'once') policies.set(error, 'never');
  // No work of ours ran out of time, but a short call; it may be repeated.
  if (what === 'service') policies.set('States.Timeout', 'backoff');
  return policies;
}

/** A task is retried once in a larger task, by `Catch`. */
function retriesOf(
  { Retry = [], Catch = [], Parameters }: State,
  states: StateMachine['States'],
): Map<string, Policy> {
  const definition = Parameters?.TaskDefinition;
  const larger = Catch.filter(
    ({ Next = '' }) => Next.endsWith(LARGER) && states[Next]?.Parameters?.TaskDefinition === definition,
  );
  return new Map([
    ...larger.flatMap(({ ErrorEquals }) => ErrorEquals.map((error): [string, Policy] => [error, 'once'])),
    ...Retry.flatMap(({ ErrorEquals, MaxAttempts = 3 }) =>
      ErrorEquals.map((error): [string, Policy] => [
        error,
        MaxAttempts > 1 ? 'backoff' : MaxAttempts === 1 ? 'once' : 'never',
      ]),
    ),
  ]);
}
