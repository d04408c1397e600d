import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import ffmpeg from 'fluent-ffmpeg';
import { MediaError } from '../../base/errors.ts';
import { boundToParent, interruption, type Supervision, supervise } from '../process/process-group.ts';
import { ffmpegError } from './ffmpeg-errors.ts';
import { BARE_ENVIRONMENT, inputGuards, inputUrl, PROGRAM_GUARDS } from './ffmpeg-guards.ts';
import { type Damage, damageReader } from './media-damage.ts';

export interface FfmpegProgress {
  /** Seconds of media written so far. */
  seconds: number;
  /** Frames of the first video output. */
  frames: number;
  fps: number;
  /** Media seconds per second of time. */
  speed: number;
}

/** What this process writes to ffmpeg's standard input: samples that were decoded here, so no guard is needed. `args` say their format. */
interface PipeInput {
  args: readonly string[];
  onStdin: (stdin: Writable) => void;
}

export interface FfmpegRun extends Supervision {
  /** Hostile file: a fixed name of ours in `cwd`, or an absolute path. `inputArgs` go before it (`-ss`, `-t`, `-threads` …). */
  input: string | PipeInput;
  inputArgs?: readonly string[];
  /** Options of the whole run: `-filter_complex` and the like. */
  args?: readonly string[];
  /** Fixed names of ours in `cwd` (to ffmpeg `:` is a protocol, `%` a pattern), `pipe:1` for what `onStdout` takes, or a list for `-f tee`. */
  outputs: readonly { args: readonly string[]; target: string }[];
  /** Standard inputs of other programs, for targets `pipe:4` and on. Those see the end once this process closes its own side too. */
  pipes?: readonly Writable[];
  cwd: string;
  maxPixels: number;
  /** Share of frames and packets that may fail to decode before the run ends with CorruptMedia. */
  maxErrorRate?: number;
  /** `info` for filters that report at the end (ebur128, loudnorm); the run's log holds it. */
  logLevel?: 'warning' | 'info';
  onProgress?: ((progress: FfmpegProgress) => void) | undefined;
  /** Called in step with the pipe, and waited for, so memory stays flat however much comes. What it throws ends the run. */
  onStdout?: (chunk: Buffer) => void | Promise<void>;
}

export interface FfmpegEnd {
  /** The end of what it printed, at most 8 KiB. */
  log: string;
  damage: Damage;
  /** The last progress report. */
  reached: FfmpegProgress;
}

/** What fluent-ffmpeg does not declare. Its version is pinned, and upstream archived it in 2025: these will not change. */
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
 * Runs ffmpeg once over one hostile file. Throws a MediaError by what went wrong. Resolves with the damage it met, too: ffmpeg exits with 0 after a truncated or largely broken input too, so the caller must look at it and at the outputs' duration.
 *
 * fluent-ffmpeg builds the argument list and starts the program. Its `run()` is not used, because it inherits the environment (AWS keys),
 * cannot start a process group, kills one process only, reports an output pipe that closes before the exit as a failure,
 * and starts an unguarded ffprobe on the input as soon as somebody listens to `progress`. So the guards, the group, the watchdog and
 * progress (ffmpeg's own `-progress`, on descriptor 3) are done here.
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
  if (typeof run.input !== 'string') run.input.onStdin(child.stdin as Writable);
  const { damage, read: readLog } = damageReader();
  child.stderr?.on('data', readLog);
  const [outcome, reading] = await Promise.all([supervise(child, run), read(child.stdout as Readable, run)]);
  const error = reading ?? ffmpegError('ffmpeg', outcome);
  if (error) throw error;
  return { log: outcome.log, damage, reached };
}

/** Gives back what `onStdout` throws. Leaving the loop closes the pipe, and ffmpeg ends at its next write. */
async function read(stdout: Readable, { onStdout }: FfmpegRun): Promise<unknown> {
  try {
    for await (const chunk of stdout) await onStdout?.(chunk as Buffer);
  } catch (error) {
    return error;
  }
}

export function ffmpegArguments(run: FfmpegRun): string[] {
  const {
    input,
    inputArgs = [],
    args = [],
    outputs,
    maxPixels,
    maxErrorRate = 0.01,
    logLevel = 'warning',
  } = run;
  const [url, inputFormat] =
    typeof input === 'string' ? [inputUrl(input), inputGuards({ maxPixels })] : ['pipe:0', input.args];
  const guards = [...PROGRAM_GUARDS, '-max_error_rate', `${maxErrorRate}`, ...inputFormat];
  const reports = ['-loglevel', `repeat+${logLevel}`, '-nostats', '-progress', 'pipe:3'];
  const command = ffmpeg(url).inputOptions(...spread('-nostdin', '-y', ...reports, ...guards, ...inputArgs));
  for (const [i, output] of outputs.entries()) {
    command.output(output.target);
    command.outputOptions(...spread(...(i === 0 ? args : []), ...output.args));
  }
  return (command as unknown as Internals)._getArguments();
}

/** fluent-ffmpeg splits an argument that holds one space unless it gets several; its types declare but one. */
const spread = (...args: string[]) => args as unknown as [string];

function spawn(args: string[], { cwd, input, pipes = [] }: FfmpegRun): Promise<ChildProcess> {
  const [program, bound] = boundToParent('ffmpeg', args);
  const command = ffmpeg().setFfmpegPath(program) as unknown as Internals;
  const options = {
    cwd,
    env: BARE_ENVIRONMENT,
    detached: true,
    stdio: [typeof input === 'string' ? 'ignore' : 'pipe', 'pipe', 'pipe', 'pipe', ...pipes],
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

/** `-progress` writes `key=value` lines, a block a second, each ended by `progress=`. Values are `N/A` until the first frame. */
function progressReader(report: (progress: FfmpegProgress) => void): (chunk: Buffer) => void {
  let rest = '';
  const block: Record<string, number> = {};
  return (chunk) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [key = '', value = ''] = line.split('=');
      block[key] = Number.parseFloat(value) || 0;
      if (key === 'progress')
        report({
          seconds: (block.out_time_us ?? 0) / 1e6,
          frames: block.frame ?? 0,
          fps: block.fps ?? 0,
          speed: block.speed ?? 0,
        });
    }
  };
}
