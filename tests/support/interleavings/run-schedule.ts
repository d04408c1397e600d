import { reconcileJobs } from '../../../lambdas/reconcile-jobs/reconcile-jobs.ts';
import { reconcileQueues } from '../../../lambdas/reconcile-queues/reconcile-queues.ts';
import { seededRandom } from '../random.ts';
import { newJournal } from './journal.ts';
import { performStep } from './perform-step.ts';
import { pollJobs } from './read-set.ts';
import type { Script } from './script.ts';
import { verdict } from './verdict.ts';
import { createWorld } from './world.ts';

export interface Outcome {
  /** What is wrong at rest. */
  problems: string[];
  /** What readers met before. */
  readProblems: string[];
  calls: number;
  reads: number;
  jobs: number;
  trace: string[] | undefined;
}

const FAULTS = { refused: 0.01, repeated: 0.02, lost: 0.01 };
const NO_FAULTS = { refused: 0, repeated: 0, lost: 0 };

/**
 * Performs a script in the order that its seed gives, until nothing goes on; then all that is left
 * is delivered, reconcile-jobs and reconcile-queues run twice within two hours, and everything is
 * judged.
 */
export async function runSchedule(script: Script, { traced = false } = {}): Promise<Outcome> {
  const random = seededRandom(script.seed);
  const faults = script.faulty ? { ...FAULTS } : { ...NO_FAULTS };
  const world = createWorld({ random, faults, strategy: script.strategy, skew: script.skew });
  const journal = newJournal();
  if (traced) world.turns.trace = [];
  const director = world.turns.process('director');
  const direct = async () => {
    for (const { after, step } of script.steps) {
      for (let i = 0; i < after; i++) await world.turns.take(director, 'waits');
      await world.turns.take(director, JSON.stringify(step));
      performStep(world, journal, step);
    }
  };
  let failure: unknown;
  direct().catch((error) => {
    failure = error;
  });
  for (let i = 0; i < script.readers; i++) pollJobs(world, journal, i);
  await world.turns.run();
  if (failure) throw failure;
  Object.assign(faults, NO_FAULTS);
  world.deliver.state.reliable = true;
  for (const minutes of [10, 70]) {
    world.pass(minutes * 60_000 + 2 * (script.skew ?? 0) * 3_600_000);
    // More often in two hours than here, but once must do for what one round can mend.
    for (const queueMinutes of [0, 2]) {
      world.pass(queueMinutes * 60_000);
      world.inLambda('reconcile-queues', (deps) => reconcileQueues(deps));
      await world.turns.run();
      if (queueMinutes === 0) world.inLambda('reconcile-jobs', (deps) => reconcileJobs(deps));
      await world.turns.run();
    }
  }
  const problems = await verdict(world, journal);
  const { calls } = world.cloud.counts;
  return {
    problems,
    readProblems: journal.problems,
    calls,
    reads: journal.reads,
    jobs: world.machine.executions.size,
    trace: world.turns.trace,
  };
}
