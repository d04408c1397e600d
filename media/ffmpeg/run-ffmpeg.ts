import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import ffmpeg from 'fluent-ffmpeg';
import { MediaError } from '../../base/errors.ts';
import { boundToParent, interruption, type Supervision, supervise } from '../process/process-group.ts';
import { ffmpegError } from './ffmpeg-errors.ts';
import {
  BARE_ENVIRONMENT,
  type InputLimits,
  inputGuards,
  inputUrl,
  PROGRAM_GUARDS,
} from './ffmpeg-guards.ts';
import { type Damage, damageReader } from './media-damage.ts';
import { type FfmpegProgress, progressReader } from './progress-reader.ts';

/**
 * Data that this process writes to ffmpeg's stdin: samples that were decoded here, so it needs no
 * guards. `args` describe their format.
 */
interface PipeInput {
  args: readonly string[];
  onStdin: (stdin: Writable) => void;
}

/** File in `cwd` that this process made, so it needs no guards. `args` describe its format. */
interface OwnInput {
  args: readonly string[];
  file: string;
}

export interface FfmpegRun extends Supervision, InputLimits {
  /**
   * Hostile file: a fixed name of ours in `cwd`, or an absolute path. `inputArgs` precede it
   * (`-ss`, `-t`, `-threads` …).
   */
  input: string | PipeInput | OwnInput;
  inputArgs?: readonly string[];
  moreInputs?: readonly OwnInput[];
  /** Global options, such as `-filter_complex`. */
  args?: readonly string[];
  /**
   * Fixed names of ours in `cwd` (ffmpeg reads `:` as a protocol and `%` as a pattern), `pipe:1`
   * for data passed to `onStdout`, or a list for `-f tee`.
   */
  outputs: readonly { args: readonly string[]; target: string }[];
  /**
   * Stdin streams of other programs, for targets from `pipe:4` up. Those programs see EOF only once
   * this process closes its own end too.
   */
  pipes?: readonly Writable[];
  cwd: string;
  /**
   * Fraction of frames and packets that may fail to decode before the run fails with CorruptMedia.
   */
  maxErrorRate?: number;
  /**
   * `info` for filters that report at the end (ebur128, loudnorm); their report is in the run's
   * log.
   */
  logLevel?: 'warning' | 'info';
  onProgress?: ((progress: FfmpegProgress) => void) | undefined;
  /**
   * Awaited for each chunk, so backpressure keeps memory constant however much data arrives. An
   * error it throws ends the run.
   */
  onStdout?: (chunk: Buffer) => void | Promise<void>;
}

export interface FfmpegEnd {
  /** Tail of the log, at most 8 KiB. */
  log: string;
  damage: Damage;
  /** Last progress report. */
  reached: FfmpegProgress;
}

/**
 * Internals that fluent-ffmpeg's types do not declare. Its version is pinned, and upstream archived
 * it in 2025, so these will not change.
 */
interface Internals {
  _getArguments(): string[];
  _spawnFfmpeg(
    args: string[],
    options: object,
    onSpawn: (child: ChildProcess) => void,
    onEnd: (error: Error | null) => void,
  ): void;
}

/**
 * Runs ffmpeg once over one hostile file. Throws a MediaError that says what went wrong. Resolves
 * with the damage found: ffmpeg also exits with 0 after truncated or largely corrupt input, so the
 * caller must check the damage and the duration of the outputs.
 *
 * fluent-ffmpeg builds the argument list and starts the program. Its `run()` is not used, because
 * it inherits the environment (AWS keys), cannot start a process group, kills only one process,
 * treats an output pipe that closes before the exit as a failure, and starts an unguarded ffprobe
 * on the input as soon as `progress` has a listener. So the guards, the group, the watchdog and
 * progress (ffmpeg's own `-progress`, on file descriptor 3) are implemented here.
 */
export async function runFfmpeg(run: FfmpegRun): Promise<FfmpegEnd> {
  if (run.signal?.aborted) throw interruption(run.signal);
  const child = await spawn(ffmpegArguments(run), run);
  let reached: FfmpegProgress = { seconds: 0, frames: 0, fps: 0, speed: 0 };
  const report = (progress: FfmpegProgress) => {
    reached = progress;
    run.onProgress?.(progress);
  };
  (child.stdio[3] as Readable).on('data', progressReader(report));
  if (isPipe(run.input)) run.input.onStdin(child.stdin as Writable);
  const { damage, read: readLog } = damageReader();
  child.stderr?.on('data', readLog);
  const [outcome, reading] = await Promise.all([supervise(child, run), read(child.stdout as Readable, run)]);
  const error = reading ?? ffmpegError('ffmpeg', outcome);
  if (error) throw error;
  return { log: outcome.log, damage, reached };
}

/**
 * Returns the error thrown by `onStdout`. Leaving the loop closes the pipe, and ffmpeg ends at its
 * next write.
 */
async function read(stdout: Readable, { onStdout }: FfmpegRun): Promise<unknown> {
  try {
    for await (const chunk of stdout) await onStdout?.(chunk as Buffer);
  } catch (error) {
    return error;
  }
}

const isPipe = (input: FfmpegRun['input']): input is PipeInput =>
  typeof input === 'object' && 'onStdin' in input;

export function ffmpegArguments(run: FfmpegRun): string[] {
  const {
    input,
    inputArgs = [],
    args = [],
    outputs,
    maxPixels,
    probeLength,
    maxErrorRate = 0.01,
    logLevel = 'warning',
  } = run;
  const [url, inputFormat] =
    typeof input === 'string'
      ? [inputUrl(input), inputGuards({ maxPixels, probeLength })]
      : [isPipe(input) ? 'pipe:0' : inputUrl(input.file), input.args];
  const guards = [...PROGRAM_GUARDS, '-max_error_rate', `${maxErrorRate}`, ...inputFormat];
  const reports = ['-loglevel', `repeat+${logLevel}`, '-nostats', '-progress', 'pipe:3'];
  const command = ffmpeg(url).inputOptions(...spread('-nostdin', '-y', ...reports, ...guards, ...inputArgs));
  for (const { args, file } of run.moreInputs ?? [])
    command.input(inputUrl(file)).inputOptions(...spread(...args));
  for (const [i, output] of outputs.entries()) {
    command.output(output.target);
    command.outputOptions(...spread(...(i === 0 ? args : []), ...output.args));
  }
  return (command as unknown as Internals)._getArguments();
}

/**
 * fluent-ffmpeg splits an argument that contains one space unless it gets several; its types
 * declare only one.
 */
const spread = (...args: string[]) => args as unknown as [string];

function spawn(args: string[], { cwd, input, pipes = [] }: FfmpegRun): Promise<ChildProcess> {
  const [program, bound] = boundToParent('ffmpeg', args);
  const command = ffmpeg().setFfmpegPath(program) as unknown as Internals;
  const options = {
    cwd,
    env: BARE_ENVIRONMENT,
    detached: true,
    stdio: [isPipe(input) ? 'pipe' : 'ignore', 'pipe', 'pipe', 'pipe', ...pipes],
    stdoutLines: 1,
  };
  return new Promise((resolve, reject) => {
    const onEnd = (error: Error | null) => {
      if (error && 'code' in error)
        reject(
          new MediaError('MissingResource', `ffmpeg cannot be started: ${error.message}`, { cause: error }),
        );
    };
    command._spawnFfmpeg(bound, options, (child) => child.once('spawn', () => resolve(child)), onEnd);
  });
}
