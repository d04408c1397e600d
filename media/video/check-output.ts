import { join } from 'node:path';
import { MediaError } from '../../base/errors.ts';
import type { Damage } from '../ffmpeg/media-damage.ts';
import { probeMedia } from '../ffmpeg/probe-media.ts';
import type { Output } from '../output.ts';
import type { VideoRendition } from './ladder.ts';
import type { VideoPlan } from './plan.ts';
import type { VideoSource } from './source.ts';

/** One frame in this many may be damaged: 3 s of an hour-long recording. In a short clip none may. */
const FRAMES_PER_DAMAGED = 1000;
/** A recorded broadcast begins and ends anywhere, in the middle of frames. */
const RAGGED_ENDS = 4;

/** Probes a made file, and gives it as an output with its facts. Throws where it is not what was planned: a shortened file must never be published. */
export async function checkedRendition(
  plan: VideoPlan,
  rendition: VideoRendition,
  cwd: string,
  signal?: AbortSignal,
): Promise<Output> {
  const name = `${rendition.name}.mp4`;
  const probe = await probeMedia({
    input: name,
    cwd,
    maxPixels: rendition.width * rendition.height * 2,
    signal,
  });
  const [video] = probe.video;
  assertLasts(plan.source, probe.durationSeconds ?? 0, name);
  const sound = plan.audio === 'none' ? 0 : 1;
  if (video?.width !== rendition.width || video.height !== rendition.height || probe.audio.length !== sound)
    throw new MediaError(
      'CorruptMedia',
      `Expected ${name} with ${rendition.width} × ${rendition.height} pixels and ${sound} sound track, got ${video?.width} × ${video?.height} and ${probe.audio.length}.`,
    );
  const { width, height } = rendition;
  const durationSeconds = probe.durationSeconds ?? 0;
  const facts = { width, height, durationSeconds, bitrate: probe.bitrate ?? 0, remuxed: rendition.isCopy };
  return { name, contentType: 'video/mp4', body: { file: join(cwd, name) }, facts };
}

export function assertLasts(
  { durationSeconds, slackSeconds }: VideoSource,
  seconds: number,
  name: string,
): void {
  if (Math.abs(seconds - durationSeconds) > slackSeconds)
    throw new MediaError(
      'CorruptMedia',
      `Expected ${name} to last ${durationSeconds.toFixed(2)} s as the upload does, got ${seconds.toFixed(2)} s: parts of the upload cannot be decoded.`,
    );
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
