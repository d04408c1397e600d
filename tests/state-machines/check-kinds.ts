import { KINDS } from '../../media/kinds/kinds.ts';
import type { Comparison, StateMachine } from './lint.ts';

/** Where a job is sent by its kind, and where all that were processed meet again. */
const FORK = 'WhichMediaKind';
const END = 'CompleteJob';

/** As far as the state machine shows it. */
type Kinds = Readonly<Record<string, { state: string; convertState?: string }>>;
type Job = Readonly<Record<string, string | boolean>>;

/**
 * What the table of kinds and a state machine have against each other, in words; empty where a job
 * of each kind goes through its own state, and no branch is for a kind that is none.
 */
export function kindProblems(machine: StateMachine, kinds: Kinds = KINDS): string[] {
  const states = new Set(
    Object.values(kinds).flatMap(({ state, convertState = state }) => [state, convertState]),
  );
  const strangers = comparisonsOf(machine)
    .filter(({ Variable, StringEquals = '' }) => Variable === '$.job.kind' && !(StringEquals in kinds))
    .map(
      ({ StringEquals }) => `the state machine has a branch for ${StringEquals}, which KINDS does not list`,
    );
  return [
    ...new Set([
      ...strangers,
      ...Object.entries(kinds).flatMap(([kind, { state, convertState }]) => [
        ...pathProblems(machine, { kind, convert: false }, [state], states),
        ...(convertState
          ? pathProblems(machine, { kind, convert: true }, [convertState, state], states)
          : []),
      ]),
    ]),
  ];
}

/** `expected`: the states of work, in the order in which a job must meet them. */
function pathProblems(
  machine: StateMachine,
  job: Job,
  expected: readonly string[],
  works: ReadonlySet<string>,
): string[] {
  const path = pathOf(machine, job);
  const what = `${job.kind}${job.convert ? ' that is converted' : ''}`;
  if (path.length === 1) return [`${what} has no branch in ${FORK}`];
  const missing = expected.filter((state) => !(state in machine.States));
  if (missing.length > 0) return missing.map((state) => `${what} needs a state ${state}, which is not there`);
  if (path.at(-1) !== END) return [`${what} ends at ${path.at(-1)}, and not at ${END}`];
  const met = path.filter((state) => works.has(state));
  return met.join() === expected.join()
    ? []
    : [`${what} goes through ${met.join(', ') || 'nothing'}; KINDS says ${expected.join(', ')}`];
}

/**
 * The states that a job passes from the fork on, up to the one where all meet or where it goes no
 * further.
 */
function pathOf({ States }: StateMachine, job: Job): string[] {
  const path = [FORK];
  for (let at = States[FORK]; at && path.at(-1) !== END; ) {
    const next = at.Next ?? at.Choices?.find((choice) => holds(choice, job))?.Next;
    if (!next || path.includes(next)) break;
    path.push(next);
    at = States[next];
  }
  return path;
}

function holds({ Variable = '', StringEquals, BooleanEquals, And, Not }: Comparison, job: Job): boolean {
  if (And) return And.every((part) => holds(part, job));
  if (Not) return !holds(Not, job);
  // A job that was admitted.
  if (Variable === '$.admission') return StringEquals === 'ADMITTED';
  return job[Variable.replace('$.job.', '')] === (StringEquals ?? BooleanEquals);
}

function comparisonsOf({ States }: StateMachine): Comparison[] {
  const within = (one: Comparison): Comparison[] => [one, ...(one.And ?? []), ...(one.Not ? [one.Not] : [])];
  return Object.values(States).flatMap(({ Choices = [] }) => Choices.flatMap(within));
}
