import { join } from 'node:path';
import { MediaError } from '../../base/errors.ts';
import type { Damage } from '../ffmpeg/media-damage.ts';
import { probeOutput } from '../ffmpeg/probe-output.ts';
import type { Output } from '../output.ts';
import type { VideoRendition } from './ladder.ts';
import type { VideoPlan } from './plan.ts';
import type { VideoSource } from './source.ts';

/** One frame in this many may be damaged: 3 s of an hour-long recording. In a short clip none may. */
const FRAMES_PER_DAMAGED = 1000;
/** A recorded broadcast begins and ends anywhere, in the middle of frames. */
const RAGGED_ENDS = 4;

/** How much of the upload ffmpeg encoded, in seconds. */
export interface Encoded {
  encodedSeconds: number;
}

/**
 * Probes a made file, and gives it as an output with its facts. Throws where it is not what was planned: a shortened file must never be
 * published. That is our fault, hence a plain error, unless parts of the upload could not be decoded.
 */
export async function checkedRendition(
  plan: VideoPlan,
  rendition: VideoRendition,
  { cwd, signal, encodedSeconds }: Encoded & { cwd: string; signal?: AbortSignal | undefined },
): Promise<Output> {
  const name = `${rendition.name}.mp4` as const;
  const probe = await probeOutput({
    input: name,
    cwd,
    maxPixels: rendition.width * rendition.height * 2,
    signal,
  });
  const [video] = probe.video;
  assertLasts(plan.source, { seconds: probe.durationSeconds ?? 0, name, encodedSeconds });
  const sound = plan.audio === 'none' ? 0 : 1;
  if (video?.width !== rendition.width || video.height !== rendition.height || probe.audio.length !== sound)
    throw new Error(
      `Expected ${name} with ${rendition.width} × ${rendition.height} pixels and ${sound} sound track, got ${video?.width} × ${video?.height} and ${probe.audio.length}.`,
    );
  const { width, height } = rendition;
  const durationSeconds = probe.durationSeconds ?? 0;
  const facts = { width, height, durationSeconds, bitrate: probe.bitrate ?? 0, remuxed: rendition.isCopy };
  return { name, contentType: 'video/mp4', body: { file: join(cwd, name) }, facts };
}

/**
 * Throws where an output does not last as long as the upload: `CorruptMedia` where no more of the upload could be decoded, and a plain
 * error, since the fault is ours, where all of it was.
 */
export function assertLasts(
  { durationSeconds, slackSeconds }: VideoSource,
  { seconds, name, encodedSeconds }: Encoded & { seconds: number; name: string },
): void {
  const isOff = (length: number) => Math.abs(length - durationSeconds) > slackSeconds;
  if (!isOff(seconds)) return;
  const message = `Expected ${name} to last ${durationSeconds.toFixed(2)} s as the upload does, got ${seconds.toFixed(2)} s`;
  if (isOff(encodedSeconds))
    throw new MediaError('CorruptMedia', `${message}: parts of the upload cannot be decoded.`);
  throw new Error(`${message}, though ${encodedSeconds.toFixed(2)} s were encoded.`);
}

/** Throws where a run met more damage than a player would get over; returns what to tell where there was a little. */
export function judgeDamage(
  { frames, truncated }: Damage,
  { format, durationSeconds, averageRate = 25 }: VideoSource,
): string[] {
  const total = Math.round(durationSeconds * averageRate);
  const tolerated = Math.floor(total / FRAMES_PER_DAMAGED) + (/^mpeg/.test(format) ? RAGGED_ENDS : 0);
  if (truncated) throw new MediaError('CorruptMedia', 'The file is cut short.');
  if (frames > tolerated)
    throw new MediaError(
      'CorruptMedia',
      `Expected at most ${tolerated} damaged frames of ${total}, got ${frames}.`,
    );
  return frames > 0 ? [`${frames} of ${total} frames of the upload are damaged.`] : [];
}
