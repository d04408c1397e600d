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

/**
 * Builds the console into a directory, which is emptied first. Takes a few seconds. Runs Vite in
 * its own process, so that none of its state stays in this one.
 */
export async function buildConsole(directory: string): Promise<void> {
  const options = ['--config', configuration, '--outDir', directory, '--emptyOutDir', '--logLevel', 'error'];
  // With any other NODE_ENV, Vite builds in development mode.
  const env = { ...process.env, NODE_ENV: 'production' };
  await run(process.execPath, [vite, 'build', ...options], { env });
}

export interface BuiltFile {
  name: string;
  /** Size in bytes. */
  raw: number;
  /** Transfer size in bytes; CloudFront compresses about as well as `gzip -9`. */
  zipped: number;
  /** Loaded on every visit; otherwise only by pages that need it. */
  atStart: boolean;
}

/** Lists the scripts and stylesheets of a build, largest first. */
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
