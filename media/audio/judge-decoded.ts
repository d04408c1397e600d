import { MediaError } from '../../base/errors.ts';
import type { AudioSource } from './audio-source.ts';
import type { Decoded } from './encode-once.ts';
import { cut, type ExpectedLength, isUnindexed, MAY_BE_CUT } from './expected-length.ts';

/**
 * Says whether what was decoded is the whole recording. Throws `CorruptMedia` where it is not; gives the reservations that remain.
 * Formats with an index or checksums have no excuse for damage. Bare streams of frames are made to be joined and cut (stitched podcasts,
 * radio recordings), so there a few bad frames (ffmpeg itself ends at 1 %) are told and no more.
 */
export function judgeDecoded(
  source: AudioSource,
  expected: ExpectedLength,
  { frames, damage }: Pick<Decoded, 'frames' | 'damage'>,
): string[] {
  const seconds = frames / source.sampleRate;
  if (frames === 0) throw new MediaError('CorruptMedia', 'The audio track holds no sound.');
  if (seconds < expected.seconds - expected.slackSeconds)
    throw cut(`expected ${expected.seconds.toFixed(2)} s of sound, got ${seconds.toFixed(2)} s`);
  // Of a WAV that was streamed, ffmpeg calls the last packet corrupt; its header has been read already.
  if (source.format === 'wav') return [];
  if (isUnindexed(source))
    return [
      ...(damage.truncated ? [MAY_BE_CUT] : []),
      ...(damage.frames > 0 ? [`${damage.frames} damaged frames of the recording were left out.`] : []),
    ];
  if (damage.truncated) throw cut('its last part is missing');
  if (damage.frames > 0)
    throw new MediaError('CorruptMedia', `The file is damaged: ${damage.frames} of its frames are broken.`);
  return [];
}
