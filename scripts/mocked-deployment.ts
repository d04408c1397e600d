import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { securityHeaders } from '../console/security-headers.ts';
import { productTables } from './build/product-tables.ts';
import { ARCHITECTURES, workloads } from './build/workloads.ts';

/** One resource of the deployment, as described by `terraform show -json`. */
export interface Resource {
  address: string;
  mode: 'managed' | 'data';
  type: string;
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: the provider's schema decides; readers check what they use.
  values: Record<string, any>;
}

interface Module {
  resources?: Resource[];
  child_modules?: Module[];
}

/** Returns why Terraform cannot run on this machine, or undefined if it can. */
export function whyNoTerraform(): string | undefined {
  if (spawnSync('terraform', ['version']).error) return 'terraform is not installed';
  const init = spawnSync('scripts/terraform.sh', [
    'init',
    '-backend=false',
    '-input=false',
    '-lockfile=readonly',
    '-no-color',
  ]);
  return init.status === 0
    ? undefined
    : `terraform init failed: ${init.stderr.toString().trim().split('\n').slice(0, 4).join(' ')}`;
}

export async function terraform(
  args: readonly string[],
  directory = 'terraform',
): Promise<{ output: string; failed: boolean }> {
  const env = { ...process.env, TERRAFORM_DIRECTORY: directory };
  const run = promisify(execFile)('scripts/terraform.sh', [...args], { env, maxBuffer: 256 * 2 ** 20 });
  return run.then(
    ({ stdout, stderr }) => ({ output: stdout + stderr, failed: false }),
    (error: { stdout: string; stderr: string }) => ({ output: error.stdout + error.stderr, failed: true }),
  );
}

/**
 * Returns every resource of a deployment with all settings enabled
 * (terraform/tests/everything.tftest.hcl) and all values known: Terraform's own tests apply it
 * against a mocked provider and print the state. Takes several seconds, so the result is cached
 * until a file changes.
 */
export async function mockedDeployment(): Promise<Resource[]> {
  const cache = join('node_modules', '.cache', 'mocked-deployment', `${await digest()}.json`);
  if (existsSync(cache)) return JSON.parse(await readFile(cache, 'utf8'));
  const resources = appliedBy(await mockedTest('everything.tftest.hcl'));
  await mkdir(join(cache, '..'), { recursive: true });
  // Renamed into place, since two test processes may write it concurrently.
  await writeFile(`${cache}.${process.pid}`, JSON.stringify(resources));
  await rename(`${cache}.${process.pid}`, cache);
  return resources;
}

/** Returns the resources of the first state that a test has applied. */
export function appliedBy(lines: readonly TestLine[]): Resource[] {
  const { root_module } = lines.find(({ type }) => type === 'test_state')?.test_state ?? {};
  if (!root_module) throw new Error('Expected the test to apply a state, got none');
  return resourcesOf(root_module);
}

/** A line that `terraform test -json -verbose` prints. */
export interface TestLine {
  type: string;
  '@testrun'?: string;
  diagnostic?: { detail: string };
  test_state?: { root_module: Module };
  test_plan?: { resource_changes: ResourceChange[] };
}

/** A change in a plan. `actions`: `['delete', 'create']` for a replacement, in that order. */
export interface ResourceChange extends Omit<Resource, 'values'> {
  change: { actions: string[]; after: Resource['values'] };
}

/**
 * Runs one file of Terraform's own tests, in terraform/tests or a folder below it, against a mocked
 * provider. Throws if one fails.
 */
export async function mockedTest(file: string, folder = 'tests'): Promise<TestLine[]> {
  const { output, failed } = await withPlaceholders((directory) =>
    terraform([
      'test',
      '-json',
      '-verbose',
      `-test-directory=${folder}`,
      `-filter=${folder}/${file}`,
      `-var=build_directory=${directory}`,
    ]),
  );
  const lines = output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as TestLine);
  if (!failed) return lines;
  const details = lines.flatMap(({ diagnostic }) => diagnostic?.detail || []);
  throw new Error(details.join('\n') || output.slice(0, 2000));
}

/**
 * Calls a function with a folder that looks like the output of `make build`, which a plan requires.
 */
export async function withPlaceholders<Result>(run: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'build-'));
  try {
    const tags: Record<string, object> = {};
    for (const architecture of Object.keys(ARCHITECTURES)) {
      tags[architecture] = { media: `media-of-${architecture}`, office: `office-of-${architecture}` };
      await mkdir(`${directory}/packages/${architecture}`, { recursive: true });
      for (const { kind, name } of workloads())
        if (kind === 'lambdas') await writeFile(`${directory}/packages/${architecture}/${name}.zip`, name);
    }
    await writeFile(`${directory}/images.json`, JSON.stringify(tags));
    await writeFile(`${directory}/product.json`, JSON.stringify(await productTables()));
    await mkdir(`${directory}/console`);
    const place = (name: string) => `$\{${name}}`;
    const headers = securityHeaders({ connect: [place('connect')], media: [place('media')] });
    await writeFile(`${directory}/console/security-headers.json`, JSON.stringify(headers));
    const console = ['index.html', 'icon.svg', 'site.webmanifest', 'assets/index-Ab12Cd34.js', 'config.json'];
    await mkdir(`${directory}/console/assets`);
    for (const name of console) await writeFile(`${directory}/console/${name}`, name);
    return await run(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function resourcesOf({ resources = [], child_modules = [] }: Module): Resource[] {
  return [...resources, ...child_modules.flatMap(resourcesOf)];
}

async function digest(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(await productTables()));
  for (const folder of ['terraform', 'state-machines']) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.filter((file) => !file.includes('.terraform/')).sort())
      hash.update(file).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}
