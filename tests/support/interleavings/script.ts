import type { Random } from '../random.ts';
import type { Outcome } from './uploads.ts';

/** One act of a user, an operator or fate; `which` chooses among what there is at its time. */
export type Step =
  | { act: 'upload'; key: number; outcome: Outcome }
  | { act: 'delete' | 'undelete' | 'delete version'; key: number; which: number }
  | { act: Act; which: number };

export type Act = (typeof ACTS)[number];

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

const OUTCOMES: readonly Outcome[] = ['good', 'good', 'good', 'corrupt', 'flaky', 'denied', 'text'];

export interface Script {
  /** Seeds the order of turns, faults and fates of events. */
  seed: number;
  strategy: 'uniform' | 'priorities';
  /** Whether calls of AWS fail now and then. */
  faulty: boolean;
  /** Each step, after a number of turns. */
  steps: { after: number; step: Step }[];
}

/** Writes a script: an upload, and one to nine more steps. */
export function writeScript(seed: number, random: Random): Script {
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
  return { act: random.pick(ACTS) ?? 'read', which };
}
