import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

const run = promisify(execFile);
const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js');
const configuration = fileURLToPath(new URL('./vite.config.ts', import.meta.url));

/** Builds the page into a folder, which is emptied first; a few seconds. A process of its own, so that nothing of Vite stays in this one. */
export async function buildConsole(directory: string): Promise<void> {
  const options = ['--config', configuration, '--outDir', directory, '--emptyOutDir', '--logLevel', 'error'];
  // In any other mode Vite would build for development.
  const env = { ...process.env, NODE_ENV: 'production' };
  await run(process.execPath, [vite, 'build', ...options], { env });
}

export interface BuiltFile {
  name: string;
  /** Bytes. */
  raw: number;
  /** As it goes over the network; `gzip -9` is what CloudFront comes close to. */
  zipped: number;
  /** Whether every visit loads it; else only pages that need it do. */
  atStart: boolean;
}

/** The scripts and styles of a built page, largest first. */
export async function builtFiles(directory: string): Promise<BuiltFile[]> {
  const page = await readFile(join(directory, 'index.html'), 'utf8');
  const names = (await readdir(join(directory, 'assets'))).filter((name) => /\.(?:js|css)$/.test(name));
  const files = await Promise.all(
    names.map(async (name) => {
      const content = await readFile(join(directory, 'assets', name));
      const zipped = gzipSync(content, { level: 9 }).length;
      return { name, raw: content.length, zipped, atStart: page.includes(name) };
    }),
  );
  return files.sort((a, b) => b.raw - a.raw);
}
