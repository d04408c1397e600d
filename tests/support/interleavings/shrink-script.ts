import { type Outcome, runSchedule } from './run-schedule.ts';
import type { Script } from './script.ts';

/** Orders tried for each shorter script. */
const ORDERS = 300;

/**
 * Looks for a script with fewer steps, and waits, that fails in the same way under some order of
 * turns. `isSame` compares the outcome with the first.
 */
export async function shrinkScript(script: Script, isSame: (outcome: Outcome) => boolean): Promise<Script> {
  let best = script;
  for (let i = best.steps.length - 1; i >= 0; i--) {
    const shorter = await failing({ ...best, steps: best.steps.filter((_, at) => at !== i) }, isSame);
    if (shorter) best = shorter;
  }
  if (!best.faulty) return best;
  return (await failing({ ...best, faulty: false }, isSame)) ?? best;
}

async function failing(script: Script, isSame: (outcome: Outcome) => boolean): Promise<Script | undefined> {
  for (let order = 0; order < ORDERS; order++) {
    const strategy = order % 2 === 0 ? script.strategy : order % 4 === 1 ? 'uniform' : 'priorities';
    const candidate: Script = { ...script, strategy, seed: script.seed + order };
    if (isSame(await runSchedule(candidate))) return candidate;
  }
  return undefined;
}
