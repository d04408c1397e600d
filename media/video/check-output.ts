import { join } from 'node:path';
import type { Config } from '../../base/config.ts';
import { MediaError } from '../../base/errors.ts';
import { type Damage, judgeDamagedFrames, judgeShortfall, judgeTruncated } from '../ffmpeg/media-damage.ts';
import { probeOutput } from '../ffmpeg/probe-output.ts';
import type { Output } from '../output.ts';
import type { VideoRendition } from './ladder.ts';
import type { VideoPlan } from './plan.ts';
import type { VideoSource } from './source/video-source.ts';
import { encodingRecipe } from './video-recipes.ts';

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
  if (!video)
    throw new MediaError('CorruptMedia', 'Expected pictures that can be decoded, got next to none.');
  if (sound > probe.audio.length)
    throw new MediaError('CorruptMedia', 'Expected sound that can be decoded, got none in its packets.');
  if (video.width !== rendition.width || video.height !== rendition.height || probe.audio.length !== sound)
    throw new Error(
      `Expected ${name} with ${rendition.width} × ${rendition.height} pixels and ${sound} audio tracks, got ${video.width} × ${video.height} and ${probe.audio.length}.`,
    );
  const { width, height, codec } = rendition;
  if (video.codec !== codec) throw new Error(`Expected ${name} in ${codec}, got ${video.codec}.`);
  const durationSeconds = probe.durationSeconds ?? 0;
  const facts = {
    ...{ width, height, durationSeconds, bitrate: probe.bitrate ?? 0, remuxed: rendition.isCopy },
    ...(codec !== 'h264' && { codec }),
  };
  const recipe = encodingRecipe(plan, rendition);
  return { name, contentType: 'video/mp4', body: { file: join(cwd, name) }, facts, recipe };
}

/** Returns a note if less, or more, was decoded than expected; throws `CorruptMedia` if it was less than half. */
export function judgeLength(
  { durationSeconds: expected, slackSeconds: slack }: VideoSource,
  { encodedSeconds: got }: Encoded,
): string[] {
  if (got > expected + slack)
    return [
      `The timestamps of the upload contradict each other: expected ${expected.toFixed(2)} s, got ${got.toFixed(2)} s.`,
    ];
  return judgeShortfall({ expected, got, slack });
}

/**
 * Throws if an output is shorter or longer than what was decoded of the upload: a plain error, since
 * the fault is ours.
 */
export function assertLasts(
  { durationSeconds, slackSeconds }: VideoSource,
  { seconds, name, encodedSeconds }: Encoded & { seconds: number; name: string },
): void {
  const isOff = (length: number) => Math.abs(seconds - length) > slackSeconds;
  if (isOff(durationSeconds) && isOff(encodedSeconds))
    throw new Error(
      `Expected ${name} to last ${durationSeconds.toFixed(2)} s like the upload, got ${seconds.toFixed(2)} s, though ${encodedSeconds.toFixed(2)} s were encoded.`,
    );
}

/** Returns notes about damage that a run found; throws `CorruptMedia` if there is too much of it. */
export function judgeDamage(
  damage: Damage,
  { durationSeconds, averageRate = 25, audioScan, isTruncated, clip }: VideoSource,
  { TRUNCATED_MEDIA: setting }: Config<'TRUNCATED_MEDIA'>,
): string[] {
  const share = clip ? durationSeconds / clip.uploadSeconds : 1;
  const frames = Math.round(durationSeconds * averageRate) + Math.round((audioScan?.packets ?? 0) * share);
  const damaged = judgeDamagedFrames(damage, frames);
  // The scan of its packets has mostly seen it before, and knows more.
  const isNews = damage.truncated && !isTruncated;
  return [...(isNews ? judgeTruncated('its end is missing', setting) : []), ...damaged];
}
