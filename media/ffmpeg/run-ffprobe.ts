import { spawn } from 'node:child_process';
import { MediaError } from '../../base/errors.ts';
import { boundToParent, interruption, type Supervision, supervise } from '../process/process-group.ts';
import { ffmpegError } from './ffmpeg-errors.ts';
import { BARE_ENVIRONMENT, inputGuards, inputUrl, PROGRAM_GUARDS } from './ffmpeg-guards.ts';
import { type Damage, damageReader } from './media-damage.ts';

export interface FfprobeRun extends Supervision {
  /** Hostile file: a fixed name of ours in `cwd`, or an absolute path. */
  input: string;
  cwd?: string | undefined;
  maxPixels: number;
}

/**
 * Runs ffprobe under ffmpeg's guards (it opens the same files, and the URLs in them). `onText`
 * receives its output in chunks.
 */
export async function runFfprobe(
  { input, cwd, maxPixels, ...supervision }: FfprobeRun,
  args: readonly string[],
  onText: (text: string) => void,
): Promise<{ log: string; damage: Damage }> {
  if (supervision.signal?.aborted) throw interruption(supervision.signal);
  const guarded = [...PROGRAM_GUARDS, '-loglevel', 'repeat+warning', ...args, ...inputGuards({ maxPixels })];
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
  const error = ffmpegError('ffprobe', outcome);
  if (error) throw error;
  return { log: outcome.log, damage };
}
