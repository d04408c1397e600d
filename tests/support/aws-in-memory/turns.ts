import { setImmediate as settled } from 'node:timers/promises';
import type { Random } from '../random.ts';

/** Anything that runs by itself: a function's invocation, a task, a service, a user. */
export interface Process {
  name: string;
  alive: boolean;
  priority: number;
}

interface Waiter {
  process: Process;
  label: string;
  resume: () => void;
}

/**
 * `uniform`: any waiting process may go next. `priorities`: the one with the highest priority goes
 * on until it is demoted at a random moment, which finds faults that need one process to pause for
 * long (https://www.microsoft.com/en-us/research/publication/a-randomized-scheduler-with-probabilistic-guarantees-of-finding-bugs/).
 */
export type Strategy = 'uniform' | 'priorities';

/** Probability per turn that the running process is demoted. */
const DEMOTION = 0.03;
/** A schedule that takes longer does not come to rest. */
const MAX_TURNS = 50_000;

/**
 * Decides by a seed which of the waiting processes goes on: the only source of order among
 * processes that wait at each AWS call.
 */
export class Turns {
  taken = 0;
  /** Set to an array to record who took each turn. */
  trace: string[] | undefined;
  private waiting: Waiter[] = [];
  private lowest = 0;
  private readonly random: Random;
  private readonly strategy: Strategy;
  private readonly onTurn: () => void;

  constructor(random: Random, strategy: Strategy, onTurn: () => void = () => {}) {
    this.random = random;
    this.strategy = strategy;
    this.onTurn = onTurn;
  }

  process(name: string): Process {
    return { name, alive: true, priority: this.random.below(1_000_000) };
  }

  /** Waits for a turn. Never resolves if the process is killed meanwhile. */
  take(process: Process, label: string): Promise<void> {
    if (!process.alive) return new Promise(() => {});
    return new Promise((resume) => {
      this.waiting.push({ process, label, resume });
    });
  }

  /** Gives turns until nobody waits. */
  async run(): Promise<void> {
    for (;;) {
      await settled();
      this.waiting = this.waiting.filter(({ process }) => process.alive);
      if (this.waiting.length === 0) return;
      const at = this.next();
      const [waiter] = this.waiting.splice(at, 1);
      this.taken++;
      if (this.taken > MAX_TURNS)
        throw new Error(`Expected rest within ${MAX_TURNS} turns; ${waiter?.process.name} still works`);
      this.onTurn();
      this.trace?.push(`${waiter?.process.name}: ${waiter?.label}`);
      waiter?.resume();
    }
  }

  private next(): number {
    if (this.strategy === 'uniform') return this.random.below(this.waiting.length);
    let at = 0;
    this.waiting.forEach(({ process }, i) => {
      if (process.priority > (this.waiting[at]?.process.priority ?? 0)) at = i;
    });
    const chosen = this.waiting[at]?.process;
    if (chosen && this.random.chance(DEMOTION)) chosen.priority = --this.lowest;
    return at;
  }
}
