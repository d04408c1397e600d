import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Checks that `make check` runs, slowest first. */
const CHECKS: readonly (readonly [name: string, program: string, ...args: string[]])[] = [
  ['types', 'tsc', '--noEmit'],
  ['format and lint', 'biome', 'ci', '.'],
  ['import rules', 'node', '--disable-warning=ExperimentalWarning', 'scripts/check-imports.ts'],
  ['dead code', 'knip', '--no-config-hints'],
  ['code used only by tests', 'knip', '--no-config-hints', '--production'],
  ['console types', 'tsc', '--noEmit', '-p', 'console'],
  ['folder sizes', 'node', '--disable-warning=ExperimentalWarning', 'scripts/check-folders.ts'],
];

/**
 * Runs every check, as many in parallel as there are cores; prints each result and all failures.
 */
async function check(): Promise<void> {
  const failed: string[] = [];
  const waiting = [...CHECKS];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, program, ...args] = next;
      const started = performance.now();
      const { ok, output } = await run(program, args);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
      if (ok) continue;
      failed.push(name);
      console.log(`${[program, ...args].join(' ')}\n${output}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  if (failed.length === 0) return;
  console.log(`Failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}

function run(program: string, args: readonly string[]): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    child.on('error', reject);
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

await check();
