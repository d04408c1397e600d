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
 * Bundles an entry point (`handler.ts` to `{folder}/index.mjs`, `main.ts` to `main.mjs`), and beside it every `*-child.ts` of its
 * folder, which the code starts as a program of its own. Names are kept, since logs and traces show them.
 */
export async function bundle({ entry, folder }: { entry: string; folder: string }): Promise<Bundle> {
  await rm(folder, { recursive: true, force: true });
  const siblings = (await readdir(dirname(entry))).filter((name) => name.endsWith('-child.ts'));
  const isFunction = basename(entry) === 'handler.ts';
  const entryPoints = [
    { in: entry, out: isFunction ? 'index' : basename(entry, '.ts') },
    ...siblings.map((name) => ({ in: join(dirname(entry), name), out: basename(name, '.ts') })),
  ];
  const { metafile } = await build({
    entryPoints,
    outdir: folder,
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
  const sizes = await Promise.all(
    (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size),
  );
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), packages: await packagesOf(metafile) };
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
