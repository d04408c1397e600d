import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { hostArchitecture, type Workload, workloads } from './build/workloads.ts';
import { hasDefault, settingsOf } from './settings-of.ts';

async function run(args: readonly string[], options: { cwd?: string; env: Record<string, string> }) {
  return promisify(execFile)(process.execPath, [...args], options).catch((error: { stderr: string }) => ({
    stdout: '',
    // Node quotes the line that threw, and a bundle has only one line.
    stderr: error.stderr.replace(/^(.{400}).*$/gm, '$1…'),
  }));
}

/**
 * Starts the result of `make build`, cold, in a bare Node process without access to this project:
 * each Lambda package for this machine's architecture, unpacked to an empty folder, and each task
 * program as its container starts it. Fails if one does not load, or cannot do what its native
 * packages are for.
 */
async function checkPackages(): Promise<void> {
  for (const workload of workloads()) {
    const { kind, name } = workload;
    const milliseconds = kind === 'lambdas' ? await checkFunction(workload) : await checkTask(name);
    console.log(`${kind}/${name.padEnd(24)} loads in ${milliseconds} ms`);
  }
}

/** Further checks that loading a function does not cover, by name. */
const TRIALS: Readonly<Record<string, (folder: string) => Promise<void>>> = {
  'process-image': tryHeic,
  'preview-profile': tryHeic,
};

async function checkFunction(workload: Workload): Promise<number> {
  const { name } = workload;
  const zip = `dist/packages/${hostArchitecture()}/${name}.zip`;
  if (!existsSync(zip)) throw new Error(`Expected ${zip}; run make build first.`);
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  try {
    for (const [path, content] of Object.entries(unzipSync(await readFile(zip)))) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    const missing = (await settingsOf(workload)).filter((setting) => !hasDefault(setting));
    const program = `
      const start = performance.now();
      const { handler } = await import(${JSON.stringify(join(folder, 'index.mjs'))});
      if (typeof handler !== 'function') throw new Error('the package exports no handler');
      process.stdout.write(String(Math.round(performance.now() - start)), () => process.exit());`;
    const args = ['--input-type=module', '--eval', program];
    const { stdout, stderr } = await run(args, {
      cwd: folder,
      env: {
        AWS_REGION: 'eu-west-1',
        ...Object.fromEntries(missing.map((setting) => [setting, 'https://example.com/of-any-form'])),
      },
    });
    if (!stdout) throw new Error(`${zip} does not load:\n${stderr}`);
    await TRIALS[name]?.(folder);
    return Number(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the packaged child, which can read only its package, as in production. */
async function tryHeic(folder: string): Promise<void> {
  const photo = await readFile('tests/unit/media/image/blue.heic');
  const libheif = join(folder, 'node_modules', 'libheif-js');
  const entry = join(folder, 'decode-heic-child.mjs');
  const args = ['--permission', `--allow-fs-read=${folder}`, entry, libheif, String(photo.length), '1000000'];
  const decoding = promisify(execFile)(process.execPath, args, { cwd: folder, env: {}, encoding: 'latin1' });
  decoding.child.stdin?.end(photo);
  const { stdout } = await decoding;
  if (!stdout.startsWith('ready\n{"picture":'))
    throw new Error(`Expected an image from the packaged HEIC decoder, got ${stdout}`);
  if (!existsSync(join(libheif, 'libheif-wasm', 'LICENSE')))
    throw new Error('Expected the license next to libheif');
}

/**
 * Starts a task program without a work order. It must report that, which proves that all its
 * imports were found.
 */
async function checkTask(name: string): Promise<number> {
  const start = performance.now();
  const program = resolve(`dist/tasks/${name}/main.mjs`);
  const env = { AWS_REGION: 'eu-west-1', JOB_TABLE: 'jobs', QUEUE_TABLE: 'queue', OUTPUT_BUCKET: 'outputs' };
  const { stderr } = await run([program], { env });
  if (!stderr.includes('Expected the work order')) throw new Error(`${program} does not start:\n${stderr}`);
  return Math.round(performance.now() - start);
}

await checkPackages();
