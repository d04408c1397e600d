import { spawn } from 'node:child_process';
import type { Progress } from './progress.ts';
import type { Proof } from './proofs.ts';

/**
 * Runs a proof from where `progress` left it, slice by slice. Calls `save` after each slice, so that
 * a run that is killed loses at most one.
 */
export async function runProof(
  proof: Proof,
  progress: Progress,
  save: (progress: Progress) => void,
): Promise<Progress> {
  let now = progress;
  while (now.done < now.size) {
    const slice = Math.min(proof.slice ?? now.size, now.size - now.done);
    const started = performance.now();
    // Each slice has seeds of its own.
    const passed = await runTests(proof, { SIZE: slice, SEED: now.seed + now.done });
    const seconds = now.seconds + (performance.now() - started) / 1000;
    now = { ...now, done: now.done + slice, failedSlices: now.failedSlices + (passed ? 0 : 1), seconds };
    save(now);
  }
  return now;
}

function runTests(
  { file, title, unit, number }: Proof,
  { SIZE, SEED }: { SIZE: number; SEED: number },
): Promise<boolean> {
  const sized = unit ? { SIZE: String(SIZE), SEED: String(SEED) } : {};
  const shown = Object.entries(sized).map(([name, value]) => `${name}=${value} `);
  console.log(`\nproof ${number}: ${shown.join('')}npm test -- ${file}${title ? ` -t '${title}'` : ''}`);
  const args = ['run', '--silent', 'test', '--', file, ...(title ? ['-t', title] : [])];
  return new Promise((resolve, reject) => {
    const child = spawn('npm', args, { stdio: 'inherit', env: { ...process.env, ...sized } });
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0));
  });
}
