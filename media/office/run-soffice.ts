import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, stat, writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MediaError } from '../../base/errors.ts';
import { REFUSED_THREAD } from '../../base/machine-error.ts';
import { boundToParent, supervise } from '../process/process-group.ts';
import type { OfficeFormat } from './office-format.ts';
import { profileSettings } from './soffice-profile.ts';

interface SofficeFilters extends Pick<OfficeFormat, 'importFilter' | 'exportFilter'> {
  /** Extension of the format to convert to; default: PDF. */
  to?: keyof typeof SIGNATURES;
  /** Number of pages after which a PDF of sheets ends; default: all. */
  maxPages?: number | undefined;
}

export interface Conversion {
  /** Path in the directory, with the extension of its format. */
  file: string;
  /** Empty directory for LibreOffice's profile, output and temporary files. */
  directory: string;
  format: SofficeFilters;
  signal?: AbortSignal | undefined;
  /** Memory of the container in bytes. */
  memory?: number | undefined;
}

/** Documents that take longer are refused: a retry would take as long. */
export const TIMEOUT_SECONDS = 120;
/**
 * Share of the container's memory that the program's address space may have. A typical document
 * needs 0.5 GiB. LibreOffice 7.4 handles an allocation that fails: it reports that it could not load
 * the document. Without the limit, the kernel would kill the task, and a document that is at fault
 * would be retried.
 */
const MEMORY_SHARE = 0.75;
/** Memory of a container of which nothing is known: the default of task_size. */
const USUAL_MEMORY_BYTES = 4 * 1024 ** 3;
const MAX_OUTPUT_BYTES = 512 * 1024 ** 2;
const PATH = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin';

/** How files of the formats that it writes begin. */
const SIGNATURES = { pdf: '%PDF-', docx: 'PK\x03\x04', xlsx: 'PK\x03\x04', pptx: 'PK\x03\x04' };

const OUT_OF_DISK = /insufficient free disk space|No space left on device/;

/**
 * Runs LibreOffice on one document and returns the path of the PDF (or other format). Throws `CorruptMedia` if it fails or
 * takes too long, `MissingResource` if it is not installed.
 */
export async function runSoffice({ file, directory, format, signal, memory }: Conversion): Promise<string> {
  const mostMemory = maxAddressBytes(memory);
  const profile = join(directory, 'profile');
  const output = join(directory, 'output');
  await mkdir(join(profile, 'user'), { recursive: true });
  await mkdir(output);
  await writeFile(join(profile, 'user', 'registrymodifications.xcu'), profileSettings());
  const [program, args] = boundToParent(
    ...confined('soffice', sofficeArguments(file, profile, output, format), mostMemory),
  );
  const child = spawn(program, args, {
    env: sofficeEnvironment(directory),
    cwd: directory,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const outcome = await supervise(child, { timeoutSeconds: TIMEOUT_SECONDS, signal }).catch(explainStart);
  if (outcome.stopped?.name === 'TimedOut')
    throw refusal(`LibreOffice took longer than ${TIMEOUT_SECONDS} s`);
  if (outcome.stopped) throw outcome.stopped;
  const { to = 'pdf' } = format;
  const made = join(output, `source.${to}`);
  if (await beginsWith(made, SIGNATURES[to])) return made;
  // The exit code is 0 even for a file that it could not load.
  const how = outcome.signal ? `was ended by ${outcome.signal}` : `exited with code ${outcome.code}`;
  if (outcome.code === 127 && /soffice/.test(outcome.log)) throw notInstalled();
  if (OUT_OF_DISK.test(outcome.log))
    throw new MediaError('OutOfDisk', `The work directory is full: ${outcome.log.trim().slice(-500)}`);
  if (REFUSED_THREAD.test(outcome.log))
    throw new MediaError(
      'OutOfMemory',
      `LibreOffice was refused a thread: ${outcome.log.trim().slice(-500)}`,
    );
  const within = `within ${Math.floor(mostMemory / 1024 ** 2)} MiB of memory`;
  throw refusal(
    `LibreOffice ${how} and wrote no ${to === 'pdf' ? 'PDF' : to} ${within}: ${outcome.log.trim().slice(-500)}`,
  );
}

export function sofficeArguments(
  file: string,
  profile: string,
  output: string,
  format: Conversion['format'],
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
    `${format.to ?? 'pdf'}:${format.exportFilter}${exportOptions(format)}`,
    '--outdir',
    output,
    file,
  ];
}

/** A workbook may fill many more pages than anyone will see; LibreOffice takes its time for each. */
function exportOptions({ exportFilter, maxPages }: SofficeFilters): string {
  if (exportFilter !== 'calc_pdf_Export' || maxPages === undefined) return '';
  return `:${JSON.stringify({ PageRange: { type: 'string', value: `1-${maxPages}` } })}`;
}

/**
 * Returns an environment without ours (AWS keys!), whose proxy settings make every network route a
 * dead end.
 */
export function sofficeEnvironment(directory: string): NodeJS.ProcessEnv {
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
function confined(program: string, args: string[], memory: number): [string, string[]] {
  const limited = existsSync('/usr/bin/prlimit')
    ? ['/usr/bin/prlimit', `--as=${memory}`, `--fsize=${MAX_OUTPUT_BYTES}`, '--core=0']
    : [];
  const [first = program, ...rest] = [...withoutNetwork(), ...limited, program, ...args];
  return [first, rest];
}

/** `memory`: of the container, which may have been promised more than the machine has. */
export function maxAddressBytes(memory = USUAL_MEMORY_BYTES, machine = machineMemory()): number {
  return Math.floor(Math.min(memory, machine) * MEMORY_SHARE);
}

const machineMemory = () => Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem());

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

async function beginsWith(file: string, signature: string): Promise<boolean> {
  const size = await stat(file).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size === 0) return false;
  const handle = await open(file);
  try {
    const { length } = signature;
    return (await handle.read(Buffer.alloc(length), 0, length, 0)).buffer.toString('latin1') === signature;
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
