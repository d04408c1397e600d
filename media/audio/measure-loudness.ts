import { runFfmpeg } from '../ffmpeg/run-ffmpeg.ts';
import type { AudioSource } from './audio-source.ts';
import type { Look } from './expected-length.ts';
import { type Loudness, normalizingGain, readLoudness } from './loudness.ts';
import { decoderOptions, mixTo } from './plan.ts';

export interface Measured {
  /** Of the source as it is. */
  loudness: Loudness;
  /** For the outputs. */
  gainDb: number;
}

/** The first of the two passes that normalising takes. Surround is measured twice: the gain is for what it becomes, stereo. */
export async function measureLoudness(
  source: AudioSource,
  look: Look,
  { seconds: all, onSeconds }: { seconds: number; onSeconds(seconds: number): void },
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
  return { loudness, gainDb: normalizingGain(isMixedDown ? readLoudness(log, 'mix', all) : loudness) };
}
