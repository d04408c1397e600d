import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { build, type Metafile } from 'esbuild';

/** Packages with native parts or data files: they go beside the bundle as they are. libheif's licence (LGPL) wants it replaceable, too. */
const UNBUNDLED = ['sharp', '@napi-rs/canvas', 'pdfjs-dist', 'libheif-js'];

/** Where the SDK looks for credentials after the environment; Lambda always has them there, so none of these is ever loaded. */
const OTHER_CREDENTIALS = ['ini', 'login', 'process', 'sso', 'web-identity'].map(
  (source) => `@aws-sdk/credential-provider-${source}`,
);

/** Bundled CommonJS packages expect these three; the name is unlikely enough not to meet another. */
const COMMONJS = [
  "import{createRequire as __createRequire}from'node:module';",
  'const require=__createRequire(import.meta.url);',
  'const __filename=import.meta.filename,__dirname=import.meta.dirname;',
].join('');

export interface Bundle {
  /** Of all code files together. */
  bytes: number;
  /** Unbundled packages that the code uses. */
  packages: string[];
}

/**
 * Bundles an entry point (`handler.ts` to `{folder}/index.mjs`, `main.ts` to `main.mjs`), and beside it every `child/*-child.ts` that
 * stands beside a file of it: the code starts these as programs of their own. Names are kept, since logs and traces show them.
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

/** The programs in the folders `child/` beside the sources of a bundle. */
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
    // The SDK's and zod's ES modules can be shaken; what `main` names often cannot.
    mainFields: ['module', 'main'],
    external: [...UNBUNDLED.flatMap((name) => [name, `${name}/*`]), ...(isFunction ? OTHER_CREDENTIALS : [])],
    banner: { js: COMMONJS },
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}

/** Imported, or looked up by name (`require.resolve('pdfjs-dist/…')`), which no import shows. */
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
