import { type ErrorName, MediaError } from '../../base/errors.ts';
import type { Outcome } from '../process/process-group.ts';

/**
 * Messages that ffmpeg and ffprobe (5.1, 6.1, 7.1) print, by meaning; the first match counts. Exit
 * codes alone carry almost no information.
 */
const MEANINGS: readonly [RegExp, ErrorName, string][] = [
  [
    /exceeds specified max pixel count|Picture size \d+x\d+ is invalid/,
    'TooManyPixels',
    'The frame size exceeds the limit',
  ],
  [/exceeds max_streams|max_streams/, 'TooManyStreams', 'The file has too many streams'],
  [/Codec \(\w+\) not on whitelist/, 'UnsupportedMediaType', 'Its codec is not supported'],
  [/Format not on whitelist/, 'UnsupportedMediaType', 'Not audio or video in a supported format'],
  [
    /moov atom not found/,
    'CorruptMedia',
    'The file is truncated, or its recording was never finished: its index (moov) is missing',
  ],
  [/(^|\n)file:[^\n]*: No such file or directory/, 'MissingResource', 'The input file does not exist'],
  [/No space left on device/, 'OutOfDisk', 'The work directory is full'],
  [
    /Unrecognized option|Option .* not found|Unknown encoder|No such filter|Unable to parse option|failed to execute/,
    'MissingResource',
    'This ffmpeg build lacks a required feature',
  ],
  [
    /pthread_create|thread_(?:encoder_)?init failed|Resource temporarily unavailable/,
    'OutOfMemory',
    'Out of threads or memory',
  ],
  [
    // Said of the input as it is opened: one allocation exceeds `-max_alloc`, or a description ends early.
    // By default, Linux does not refuse memory that it lacks, but kills whoever uses it.
    /(^|\n)file:[^\n]*: Cannot allocate memory/,
    'CorruptMedia',
    'Its header cannot be read: it asks for too much memory, or ends early',
  ],
  [/Cannot allocate memory/, 'OutOfMemory', 'Out of memory'],
];

/** Signals of a program that crashes on its input; a retry would crash the same way. */
const CRASHES: readonly string[] = ['SIGABRT', 'SIGSEGV', 'SIGBUS', 'SIGFPE', 'SIGILL'];

/** Returns the error of a program that failed, or undefined if it succeeded. */
export function ffmpegError(
  program: string,
  { code, signal, log, stopped }: Outcome,
): MediaError | undefined {
  if (stopped) return stopped;
  // Only the kernel's out-of-memory killer and Fargate's memory limit send SIGKILL here.
  if (signal === 'SIGKILL' || code === 137)
    return new MediaError('OutOfMemory', `${program} was killed, most likely because it ran out of memory.`);
  if (signal && CRASHES.includes(signal))
    return new MediaError('CorruptMedia', `The file makes ${program} crash (${signal}): ${lastLines(log)}`);
  if (signal || (code === 255 && /received signal 15|received signal 2/.test(log)))
    return new MediaError('Interrupted', `${program} was stopped by ${signal ?? 'a signal'}.`);
  if (code === 0) return undefined;
  const [, name, meaning] =
    MEANINGS.find(([pattern]) => pattern.test(log)) ??
    ([/./, 'CorruptMedia', 'The file cannot be decoded'] as const);
  return new MediaError(name, `${meaning}: ${program} exited with code ${code}: ${lastLines(log)}`);
}

/**
 * What ffmpeg prints at `info` besides problems: indented details, its tables, and the headings of
 * the loudness summary, which ends every log.
 */
const REPORTS =
  /^\s|^Svt\[info\]|^(Stream mapping|Output #|Input #|Press |size=|video:|Conversion failed!)|Summary:$|^Metadata:$|^\s*$/;

/**
 * Returns the last few lines that tell of a problem, without ffmpeg's memory addresses, which differ
 * from run to run.
 */
export function lastLines(log: string): string {
  const all = log.trimEnd().split('\n');
  const problems = all.filter((line) => !REPORTS.test(line));
  const lines = (problems.length > 0 ? problems : all).slice(-3);
  return (
    lines
      .map((line) =>
        line
          .replace(/ @ 0x[0-9a-f]+/g, '')
          .replace(/on whitelist '[^']*'/, 'supported')
          .trim(),
      )
      .join(' | ')
      .slice(0, 600) || 'no output'
  );
}
