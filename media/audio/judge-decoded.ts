import type { Config } from '../../base/config.ts';
import { MediaError } from '../../base/errors.ts';
import {
  assertWorthKeeping,
  judgeDamagedFrames,
  judgeShortfall,
  judgeTruncated,
} from '../ffmpeg/media-damage.ts';
import type { AudioSource } from './audio-source.ts';
import type { Decoded } from './encode-once.ts';
import { type ExpectedLength, isUnindexed, MAY_BE_CUT } from './expected-length.ts';

/**
 * Least length that every encoder makes a file of: libopus and the resampler before it need 24
 * samples at 44.1 kHz, and more at multiples of the output's rate.
 */
const LEAST = { samples: 32, seconds: 0.001 };

/**
 * Checks that the recording was decoded. Returns what it lacks; throws `CorruptMedia` if that is
 * most of it, or if it lacks its end and `TRUNCATED_MEDIA` refuses that.
 */
export function judgeDecoded(
  source: AudioSource,
  expected: ExpectedLength,
  { frames, damage }: Pick<Decoded, 'frames' | 'damage'>,
  { TRUNCATED_MEDIA: setting }: Config<'TRUNCATED_MEDIA'>,
): string[] {
  const seconds = frames / source.sampleRate;
  const least = Math.ceil(Math.max(LEAST.samples, LEAST.seconds * source.sampleRate));
  if (frames < least)
    throw new MediaError('CorruptMedia', `Expected at least ${least} samples of audio, got ${frames}.`);
  const { packets = Number.POSITIVE_INFINITY } = expected;
  const { seconds: whole, slackSeconds: slack } = expected;
  const missing = judgeShortfall({ expected: whole, got: seconds, slack });
  // ffmpeg calls the last packet of a streamed WAV corrupt; it has no checksums to tell more.
  const isSound = packets === Number.POSITIVE_INFINITY || source.format === 'wav';
  const damaged = isSound ? [] : judgeDamagedFrames(damage, packets);
  const isCut =
    expected.truncated ?? (damage.truncated && !isSound && !isUnindexed(source) && 'its end is missing');
  const truncated = isCut ? judgeTruncated(isCut, setting) : [];
  if (isCut) assertWorthKeeping(seconds);
  return [
    ...truncated,
    ...(damage.truncated && isUnindexed(source) ? [MAY_BE_CUT] : []),
    ...damaged,
    ...(isCut || damaged.length > 0 ? [] : missing),
  ];
}
