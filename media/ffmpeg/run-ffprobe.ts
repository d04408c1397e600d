import { spawn } from 'node:child_process';
import { MediaError } from '../../base/errors.ts';
import {
  boundToParent,
  interruption,
  type Outcome,
  type Supervision,
  supervise,
} from '../process/process-group.ts';
import { ffmpegError } from './ffmpeg-errors.ts';
import {
  BARE_ENVIRONMENT,
  type InputLimits,
  inputGuards,
  inputUrl,
  PROGRAM_GUARDS,
} from './ffmpeg-guards.ts';
import { type Damage, damageReader } from './media-damage.ts';

/**
 * Named, the output is buffered; its default is flushed after each packet, which takes three times as
 * long (13 hours of sound have 660,000).
 */
const BUFFERED = ['-o', 'pipe:1'];

export interface FfprobeRun extends Supervision, InputLimits {
  /** Hostile file: a fixed name of ours in `cwd`, or an absolute path. */
  input: string;
  cwd?: string | undefined;
}

/**
 * Most streams of a file that are opened though their codec is not allowed, each at the cost of one
 * more run.
 */
const MAX_UNLISTED = 16;

export interface FfprobeResult {
  log: string;
  damage: Damage;
  /**
   * Indices of the streams whose codec is not allowed. ffprobe fails on a file with one unless its
   * decoder may be opened; it is never used.
   */
  unlisted: number[];
}

/**
 * Runs ffprobe under ffmpeg's guards (it opens the same files, and the URLs in them). `onText`
 * receives its output in chunks.
 */
export async function runFfprobe(
  run: FfprobeRun,
  args: readonly string[],
  onText: (text: string) => void,
): Promise<FfprobeResult> {
  const unlisted = new Map<number, string>();
  for (;;) {
    const opened = [...unlisted].flatMap(([index, decoder]) => [`-codec_whitelist:${index}`, decoder]);
    const { outcome, damage } = await runOnce(run, args, opened, onText);
    const refused = outcome.code === 0 ? undefined : refusedStream(outcome.log);
    if (refused && !unlisted.has(refused.index) && unlisted.size < MAX_UNLISTED) {
      unlisted.set(refused.index, refused.decoder);
      continue;
    }
    const error = ffmpegError('ffprobe', outcome);
    if (error) throw error;
    return { log: outcome.log, damage, unlisted: [...unlisted.keys()] };
  }
}

/** Finds the stream that ffprobe could not open, before it printed anything. */
function refusedStream(log: string): { index: number; decoder: string } | undefined {
  const found = /Codec \((\w+)\) not on whitelist[^\n]*\nCould not open codec for input stream (\d+)/.exec(
    log,
  );
  return found ? { decoder: found[1] ?? '', index: Number(found[2]) } : undefined;
}

async function runOnce(
  { input, cwd, maxPixels, probeLength, ...supervision }: FfprobeRun,
  args: readonly string[],
  opened: readonly string[],
  onText: (text: string) => void,
): Promise<{ outcome: Outcome; damage: Damage }> {
  if (supervision.signal?.aborted) throw interruption(supervision.signal);
  const guarded = [
    ...PROGRAM_GUARDS,
    ...['-loglevel', 'repeat+warning'],
    ...BUFFERED,
    ...args,
    ...inputGuards({ maxPixels, probeLength }),
    ...opened,
  ];
  const [program, bound] = boundToParent('ffprobe', [...guarded, inputUrl(input)]);
  const child = spawn(program, bound, {
    cwd,
    env: BARE_ENVIRONMENT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { damage, read } = damageReader();
  child.stderr.setEncoding('utf8').on('data', read);
  child.stdout.setEncoding('utf8').on('data', onText);
  const outcome = await supervise(child, supervision).catch((cause) => {
    throw new MediaError('MissingResource', `ffprobe cannot be started: ${cause.message}`, { cause });
  });
  return { outcome, damage };
}
