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
  /** In the directory, with the extension of its format. */
  file: string;
  /** Fresh: profile, output and temporary files of the program stay in it. */
  directory: string;
  format: OfficeFormat;
  signal?: AbortSignal | undefined;
}

/** Documents that take longer are refused: they would take as long each time. */
const TIMEOUT_SECONDS = 120;
/** What the program may hold and write. It needs 0.3 GiB for a usual document, and maps far more than it touches. */
const MAX_ADDRESS_BYTES = 8 * 1024 ** 3;
const MAX_OUTPUT_BYTES = 512 * 1024 ** 2;
const PATH = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin';

/** Converts one document to PDF and gives the PDF's file. Throws `CorruptMedia` where LibreOffice cannot or takes too long, `MissingResource` where it is not installed. */
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
    throw refusal(`LibreOffice had not converted it after ${TIMEOUT_SECONDS} s`);
  if (outcome.stopped) throw outcome.stopped;
  const pdf = join(output, 'source.pdf');
  if (await isPdf(pdf)) return pdf;
  // It ends with 0 over a file that it could not load.
  const how = outcome.signal ? `was ended by ${outcome.signal}` : `ended with code ${outcome.code}`;
  if (outcome.code === 127 && /soffice/.test(outcome.log)) throw notInstalled();
  throw refusal(`LibreOffice ${how} and wrote none: ${outcome.log.trim().slice(-500)}`);
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

/** Nothing of ours (AWS keys!), and every route to the network a dead end. */
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

/** The program with limits on what it takes, and without a network where this machine lets us take it away (not on Fargate; its security group does). */
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
  new MediaError('CorruptMedia', `Expected a document that can be made a PDF; ${why}.`);
const notInstalled = () =>
  new MediaError('MissingResource', 'Expected LibreOffice (soffice) to be installed.');

function explainStart(error: NodeJS.ErrnoException): never {
  throw error.code === 'ENOENT' ? notInstalled() : error;
}
