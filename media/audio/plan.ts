import type { OutputName } from '../kinds/outputs.ts';
import type { AudioCodec, AudioOutputProfile, AudioProfile } from '../profile/audio-profile.ts';
import { audioFile } from './audio-recipes.ts';
import type { AudioSource } from './audio-source.ts';
import { type Encoding, encoding } from './bitrate.ts';
import { measureFilter } from './loudness.ts';
import { fillHoles, hasTimestamps, KEEP_TIMESTAMPS } from './timeline.ts';

export interface Encoder extends Encoding {
  output: AudioOutputProfile;
  /** File name, also the name of the output. */
  file: OutputName;
  contentType: string;
  /** Format that ffprobe must report for the result. */
  format: string;
  args: string[];
}

export interface AudioPlan {
  /** Format of the decoded samples: interleaved, at the source's sample rate and channel count. */
  pcm: { format: 's16le' | 'f32le'; sampleRate: number; channels: number; args: string[] };
  encoders: Encoder[];
}

/**
 * Omits version strings and the random stream number, so that the same input gives the same bytes.
 */
const REPEATABLE = ['-fflags', '+bitexact', '-flags:a', '+bitexact'];

const CODECS: Readonly<Record<AudioCodec, Pick<Encoder, 'contentType' | 'format' | 'args'>>> = {
  mp3: {
    contentType: 'audio/mpeg',
    format: 'mp3',
    args: ['-c:a', 'libmp3lame', '-f', 'mp3', '-id3v2_version', '0', '-write_xing', '1'],
  },
  aac: {
    contentType: 'audio/mp4',
    format: 'mov,mp4,m4a,3gp,3g2,mj2',
    args: ['-c:a', 'aac', '-f', 'ipod', '-movflags', '+faststart'],
  },
  opus: {
    contentType: 'audio/ogg',
    format: 'ogg',
    // Unconstrained VBR exceeds the requested bitrate by half for a pure tone.
    args: ['-c:a', 'libopus', '-vbr', 'constrained', '-f', 'ogg'],
  },
};

/**
 * Builds ffmpeg's arguments from the source. One process decodes; its samples go to one process per
 * encoder, because ffmpeg 5.1 runs all encoders of a process on one thread. The encoders see
 * samples only, so no tag, chapter or picture can slip through.
 */
export function planAudio(
  source: AudioSource,
  { gainDb, outputs }: { gainDb: number; outputs: AudioProfile['outputs'] },
): AudioPlan {
  const { sampleRate, channels, channelLayout } = source;
  // Sources with 16 bits or fewer need no more; lossy codecs decode to floats, which may exceed
  // full scale.
  const format = source.bitDepth !== undefined && source.bitDepth <= 16 ? 's16le' : 'f32le';
  return {
    pcm: {
      ...{ format, sampleRate, channels },
      args: ['-f', format, '-ar', `${sampleRate}`, '-ch_layout', channelLayout],
    },
    encoders: outputs.map((output) => {
      const { args, ...codec } = CODECS[output.codec];
      const target = encoding(output, source);
      const filters = [...(gainDb === 0 ? [] : [`volume=${gainDb}dB`]), mixTo(target)];
      return {
        output,
        file: audioFile(output),
        ...codec,
        ...target,
        args: [
          '-map',
          '0:a:0',
          '-af',
          filters.join(','),
          '-b:a',
          `${target.bitrate}`,
          ...args,
          ...REPEATABLE,
        ],
      };
    }),
  };
}

/**
 * Returns the downmix filter: ITU-R BS.775 (center and surrounds at -3 dB, no LFE), which is
 * swresample's matrix for every layout it knows. `rematrix_maxval=1` scales it so that no sum can
 * clip (floats would otherwise exceed full scale and clip in the encoder).
 */
export function mixTo({ sampleRate, channels }: Pick<Encoding, 'sampleRate' | 'channels'>): string {
  const layout = channels === 1 ? 'mono' : 'stereo';
  return `aresample=${sampleRate}:rematrix_maxval=1,aformat=channel_layouts=${layout}`;
}

export interface Measurement {
  name: string;
  /** Filters that precede it. */
  after?: string;
}

/**
 * Returns the decoder's options, except for its outputs: samples leave the filter graph under the
 * labels in `pads`, in the format of `pcm`.
 */
export function decoderOptions(
  source: AudioSource,
  pads: readonly string[],
  measurements: readonly Measurement[],
) {
  return {
    // Drop frames with a wrong checksum, which are noise as loud as can be; a hole takes their place.
    // MP3 has checksums too, but old encoders computed them wrong.
    inputArgs: source.codec === 'flac' ? ['-err_detect', 'crccheck+explode'] : [],
    maxErrorRate: 1,
    args: [
      ...(hasTimestamps(source) ? KEEP_TIMESTAMPS : []),
      '-filter_complex',
      decodeGraph(source, pads, measurements),
    ],
    logLevel: 'info' as const,
  };
}

/**
 * Builds the filter graph. `aformat` comes first, because a chained Ogg may change sample rate and
 * channels midway.
 */
function decodeGraph(
  source: AudioSource,
  pads: readonly string[],
  measurements: readonly Measurement[],
): string {
  const { index, sampleRate, channelLayout } = source;
  const fill = hasTimestamps(source) ? `${fillHoles()},` : '';
  const form = `${fill}aformat=sample_rates=${sampleRate}:channel_layouts=${channelLayout}`;
  const copies = [...pads, ...measurements.map(({ name }) => `for_${name}`)];
  return [
    `[0:${index}]${form},asplit=${copies.length}${copies.map((copy) => `[${copy}]`).join('')}`,
    ...measurements.map(
      ({ name, after }) => `[for_${name}]${after ? `${after},` : ''}${measureFilter(name)},anullsink`,
    ),
  ].join(';');
}
