import { join } from 'node:path';
import { MediaError } from '../../base/errors.ts';
import type { Damage } from '../ffmpeg/media-damage.ts';
import { probeOutput } from '../ffmpeg/probe-output.ts';
import type { Output } from '../output.ts';
import type { VideoRendition } from './ladder.ts';
import type { VideoPlan } from './plan.ts';
import type { VideoSource } from './source.ts';

/**
 * One frame in this many may be damaged: 3.6 s of an hour-long recording. In a short clip none may
 * be.
 */
const FRAMES_PER_DAMAGED = 1000;
/** A recorded broadcast starts and ends anywhere, in the middle of frames. */
const RAGGED_ENDS = 4;

/** Amount of the upload that ffmpeg encoded, in seconds. */
export interface Encoded {
  encodedSeconds: number;
}

/**
 * Probes a rendition and returns it as an output with its facts. Throws if it differs from the
 * plan: a truncated file must never be published. That is our fault, hence a plain error, unless
 * parts of the upload could not be decoded.
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
      `Expected ${name} with ${rendition.width} × ${rendition.height} pixels and ${sound} audio tracks, got ${video?.width} × ${video?.height} and ${probe.audio.length}.`,
    );
  const { width, height } = rendition;
  const durationSeconds = probe.durationSeconds ?? 0;
  const facts = { width, height, durationSeconds, bitrate: probe.bitrate ?? 0, remuxed: rendition.isCopy };
  return { name, contentType: 'video/mp4', body: { file: join(cwd, name) }, facts };
}

/**
 * Throws if an output's duration differs from the upload's: `CorruptMedia` if no more of the upload
 * could be decoded, and a plain error, since the fault is ours, if all of it was.
 */
export function assertLasts(
  { durationSeconds, slackSeconds }: VideoSource,
  { seconds, name, encodedSeconds }: Encoded & { seconds: number; name: string },
): void {
  const isOff = (length: number) => Math.abs(length - durationSeconds) > slackSeconds;
  if (!isOff(seconds)) return;
  const message = `Expected ${name} to last ${durationSeconds.toFixed(2)} s like the upload, got ${seconds.toFixed(2)} s`;
  if (isOff(encodedSeconds))
    throw new MediaError('CorruptMedia', `${message}: parts of the upload cannot be decoded.`);
  throw new Error(`${message}, though ${encodedSeconds.toFixed(2)} s were encoded.`);
}

/**
 * Throws if a run found more damage than a player would cope with; otherwise returns notes about
 * minor damage.
 */
export function judgeDamage(
  { frames, truncated }: Damage,
  { format, durationSeconds, averageRate = 25 }: VideoSource,
): string[] {
  const total = Math.round(durationSeconds * averageRate);
  const tolerated = Math.floor(total / FRAMES_PER_DAMAGED) + (/^mpeg/.test(format) ? RAGGED_ENDS : 0);
  if (truncated) throw new MediaError('CorruptMedia', 'The file is truncated.');
  if (frames > tolerated)
    throw new MediaError(
      'CorruptMedia',
      `Expected at most ${tolerated} damaged frames of ${total}, got ${frames}.`,
    );
  return frames > 0 ? [`${frames} of ${total} frames of the upload are damaged.`] : [];
}
