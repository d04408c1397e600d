import { execFileSync } from 'node:child_process';
import { writeTable } from './proofs/proof-table.ts';
import { PROOFS, type Proof } from './proofs/proofs.ts';
import { missing, readResults, withSlice, writeResults } from './proofs/results.ts';
import { runProof } from './proofs/run-proof.ts';

/**
 * Runs what no commit has shown yet of the proofs at full size, slice by slice. ONLY=29,30 takes
 * these alone, as does the name of a file (ONLY=18-mutated-video); FRESH=1 shows them anew. SIZE and
 * SEED run that many cases instead, which counts for nothing.
 */
async function main(): Promise<void> {
  const { ONLY, SIZE, SEED = '1', FRESH } = process.env;
  const only = ONLY?.split(',');
  const proofs = PROOFS.filter(
    ({ number, file }) =>
      !only || only.some((one) => one === `${number}` || file.endsWith(`/${one}.test.ts`)),
  );
  if (proofs.length === 0) throw new Error(`Expected numbers or file names of proofs in ONLY, got ${ONLY}.`);
  const failed: string[] = [];
  for (const proof of proofs) {
    const passed = SIZE
      ? await runProof(proof, { size: Number(SIZE), seed: Number(SEED) })
      : await showRest(proof, { isAnew: FRESH !== undefined });
    if (!passed) failed.push(proof.file);
  }
  if (!SIZE) console.log(`\n${writeTable(readResults())}`);
  if (failed.length === 0) return;
  console.error(`\nFAILED: ${failed.join(', ')}`);
  process.exitCode = 1;
}

async function showRest(proof: Proof, { isAnew }: { isAnew: boolean }): Promise<boolean> {
  const all = readResults();
  if (isAnew) delete all[proof.file];
  let isPassed = true;
  for (const slice of missing(proof, all[proof.file])) {
    const commit = currentCommit();
    const started = performance.now();
    const passed = await runProof(proof, slice);
    isPassed &&= passed;
    const seconds = Math.round((performance.now() - started) / 1000);
    const date = new Date().toISOString().slice(0, 10);
    // Read again: another run may have shown other proofs meanwhile.
    const results = readResults();
    const before = isAnew && slice.seed === 1 ? [] : results[proof.file];
    results[proof.file] = withSlice(before, { ...slice, passed, seconds, commit, date });
    writeResults(results);
    writeTable(results);
  }
  return isPassed;
}

/** What a run writes: its results, and the schedules that fail, which hinder no other proof. */
const WRITTEN = ['docs/proofs.md', 'docs/proofs.json', 'tests/proofs/fixtures'];

/** Returns the commit. Throws if files differ from it: what is shown must be what was committed. */
function currentCommit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', '.', ...WRITTEN.map((path) => `:!${path}`));
  if (changed)
    throw new Error(
      `Expected all changes to be committed (or SIZE=, which counts for nothing), got:\n${changed}`,
    );
  return git('rev-parse', '--short', 'HEAD');
}

await main();
