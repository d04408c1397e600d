import { type Random, seededRandom } from '../random.ts';
import type { Outcome } from './uploads.ts';

/** One act of a user, an operator or fate; `which` chooses among what there is at its time. */
export type Step =
  | { act: 'upload'; key: number; outcome: Outcome }
  | { act: 'delete' | 'undelete' | 'delete version'; key: number; which: number }
  | { act: Act; which: number };

export type Act = (typeof ACTS)[number] | 'make again';

const ACTS = [
  'retry',
  'restart',
  'cancel',
  'redrive in the console',
  'stop in the console',
  'crash',
  'give up',
  'heartbeat',
  'interrupt',
  'minutes later',
  'read',
] as const;

/** Keeps the script apart from the order of turns, which the same seed gives. */
const SCRIPT = 0x5eed;

const OUTCOMES: readonly Outcome[] = ['good', 'good', 'good', 'corrupt', 'flaky', 'denied', 'text'];

export interface Script {
  /** Seeds the order of turns, faults and fates of events. */
  seed: number;
  strategy: 'uniform' | 'priorities';
  /** Whether calls of AWS fail now and then. */
  faulty: boolean;
  /** Number of readers that poll the jobs through all of it. */
  readers: number;
  /** Hours by which the clocks of functions and tasks are wrong at most, either way. */
  skew?: number;
  /** Each step, after a number of turns. */
  steps: { after: number; step: Step }[];
}

/** Writes the script of a seed: an upload, and one to nine more steps. */
export function writeScript(seed: number, readers = 0): Script {
  const random = seededRandom(seed ^ SCRIPT);
  const keys = 1 + random.below(3);
  const steps = Array.from({ length: 1 + random.below(9) }, () => ({
    after: random.below(random.chance(0.5) ? 5 : 60),
    step: writeStep(random, keys),
  }));
  const first = { after: 0, step: { act: 'upload', key: random.below(keys), outcome: 'good' } as const };
  return {
    seed,
    strategy: random.chance(0.5) ? 'uniform' : 'priorities',
    faulty: random.chance(0.3),
    readers,
    steps: [first, ...steps],
  };
}

function writeStep(random: Random, keys: number): Step {
  const which = random.below(1000);
  const key = random.below(keys);
  const dice = random.below(100);
  if (dice < 35) return { act: 'upload', key, outcome: random.pick(OUTCOMES) ?? 'good' };
  if (dice < 45) return { act: 'delete', key, which };
  if (dice < 48) return { act: 'undelete', key, which };
  if (dice < 51) return { act: 'delete version', key, which };
  const act = random.pick(ACTS) ?? 'read';
  // In place of reads, of which there are enough: seeds keep the scripts that they had without it.
  return { act: act === 'read' ? 'make again' : act, which };
}
