// Compares the product's image code with one sharp call per output and with ImageMagick, for the
// same outputs and sizes. Usage: node bench/images/bench.ts [photo] [runs]; without a photo, it
// makes one of 12 megapixels. BEFORE=<another checkout> compares with its product, too.
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import sharp from 'sharp';
import { cameraPhoto } from '../../samples/camera-photo.ts';
import { type Contestant, compare, measure, table } from '../measure.ts';
import { IMAGE_MAGICK, OUTPUTS } from './peers.ts';

/** Inside the repository, where Node finds sharp. */
const bundles = join(import.meta.dirname, '../../dist/bench/images');
const bundled = (name: string, folder = bundles) => join(folder, `${name}.mjs`);
const { BEFORE } = process.env;
const bundlesBefore = `${bundles}-before`;

const work = await mkdtemp(join(tmpdir(), 'bench-images-'));
try {
  const [, , ownPhoto, runs = '5'] = process.argv;
  const photo = ownPhoto || (await makePhoto());
  await bundle();
  console.log(await conditions(photo));
  const contestants = await Promise.all([
    contestant('product', process.execPath, [bundled('contestant'), 'product', photo]),
    contestant('one sharp call per output', process.execPath, [bundled('contestant'), 'naive', photo]),
    ...(BEFORE
      ? [
          contestant('product before', process.execPath, [
            ...[bundled('contestant', bundlesBefore), 'product', photo],
          ]),
        ]
      : []),
    contestant('ImageMagick', 'bash', ['-c', IMAGE_MAGICK, photo]),
  ]);
  const results = await compare(contestants, Number(runs));
  console.log(`\nWhole processes, start included; medians of ${runs} runs in turn\n${table(results)}`);
  console.log(`\nOutputs: ${await sameOutputs(contestants.map(({ name }) => name))}`);
  console.log(`\nIn one warm process, medians of ${runs} runs in turn\n${await warm(photo, runs)}`);
} finally {
  await rm(work, { recursive: true });
}

/**
 * Bundles the contestants as in production; otherwise the time to strip types would be measured
 * too.
 */
async function bundle(): Promise<void> {
  await bundleFrom(import.meta.dirname, ['contestant', 'warm'], bundles);
  if (BEFORE) await bundleFrom(join(BEFORE, 'bench/images'), ['contestant'], bundlesBefore);
}

async function bundleFrom(folder: string, names: readonly string[], outdir: string): Promise<void> {
  await build({
    entryPoints: names.map((name) => join(folder, `${name}.ts`)),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    external: ['sharp'],
  });
}

async function makePhoto(): Promise<string> {
  const photo = join(work, 'photo.jpg');
  await writeFile(photo, await cameraPhoto());
  return photo;
}

async function conditions(photo: string): Promise<string> {
  const { width, height } = await sharp(photo).metadata();
  const size = ((await stat(photo)).size / 1e6).toFixed(1);
  const busy = loadavg()[0] ?? 0;
  const note = busy > 0.5 ? ' (other programs are running: trust CPU before wall time)' : '';
  return `${width} × ${height}, ${size} MB; ${availableParallelism()} cores, load ${busy.toFixed(1)}${note}`;
}

/** Prepares a contestant with its own output folder, passed as its last argument. */
async function contestant(name: string, command: string, args: string[]): Promise<Contestant> {
  await mkdir(join(work, name));
  return { name, command, args: [...args, join(work, name)] };
}

/**
 * Throws unless all wrote the same formats and dimensions; returns the size of each one's outputs.
 */
async function sameOutputs(names: readonly string[]): Promise<string> {
  const bytes = Object.fromEntries(names.map((name) => [name, 0]));
  const shapes: string[] = [];
  for (const output of OUTPUTS) {
    const seen = new Set<string>();
    for (const name of names) {
      const file = join(work, name, output);
      const { format, width, height = 0, isProgressive } = await sharp(file).metadata();
      bytes[name] = (bytes[name] ?? 0) + (await stat(file)).size;
      seen.add(`${format} ${width} × ${height}${isProgressive ? ' progressive' : ''}`);
    }
    if (seen.size > 1)
      throw new Error(`Expected the same ${output} from all, got ${[...seen].join(' and ')}`);
    shapes.push(...seen);
  }
  const sizes = names.map((name) => `${name} ${((bytes[name] ?? 0) / 1e6).toFixed(2)} MB`);
  return `${shapes.join(', ')}; ${sizes.join(', ')}`;
}

async function warm(photo: string, runs: string): Promise<string> {
  const args = [bundled('warm'), photo, join(work, 'product'), runs];
  const { stdout } = await measure({ name: 'warm', command: process.execPath, args });
  const rows = JSON.parse(stdout) as { name: string; wallMs: number; cpuMs: number }[];
  const [first] = rows;
  return rows
    .map(({ name, wallMs, cpuMs }) => {
      const ratios = `product: ${((first?.wallMs ?? 0) / wallMs).toFixed(2)}× wall, ${((first?.cpuMs ?? 0) / cpuMs).toFixed(2)}× CPU`;
      return `${name.padEnd(10)} ${(wallMs / 1000).toFixed(2)} s wall  ${(cpuMs / 1000).toFixed(2)} s CPU  ${ratios}`;
    })
    .join('\n');
}
