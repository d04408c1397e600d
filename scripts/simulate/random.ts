import { mulberry32 } from '../mulberry32.ts';

/** Random numbers that are the same for the same seed everywhere. */
export interface Random {
  /** Returns a number from 0, to less than 1. */
  next: () => number;
  between: (low: number, high: number) => number;
  chance: (probability: number) => boolean;
}

export function seededRandom(seed: number): Random {
  const next = mulberry32(seed);
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    chance: (probability) => probability > 0 && next() < probability,
  };
}
