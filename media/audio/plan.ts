import type { OutputName } from '../kinds/outputs.ts';
import type { AudioSource } from './audio-source.ts';
import { type Encoding, encoding, type OutputCodec } from './bitrate.ts';
import { measureFilter } from './loudness.ts';

export interface Encoder extends Encoding {
  codec: OutputCodec;
  /** Name of the file and of the output alike. */
  file: OutputName;
  contentType: string;
  /** What ffprobe must say of the result. */
  format: string;
  args: string[];
}

export interface AudioPlan {
  /** How the decoded samples travel: interleaved, at the source's own rate and channels. */
  pcm: { format: 's16le' | 'f32le'; sampleRate: number; channels: number; args: string[] };
  encoders: Encoder[];
}

/** `-fflags +bitexact`: no version strings and no random stream number, so that the same input gives the same bytes. */
const REPEATABLE = ['-fflags', '+bitexact', '-flags:a', '+bitexact'];

const CODECS: readonly {
  codec: OutputCodec;
  file: OutputName;
  contentType: string;
  format: string;
  args: string[];
}[] = [
  {
    codec: 'mp3',
    file: 'audio.mp3',
    contentType: 'audio/mpeg',
    format: 'mp3',
    args: ['-c:a', 'libmp3lame', '-f', 'mp3', '-id3v2_version', '0', '-write_xing', '1'],
  },
  {
    codec: 'aac',
    file: 'audio.m4a',
    contentType: 'audio/mp4',
    format: 'mov,mp4,m4a,3gp,3g2,mj2',
    args: ['-c:a', 'aac', '-f', 'ipod', '-movflags', '+faststart'],
  },
  {
    codec: 'opus',
    file: 'audio.ogg',
    contentType: 'audio/ogg',
    format: 'ogg',
    // Free VBR gives a plain tone half as much again as it was asked for.
    args: ['-c:a', 'libopus', '-vbr', 'constrained', '-f', 'ogg'],
  },
];

/**
 * From the source to ffmpeg's arguments. One process decodes; its samples go to one process per encoder, because ffmpeg 5.1 runs all
 * encoders of a process on one thread. The encoders see samples only, so no tag, chapter or picture can slip through.
 */
export function planAudio(source: AudioSource, { gainDb }: { gainDb: number }): AudioPlan {
  const { sampleRate, channels, channelLayout } = source;
  // What has 16 bits or fewer needs no more; lossy codecs give floats, above full scale too.
  const format = source.bitDepth !== undefined && source.bitDepth <= 16 ? 's16le' : 'f32le';
  return {
    pcm: {
      ...{ format, sampleRate, channels },
      args: ['-f', format, '-ar', `${sampleRate}`, '-ch_layout', channelLayout],
    },
    encoders: CODECS.map(({ args, ...codec }) => {
      const target = encoding(codec.codec, source);
      const filters = [...(gainDb === 0 ? [] : [`volume=${gainDb}dB`]), mixTo(target)];
      return {
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
 * Mixes down by ITU-R BS.775 (centre and surrounds at -3 dB, no LFE), which is swresample's matrix for every layout it knows;
 * `rematrix_maxval=1` scales it so that no sum can clip (floats would otherwise go above full scale and clip in the encoder).
 */
export function mixTo({ sampleRate, channels }: Pick<Encoding, 'sampleRate' | 'channels'>): string {
  const layout = channels === 1 ? 'mono' : 'stereo';
  return `aresample=${sampleRate}:rematrix_maxval=1,aformat=channel_layouts=${layout}`;
}

export interface Measurement {
  name: string;
  /** Filters that come before it. */
  after?: string;
}

/** What the decoder is told, except where its samples go: they leave the filters under the names of `pads`, in the form that `pcm` says. */
export function decoderOptions(
  source: AudioSource,
  pads: readonly string[],
  measurements: readonly Measurement[],
) {
  return {
    // Checksums are verified where a wrong one means damage. MP3 has them too, and old encoders got them wrong.
    inputArgs: source.codec === 'flac' ? ['-err_detect', 'crccheck'] : [],
    args: ['-filter_complex', decodeGraph(source, pads, measurements)],
    logLevel: 'info' as const,
  };
}

/** `aformat`, because a chained Ogg may change rate and channels midway. */
function decodeGraph(
  { index, sampleRate, channelLayout }: AudioSource,
  pads: readonly string[],
  measurements: readonly Measurement[],
): string {
  const form = `aformat=sample_rates=${sampleRate}:channel_layouts=${channelLayout}`;
  const copies = [...pads, ...measurements.map(({ name }) => `for_${name}`)];
  return [
    `[0:${index}]${form},asplit=${copies.length}${copies.map((copy) => `[${copy}]`).join('')}`,
    ...measurements.map(
      ({ name, after }) => `[for_${name}]${after ? `${after},` : ''}${measureFilter(name)},anullsink`,
    ),
  ].join(';');
}
