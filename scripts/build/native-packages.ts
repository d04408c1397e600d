import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

/** File of a package: its source path, and its destination relative to the code's folder. */
export interface PackageFile {
  file: string;
  path: string;
}

/**
 * Files not read at run time: declarations, source maps, documentation, pdf.js for browsers, and
 * everything of libheif except its WebAssembly.
 */
const SUPERFLUOUS =
  /\.(?:d\.[cm]?ts|map|md|markdown|tsbuildinfo)$|[\\/]pdfjs-dist[\\/](?:build|types|web|image_decoders|legacy[\\/](?:web|image_decoders))[\\/]|\.min\.mjs$|[\\/]pdf\.sandbox\.mjs$|[\\/]libheif-js[\\/]libheif[\\/]libheif\.js$|[\\/]libheif-bundle\.m?js$/;

/**
 * Returns the files of some packages and all their dependencies, as pinned by the lock file, with
 * the native binaries for Linux (glibc) on an architecture that may differ from this machine's.
 */
export async function nativePackages(names: readonly string[], cpu: string): Promise<PackageFile[]> {
  if (names.length === 0) return [];
  const root = await install(cpu);
  const folders = await closure(names, root);
  const files = await Promise.all(folders.map((folder) => filesBelow(folder)));
  return files
    .flat()
    .filter((file) => !SUPERFLUOUS.test(file))
    .map((file) => ({ file, path: relative(root, file) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Installs the lock file's production packages for that architecture into a cache folder, once per
 * lock file.
 */
async function install(cpu: string): Promise<string> {
  const root = join('node_modules', '.cache', 'native', cpu);
  const lock = await readFile('package-lock.json');
  const state = createHash('sha256').update(lock).digest('hex');
  const marker = join(root, 'installed');
  if ((await readFile(marker, 'utf8').catch(() => '')) === state) return root;
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) await copyFile(file, join(root, file));
  const target = ['--os=linux', `--cpu=${cpu}`, '--libc=glibc'];
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  // --ignore-scripts: binaries for the other architecture could not run here, and both libraries
  // ship prebuilt.
  await promisify(execFile)('npm', ['ci', '--omit=dev', '--ignore-scripts', ...target, ...quiet], {
    cwd: root,
  });
  await writeFile(marker, state);
  return root;
}

async function closure(names: readonly string[], root: string): Promise<string[]> {
  const folders = new Map<string, string>();
  const queue = [...names];
  for (let name = queue.shift(); name; name = queue.shift()) {
    const folder = join(root, 'node_modules', name);
    const manifest = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
    // Only the optional dependencies for this architecture are installed.
    if (!manifest || folders.has(name)) continue;
    folders.set(name, folder);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(manifest) as Record<
      string,
      Record<string, string>
    >;
    // pdf.js would use the canvas if it found it; workloads that need it list it themselves.
    const optional = Object.keys(optionalDependencies).filter(
      (dependency) => dependency !== '@napi-rs/canvas',
    );
    queue.push(...Object.keys(dependencies), ...optional);
  }
  return [...folders.values()];
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
