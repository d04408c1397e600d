import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { build, type Metafile } from 'esbuild';

/**
 * Packages with native binaries or data files, which are shipped unbundled next to the code.
 * libheif's license (LGPL) also requires it to be replaceable.
 */
const UNBUNDLED = ['sharp', '@napi-rs/canvas', 'pdfjs-dist', 'libheif-js'];

/**
 * Credential sources that the SDK tries after the environment. Lambda always has credentials there,
 * so none of these is ever loaded.
 */
const OTHER_CREDENTIALS = ['ini', 'login', 'process', 'sso', 'web-identity'].map(
  (source) => `@aws-sdk/credential-provider-${source}`,
);

/** Bundled CommonJS packages expect these three; the name is unlikely to collide with another. */
const COMMONJS = [
  "import{createRequire as __createRequire}from'node:module';",
  'const require=__createRequire(import.meta.url);',
  'const __filename=import.meta.filename,__dirname=import.meta.dirname;',
].join('');

export interface Bundle {
  /** Total size of all code files. */
  bytes: number;
  /** Unbundled packages that the code uses. */
  packages: string[];
}

/**
 * Bundles an entry point (`handler.ts` to `{folder}/index.mjs`, `main.ts` to `main.mjs`), and next
 * to it every `child/*-child.ts` whose parent folder contains one of its sources: the code starts
 * these as separate programs. Names are kept, since logs and traces show them.
 */
export async function bundle({ entry, folder }: { entry: string; folder: string }): Promise<Bundle> {
  await rm(folder, { recursive: true, force: true });
  const isFunction = basename(entry) === 'handler.ts';
  const main = await buildBundle(folder, isFunction, [
    { in: entry, out: isFunction ? 'index' : basename(entry, '.ts') },
  ]);
  const children = await childPrograms(main);
  const all = [main, ...(children.length > 0 ? [await buildBundle(folder, isFunction, children)] : [])];
  const sizes = await Promise.all(
    (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size),
  );
  const packages = (await Promise.all(all.map(packagesOf))).flat();
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), packages: [...new Set(packages)] };
}

interface EntryPoint {
  in: string;
  out: string;
}

/** Returns the programs in the `child/` folders next to a bundle's sources. */
async function childPrograms({ inputs }: Metafile): Promise<EntryPoint[]> {
  const ours = Object.keys(inputs).filter((path) => !path.includes('node_modules'));
  const folders = [...new Set(ours.map((path) => join(dirname(path), 'child')))].filter(existsSync);
  const names = await Promise.all(
    folders.map(async (folder) => (await readdir(folder)).map((name) => join(folder, name))),
  );
  return names
    .flat()
    .filter((file) => file.endsWith('-child.ts'))
    .map((file) => ({ in: file, out: basename(file, '.ts') }));
}

async function buildBundle(
  outdir: string,
  isFunction: boolean,
  entryPoints: EntryPoint[],
): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints,
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    minify: true,
    keepNames: true,
    legalComments: 'none',
    // Prefer ES modules of the SDK and zod, which can be tree-shaken; the files listed in `main`
    // often cannot.
    mainFields: ['module', 'main'],
    external: [...UNBUNDLED.flatMap((name) => [name, `${name}/*`]), ...(isFunction ? OTHER_CREDENTIALS : [])],
    banner: { js: COMMONJS },
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}

/**
 * Returns the packages that are imported or resolved by name (`require.resolve('pdfjs-dist/…')`),
 * which the imports do not show.
 */
async function packagesOf({ inputs, outputs }: Metafile): Promise<string[]> {
  const imported = Object.values(outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  const ours = Object.keys(inputs).filter((path) => !path.includes('node_modules'));
  const sources = await Promise.all(ours.map((path) => readFile(path, 'utf8')));
  return UNBUNDLED.filter(
    (name) =>
      imported.some((path) => path === name || path.startsWith(`${name}/`)) ||
      sources.some((source) => source.includes(`resolve('${name}/`)),
  );
}
