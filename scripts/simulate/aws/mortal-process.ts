import type { Random } from '../random.ts';

/**
 * A process, such as an invocation or a Fargate task, that may die at each call of the queue: before
 * the call, or after it without seeing the answer. What it awaits then never settles.
 */
export class MortalProcess {
  isDead = false;
  /** Resolves when the process dies. */
  readonly died: Promise<void>;
  private readonly probability: number;
  private readonly random: Random;
  private die: () => void = () => {};

  constructor(probability: number, random: Random) {
    this.probability = probability;
    this.random = random;
    this.died = new Promise((resolve) => {
      this.die = () => {
        this.isDead = true;
        resolve();
      };
    });
  }

  /** Returns a client whose calls this process may not survive. */
  client<Client>(real: { send: (command: unknown) => Promise<object> }): Client {
    return { send: (command: unknown) => this.call(() => real.send(command)) } as Client;
  }

  private async call<T>(make: () => Promise<T>): Promise<T> {
    const dies = this.random.chance(this.probability);
    if (dies && this.random.chance(0.5)) this.die();
    if (this.isDead) return await NEVER;
    try {
      return await make();
    } finally {
      if (dies) this.die();
      if (this.isDead) await NEVER;
    }
  }
}

const NEVER = new Promise<never>(() => {});
