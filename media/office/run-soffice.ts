import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MediaError } from '../../base/errors.ts';
import { boundToParent, supervise } from '../process/process-group.ts';
import type { OfficeFormat } from './office-format.ts';
import { profileSettings } from './soffice-profile.ts';

export interface Conversion {
  /** Path in the directory, with the extension of its format. */
  file: string;
  /** Empty directory for LibreOffice's profile, output and temporary files. */
  directory: string;
  format: OfficeFormat;
  signal?: AbortSignal | undefined;
}

/** Documents that take longer are refused: a retry would take as long. */
const TIMEOUT_SECONDS = 120;
/**
 * Limits on the program's address space and output. It needs 0.3 GiB for a typical document, and
 * maps far more than it touches.
 */
const MAX_ADDRESS_BYTES = 8 * 1024 ** 3;
const MAX_OUTPUT_BYTES = 512 * 1024 ** 2;
const PATH = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin';

/**
 * Converts one document to PDF and returns the PDF's path. Throws `CorruptMedia` if LibreOffice
 * fails or takes too long, `MissingResource` if it is not installed.
 */
export async function convertToPdf({ file, directory, format, signal }: Conversion): Promise<string> {
  const profile = join(directory, 'profile');
  const output = join(directory, 'output');
  await mkdir(join(profile, 'user'), { recursive: true });
  await mkdir(output);
  await writeFile(join(profile, 'user', 'registrymodifications.xcu'), profileSettings());
  const [program, args] = boundToParent(
    ...confined('soffice', sofficeArguments(file, profile, output, format)),
  );
  const child = spawn(program, args, {
    env: environment(directory),
    cwd: directory,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const outcome = await supervise(child, { timeoutSeconds: TIMEOUT_SECONDS, signal }).catch(explainStart);
  if (outcome.stopped?.name === 'TimedOut')
    throw refusal(`LibreOffice took longer than ${TIMEOUT_SECONDS} s`);
  if (outcome.stopped) throw outcome.stopped;
  const pdf = join(output, 'source.pdf');
  if (await isPdf(pdf)) return pdf;
  // The exit code is 0 even for a file that it could not load.
  const how = outcome.signal ? `was ended by ${outcome.signal}` : `exited with code ${outcome.code}`;
  if (outcome.code === 127 && /soffice/.test(outcome.log)) throw notInstalled();
  throw refusal(`LibreOffice ${how} and wrote no PDF: ${outcome.log.trim().slice(-500)}`);
}

export function sofficeArguments(
  file: string,
  profile: string,
  output: string,
  format: OfficeFormat,
): string[] {
  return [
    `-env:UserInstallation=${pathToFileURL(profile)}`,
    ...[
      '--headless',
      '--invisible',
      '--norestore',
      '--nologo',
      '--nodefault',
      '--nolockcheck',
      '--nofirststartwizard',
    ],
    `--infilter=${format.importFilter}`,
    '--convert-to',
    `pdf:${format.exportFilter}`,
    '--outdir',
    output,
    file,
  ];
}

/**
 * Returns an environment without ours (AWS keys!), whose proxy settings make every network route a
 * dead end.
 */
function environment(directory: string): NodeJS.ProcessEnv {
  const deadEnd = 'http://127.0.0.1:9';
  return {
    PATH,
    HOME: directory,
    TMPDIR: directory,
    LANG: 'C.UTF-8',
    SAL_USE_VCLPLUGIN: 'svp',
    TZ: 'UTC',
    ...Object.fromEntries(
      ['http_proxy', 'https_proxy', 'ftp_proxy', 'all_proxy'].map((name) => [name, deadEnd]),
    ),
  };
}

/**
 * Wraps the program with resource limits, and without network access where this machine permits
 * that (Fargate does not; its security group blocks the network instead).
 */
function confined(program: string, args: string[]): [string, string[]] {
  const limited = existsSync('/usr/bin/prlimit')
    ? ['/usr/bin/prlimit', `--as=${MAX_ADDRESS_BYTES}`, `--fsize=${MAX_OUTPUT_BYTES}`, '--core=0']
    : [];
  const [first = program, ...rest] = [...withoutNetwork(), ...limited, program, ...args];
  return [first, rest];
}

let unshare: string[] | undefined;

function withoutNetwork(): string[] {
  unshare ??=
    [['--net'], ['--map-root-user', '--net']]
      .map((flags) => ['/usr/bin/unshare', ...flags])
      .find(
        ([command = '', ...flags]) => spawnSync(command, [...flags, 'true'], { env: { PATH } }).status === 0,
      ) ?? [];
  return unshare;
}

async function isPdf(file: string): Promise<boolean> {
  const size = await stat(file).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size === 0) return false;
  const handle = await open(file);
  try {
    return (await handle.read(Buffer.alloc(5), 0, 5, 0)).buffer.toString('latin1') === '%PDF-';
  } finally {
    await handle.close();
  }
}

const refusal = (why: string) =>
  new MediaError('CorruptMedia', `Expected a document that can be converted to PDF; ${why}.`);
const notInstalled = () =>
  new MediaError('MissingResource', 'Expected LibreOffice (soffice) to be installed.');

function explainStart(error: NodeJS.ErrnoException): never {
  throw error.code === 'ENOENT' ? notInstalled() : error;
}
