import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js');
const configuration = fileURLToPath(new URL('vite.config.ts', import.meta.url));

/** Builds the page into a folder, which is emptied first; a few seconds. A process of its own, so that nothing of Vite stays in this one. */
export async function buildConsole(directory: string): Promise<void> {
  const options = ['--config', configuration, '--outDir', directory, '--emptyOutDir', '--logLevel', 'error'];
  // In any other mode Vite would build for development.
  const env = { ...process.env, NODE_ENV: 'production' };
  await run(process.execPath, [vite, 'build', ...options], { env });
}
