import { spawn } from 'node:child_process';
import { MediaError } from './errors.ts';
import { ffmpegError } from './ffmpeg-errors.ts';
import { BARE_ENVIRONMENT, inputGuards, inputUrl, PROGRAM_GUARDS } from './ffmpeg-guards.ts';
import { type MediaProbe, parseProbe } from './media-probe.ts';
import { boundToParent, interruption, type Supervision, supervise } from './process-group.ts';

/** Tags may be of any size; nobody needs more of them than this. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const PROBE_SECONDS = 60;

export interface ProbeRun extends Partial<Supervision> {
  /** Hostile file: a fixed name of ours in `cwd`, or an absolute path. */
  input: string;
  cwd?: string | undefined;
  maxPixels: number;
}

/** What a file holds, read by ffprobe under the same guards as ffmpeg. Throws `CorruptMedia` for what is not an audio or video file at all. */
export async function probeMedia({
  input,
  cwd,
  maxPixels,
  timeoutSeconds = PROBE_SECONDS,
  signal,
}: ProbeRun): Promise<MediaProbe> {
  if (signal?.aborted) throw interruption(signal);
  const [program, args] = boundToParent('ffprobe', [
    ...PROGRAM_GUARDS,
    ...['-loglevel', 'warning', '-show_format', '-show_streams', '-of', 'json=compact=1'],
    ...[...inputGuards({ maxPixels }), inputUrl(input)],
  ]);
  const child = spawn(program, args, {
    cwd,
    env: BARE_ENVIRONMENT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let answer = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    answer = (answer + chunk).slice(0, MAX_ANSWER_BYTES + 1);
  });
  const outcome = await supervise(child, { timeoutSeconds, signal }).catch((cause) => {
    throw new MediaError('MissingResource', `ffprobe cannot be started: ${cause.message}`, { cause });
  });
  const error = ffmpegError('ffprobe', outcome);
  if (error) throw error;
  if (answer.length > MAX_ANSWER_BYTES)
    throw new MediaError('CorruptMedia', `Expected at most ${MAX_ANSWER_BYTES} bytes of tags, got more.`);
  return parseProbe(JSON.parse(answer));
}
