import { mulberry32 } from '../../scripts/mulberry32.ts';

export interface Random {
  /** Returns an integer from 0 to n - 1. */
  below: (n: number) => number;
  /** Returns true with the given probability. */
  chance: (probability: number) => boolean;
  pick: <T>(items: readonly T[]) => T | undefined;
}

/** Creates a generator that yields the same values for the same seed everywhere. */
export function seededRandom(seed: number): Random {
  const next = mulberry32(seed);
  const below = (n: number) => Math.floor(next() * n);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (items) => items[below(items.length)],
  };
}
