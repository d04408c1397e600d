import { MediaError } from '../../base/errors.ts';
import type { AudioSource } from './audio-source.ts';
import type { Decoded } from './encode-once.ts';
import { cut, type ExpectedLength, isUnindexed, MAY_BE_CUT } from './expected-length.ts';

/**
 * Checks that the whole recording was decoded. Throws `CorruptMedia` if not; returns the remaining
 * caveats. Formats with an index or checksums have no excuse for damage. Raw frame streams are made
 * to be joined and cut (stitched podcasts, radio recordings), so a few bad frames are only reported
 * (ffmpeg itself fails at 1 %).
 */
export function judgeDecoded(
  source: AudioSource,
  expected: ExpectedLength,
  { frames, damage }: Pick<Decoded, 'frames' | 'damage'>,
): string[] {
  const seconds = frames / source.sampleRate;
  if (frames === 0) throw new MediaError('CorruptMedia', 'The audio track contains no samples.');
  if (seconds < expected.seconds - expected.slackSeconds)
    throw cut(`expected ${expected.seconds.toFixed(2)} s of audio, got ${seconds.toFixed(2)} s`);
  // ffmpeg reports the last packet of a streamed WAV as corrupt; the header check has already run.
  if (source.format === 'wav') return [];
  if (isUnindexed(source))
    return [
      ...(damage.truncated ? [MAY_BE_CUT] : []),
      ...(damage.frames > 0 ? [`${damage.frames} corrupt frames of the recording were dropped.`] : []),
    ];
  if (damage.truncated) throw cut('its end is missing');
  if (damage.frames > 0)
    throw new MediaError('CorruptMedia', `The file is damaged: ${damage.frames} of its frames are corrupt.`);
  return [];
}
