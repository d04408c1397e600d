export interface Random {
  /** Returns an integer from 0 to n - 1. */
  below: (n: number) => number;
  /** Returns true with the given probability. */
  chance: (probability: number) => boolean;
  pick: <T>(items: readonly T[]) => T | undefined;
}

/** Creates a generator (mulberry32) that yields the same values for the same seed everywhere. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (items) => items[below(items.length)],
  };
}
