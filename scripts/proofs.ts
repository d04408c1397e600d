import { execFileSync } from 'node:child_process';
import { type Progress, readProgress, writeProgress } from './proofs/progress.ts';
import { writeTable } from './proofs/proof-table.ts';
import { PROOFS } from './proofs/proofs.ts';
import { runProof } from './proofs/run-proof.ts';

/**
 * Runs the proofs at full size, in slices; a run that was killed goes on where it was, if the commit
 * is the same. ONLY=29,30 takes these alone, SIZE and SEED change size and seed.
 */
async function main(): Promise<void> {
  const { ONLY, SIZE, SEED } = process.env;
  const commit = currentCommit();
  const all = readProgress();
  const finished = new Map<string, Progress>();
  const results: Progress[] = [];
  for (const proof of PROOFS.filter(({ number }) => !ONLY || ONLY.split(',').includes(String(number)))) {
    const size = proof.unit ? Number(SIZE ?? proof.size) : 1;
    const fresh: Progress = { commit, seed: Number(SEED ?? 1), size, done: 0, failedSlices: 0, seconds: 0 };
    const before = all[proof.file];
    const isSame = before?.commit === commit && before.size === size && before.seed === fresh.seed;
    const save = (progress: Progress) => {
      all[proof.file] = progress;
      writeProgress(all);
    };
    const result = await runProof(proof, isSame ? before : fresh, save);
    results.push(result);
    if (!proof.unit || result.size >= (proof.size ?? 1)) finished.set(proof.file, result);
  }
  console.log(`\n${writeTable(finished)}`);
  if (results.some(({ failedSlices }) => failedSlices > 0)) process.exitCode = 1;
}

/** Returns the commit, marked if files other than the table of results differ from it. */
function currentCommit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', '.', ':!docs/proofs.md');
  return git('rev-parse', '--short', 'HEAD') + (changed ? '-dirty' : '');
}

await main();
