import { runFfmpeg } from '../ffmpeg/run-ffmpeg.ts';
import type { AudioProfile } from '../profile/audio-profile.ts';
import type { AudioSource } from './audio-source.ts';
import type { Look } from './look.ts';
import { type Loudness, normalizingGain, readLoudness } from './loudness.ts';
import { decoderOptions, mixTo } from './plan.ts';

export interface Measured {
  /** Loudness of the source, unchanged. */
  loudness: Loudness;
  /** Gain to apply to the outputs. */
  gainDb: number;
}

/**
 * Runs the first of the two passes of normalization. Surround is measured twice, since the gain is
 * meant for its stereo downmix.
 */
export async function measureLoudness(
  source: AudioSource,
  look: Look,
  {
    seconds: all,
    target,
    onSeconds,
  }: { seconds: number; target: AudioProfile['loudness']; onSeconds(seconds: number): void },
): Promise<Measured> {
  const isMixedDown = source.channels > 2;
  const mix = { name: 'mix', after: mixTo({ sampleRate: source.sampleRate, channels: 2 }) };
  const { log } = await runFfmpeg({
    ...look,
    ...decoderOptions(source, ['samples'], [{ name: 'source' }, ...(isMixedDown ? [mix] : [])]),
    outputs: [{ args: ['-map', '[samples]', '-f', 'null'], target: 'none' }],
    onProgress: ({ seconds }) => onSeconds(seconds),
  });
  const loudness = readLoudness(log, 'source', all);
  return {
    loudness,
    gainDb: normalizingGain(isMixedDown ? readLoudness(log, 'mix', all) : loudness, target),
  };
}
