import { mkdir, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buildConsole, builtFiles } from '../console/build.ts';
import { bundle } from './build/bundle.ts';
import { dataFiles } from './build/data-files.ts';
import { stageImages } from './build/images.ts';
import { maxCodeBytes } from './build/max-code-bytes.ts';
import { nativePackages } from './build/native-packages.ts';
import { productTables } from './build/product-tables.ts';
import { ARCHITECTURES, type Architecture, buildArchitectures, workloads } from './build/workloads.ts';
import { packFunction } from './build/zip.ts';

/**
 * Lambda's limits on a package:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MAX_ZIP_BYTES = 50 * 1024 * 1024;
const MAX_UNPACKED_BYTES = 250 * 1024 * 1024;
/** Maximum compressed size of the files that the console loads before it shows anything. */
const MAX_PAGE_BYTES = 60 * 1024;

/**
 * Bundles every Lambda and task, packs each Lambda for each architecture, stages the contents of
 * the container images, prints the sizes and fails above a limit. `node scripts/build.ts
 * [arm64|x86_64]…`; default: arm64, and this machine's own, which the package check runs.
 */
async function build(wanted: readonly string[]): Promise<void> {
  const architectures = buildArchitectures(wanted);
  for (const name of ['lambdas', 'tasks', 'packages', 'images'])
    await rm(`dist/${name}`, { recursive: true, force: true });
  const problems: string[] = [];
  for (const { kind, name, entry } of workloads()) {
    const { bytes, packages } = await bundle({ entry, folder: `dist/${kind}/${name}` });
    const most = maxCodeBytes(name);
    if (kind === 'lambdas' && bytes > most)
      problems.push(`${name}: expected at most ${most} bytes of code, got ${bytes}`);
    const zips = kind === 'lambdas' ? await pack(name, packages, architectures, problems) : '';
    console.log(`${kind}/${name.padEnd(24)} code ${size(bytes)}${zips}`);
  }
  problems.push(...(await packConsole()));
  await writeFile('dist/product.json', `${JSON.stringify(await productTables(), null, 2)}\n`);
  const tags = await stageImages(architectures);
  await writeFile('dist/images.json', `${JSON.stringify(tags, null, 2)}\n`);
  console.log(`images ${JSON.stringify(tags)}`);
  if (problems.length > 0) throw new Error(`Sizes over the limit:\n${problems.join('\n')}`);
}

async function packConsole(): Promise<string[]> {
  await buildConsole(resolve('dist/console'));
  const files = await builtFiles('dist/console');
  for (const { name, raw, zipped, atStart } of files)
    console.log(
      `console/${name.padEnd(24)} ${size(raw)}, ${size(zipped)} zipped${atStart ? '' : ', on demand'}`,
    );
  const start = files.filter(({ atStart }) => atStart).reduce((sum, { zipped }) => sum + zipped, 0);
  console.log(`console/ initial load: ${size(start)} zipped`);
  return start > MAX_PAGE_BYTES
    ? [`console: expected an initial load of at most ${size(MAX_PAGE_BYTES)}, got ${size(start)}`]
    : [];
}

async function pack(
  name: string,
  packages: readonly string[],
  architectures: readonly Architecture[],
  problems: string[],
): Promise<string> {
  let line = '';
  for (const architecture of architectures) {
    const natives = await nativePackages(packages, ARCHITECTURES[architecture]);
    const beside = [...natives, ...dataFiles(name)];
    await mkdir(`dist/packages/${architecture}`, { recursive: true });
    const file = `dist/packages/${architecture}/${name}.zip`;
    const { zipped, unpacked } = await packFunction({ folder: `dist/lambdas/${name}`, beside, file });
    line += `, ${architecture} ${size(zipped)} zipped, ${size(unpacked)} unpacked`;
    if (zipped > MAX_ZIP_BYTES)
      problems.push(`${file} has ${size(zipped)}, more than ${size(MAX_ZIP_BYTES)}`);
    if (unpacked > MAX_UNPACKED_BYTES)
      problems.push(`${file} unpacks to ${size(unpacked)}, more than ${size(MAX_UNPACKED_BYTES)}`);
  }
  return line;
}

const size = (bytes: number) =>
  bytes < 2 ** 20 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;

await build(process.argv.slice(2));
