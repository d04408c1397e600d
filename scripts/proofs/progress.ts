import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

/** How far a proof has come on a commit. */
export interface Progress {
  commit: string;
  seed: number;
  /** Full size of this run. */
  size: number;
  /** Part of `size` that has run. */
  done: number;
  failedSlices: number;
  seconds: number;
}

const FOLDER = '.proofs';
const FILE = `${FOLDER}/progress.json`;

/** Reads the progress by test file. */
export function readProgress(): Record<string, Progress> {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, Progress>;
  } catch {
    // The first run, or the file is damaged: start anew.
    return {};
  }
}

export function writeProgress(all: Record<string, Progress>): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(FILE, `${JSON.stringify(all, null, 2)}\n`);
}
