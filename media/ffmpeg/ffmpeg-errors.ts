import { type ErrorName, MediaError } from '../../base/errors.ts';
import type { Outcome } from '../process/process-group.ts';

/** What ffmpeg and ffprobe print, by what it means; the first that matches counts. Their exit codes say next to nothing (5.1, 6.1, 7.1). */
const MEANINGS: readonly [RegExp, ErrorName, string][] = [
  [
    /exceeds specified max pixel count|Picture size \d+x\d+ is invalid/,
    'TooManyPixels',
    'The picture is too large',
  ],
  [/exceeds max_streams|max_streams/, 'TooManyStreams', 'The file holds too many tracks'],
  [
    /Format not on whitelist|Codec \(\w+\) not on whitelist/,
    'UnsupportedMediaType',
    'Neither sound nor video of a supported kind',
  ],
  [/(^|\n)file:[^\n]*: No such file or directory/, 'MissingResource', 'The input is not there'],
  [/No space left on device/, 'OutOfDisk', 'The work directory is full'],
  [
    /Unrecognized option|Option .* not found|Unknown encoder|No such filter|Unable to parse option|failed to execute/,
    'MissingResource',
    'This ffmpeg cannot do what was asked',
  ],
  [/pthread_create|Resource temporarily unavailable/, 'OutOfMemory', 'No more threads or memory'],
  [/Cannot allocate memory/, 'OutOfMemory', 'Memory ran out'],
];

/** What a program does to itself over input that it cannot bear; to try again would give the same. */
const CRASHES: readonly string[] = ['SIGABRT', 'SIGSEGV', 'SIGBUS', 'SIGFPE', 'SIGILL'];

/** The error of a program that did not end well, or undefined where it did. */
export function ffmpegError(
  program: string,
  { code, signal, log, stopped }: Outcome,
): MediaError | undefined {
  if (stopped) return stopped;
  // The kernel's out-of-memory killer and Fargate's memory limit send SIGKILL; nobody else here does.
  if (signal === 'SIGKILL' || code === 137)
    return new MediaError('OutOfMemory', `${program} was killed: most likely for lack of memory.`);
  if (signal && CRASHES.includes(signal))
    return new MediaError('CorruptMedia', `The file makes ${program} crash (${signal}): ${lastLines(log)}`);
  if (signal || (code === 255 && /received signal 15|received signal 2/.test(log)))
    return new MediaError('Interrupted', `${program} was stopped by ${signal ?? 'a signal'}.`);
  if (code === 0) return undefined;
  const [, name, meaning] =
    MEANINGS.find(([pattern]) => pattern.test(log)) ??
    ([/./, 'CorruptMedia', 'The file cannot be decoded'] as const);
  return new MediaError(name, `${meaning}: ${program} ended with ${code}: ${lastLines(log)}`);
}

/** The last few lines without ffmpeg's memory addresses, which differ from run to run. */
export function lastLines(log: string): string {
  const lines = log.trim().split('\n').slice(-3);
  return (
    lines
      .map((line) =>
        line
          .replace(/ @ 0x[0-9a-f]+/g, '')
          .replace(/on whitelist '[^']*'/, 'supported')
          .trim(),
      )
      .join(' | ')
      .slice(0, 600) || 'it said nothing'
  );
}
