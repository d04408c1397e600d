import { seededRandom } from '../support/random.ts';
import type { StateMachine } from './lint.ts';

interface RetryRule {
  ErrorEquals: string[];
  IntervalSeconds: number;
  BackoffRate: number;
  MaxAttempts: number;
  MaxDelaySeconds: number;
}

export interface Burst {
  uploads: number;
  /** Time in which they arrive, evenly. */
  arrivalSeconds: number;
  /** Time for which each is at work. */
  workSeconds: number;
  /** How many may be at work. */
  concurrency: number;
  /** Error of a call while so many are at work. */
  refusal: string;
}

/** An execution, with the retries that it has had by error: each retrier counts its own. */
type Retries = Map<string, number>;

/**
 * Simulates a burst of executions at a state whose calls are refused while all of the concurrency is
 * taken. Lambda, for one, throttles invocations beyond a function's concurrency, and keeps none
 * waiting. The state's Retry decides when each execution comes again: after
 * `IntervalSeconds × BackoffRate^n`, at most `MaxDelaySeconds`, of which full jitter takes a random part
 * (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html).
 */
export function simulateRefusals(machine: StateMachine, state: string, burst: Burst) {
  const rules = (machine.States[state]?.Retry ?? []) as RetryRule[];
  const { below } = seededRandom(1);
  const due: Retries[][] = [];
  const at = (seconds: number, execution: Retries) => {
    const step = Math.floor(seconds / STEP_SECONDS) + 1;
    due[step] = [...(due[step] ?? []), execution];
  };
  for (let i = 0; i < burst.uploads; i++) at((i / burst.uploads) * burst.arrivalSeconds, new Map());
  let ends: number[] = [];
  const facts = { lost: 0, refused: 0, finishedSeconds: 0 };
  const answer = (): string | undefined => {
    if (ends.length < burst.concurrency) return undefined;
    facts.refused++;
    return burst.refusal;
  };
  for (let step = 0; step < due.length; step++) {
    const now = step * STEP_SECONDS;
    ends = ends.filter((end) => end > now);
    for (const execution of due[step] ?? []) {
      const error = answer();
      if (error === undefined) {
        facts.finishedSeconds = now + burst.workSeconds;
        ends.push(facts.finishedSeconds);
        continue;
      }
      const rule = rules.find(({ ErrorEquals }) => ErrorEquals.includes(error));
      const retries = execution.get(error) ?? 0;
      execution.set(error, retries + 1);
      if (!rule || retries >= rule.MaxAttempts) facts.lost++;
      else at(now + below(1000 * delayOf(rule, retries)) / 1000, execution);
    }
  }
  return facts;
}

const STEP_SECONDS = 0.25;

const delayOf = ({ IntervalSeconds, BackoffRate, MaxDelaySeconds }: RetryRule, retries: number) =>
  Math.min(MaxDelaySeconds, IntervalSeconds * BackoffRate ** retries);
