import { spawn } from 'node:child_process';
import type { Proof } from './proofs.ts';

/**
 * Runs the tests of a proof with one size and seed. Returns true if they pass. Throws if they were
 * stopped from outside, which shows nothing.
 */
export async function runProof(
  proof: Proof,
  { size, seed }: { size: number; seed: number },
): Promise<boolean> {
  const { file, title, unit, number } = proof;
  const sized = unit ? { SIZE: String(size), SEED: String(seed) } : {};
  const shown = Object.entries(sized).map(([name, value]) => `${name}=${value} `);
  console.log(`\nproof ${number}: ${shown.join('')}npm test -- ${file}${title ? ` -t '${title}'` : ''}`);
  const args = ['run', '--silent', 'test', '--', file, ...(title ? ['-t', title] : [])];
  return new Promise((resolve, reject) => {
    const child = spawn('npm', args, { stdio: 'inherit', env: { ...process.env, ...sized } });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      // A shell's code for a program that a signal ended.
      if (signal || code === null || code > 128)
        reject(new Error(`${file} was stopped by ${signal ?? code}.`));
      else resolve(code === 0);
    });
  });
}
