import { readFileSync, writeFileSync } from 'node:fs';
import type { Proof } from './proofs.ts';

/** Part of a full run. */
export interface Slice {
  seed: number;
  size: number;
  passed: boolean;
  seconds: number;
  commit: string;
  /** Day, in UTC. */
  date: string;
}

/** Slices of full runs by test file, in the order of their seeds. Committed: what was shown counts for its commit. */
export type Results = Record<string, Slice[]>;

const FILE = 'docs/proofs.json';
/** Of all full runs, so that every case can be repeated. */
const FIRST_SEED = 1;

export const readResults = (): Results => JSON.parse(readFileSync(FILE, 'utf8')) as Results;

export function writeResults(results: Results): void {
  const sorted = Object.entries(results).sort(([a], [b]) => a.localeCompare(b));
  const lines = sorted.map(([file, slices]) => {
    const rows = slices.map((slice) => `    { ${Object.entries(slice).map(member).join(', ')} }`);
    return `  ${JSON.stringify(file)}: [\n${rows.join(',\n')}\n  ]`;
  });
  writeFileSync(FILE, `{\n${lines.join(',\n')}\n}\n`);
}

const member = ([name, value]: [string, unknown]) => `"${name}": ${JSON.stringify(value)}`;

/** Returns the slices of a full run. Each has seeds of its own. */
export function plan({
  size = 1,
  slice = size,
}: Pick<Proof, 'size' | 'slice'>): { seed: number; size: number }[] {
  const slices: { seed: number; size: number }[] = [];
  for (let done = 0; done < size; done += slice)
    slices.push({ seed: FIRST_SEED + done, size: Math.min(slice, size - done) });
  return slices;
}

/** Returns the slices that no commit has passed yet. */
export const missing = (proof: Proof, slices: readonly Slice[] = []): { seed: number; size: number }[] =>
  plan(proof).filter(
    ({ seed, size }) => !slices.some((slice) => slice.passed && slice.seed === seed && slice.size === size),
  );

/** Adds a slice in place of an earlier one of the same cases. */
export function withSlice(slices: readonly Slice[] = [], slice: Slice): Slice[] {
  const others = slices.filter(({ seed }) => seed !== slice.seed);
  return [...others, slice].sort((a, b) => a.seed - b.seed);
}
