import { MediaError } from '../../base/errors.ts';
import type { AudioTrack, MediaProbe } from '../ffmpeg/media-probe.ts';

/** The one track that is transcoded, with everything that the plan needs to know of it. */
export interface AudioSource {
  /** Position in the file, for `-map 0:{index}`. */
  index: number;
  format: string;
  codec: string;
  profile?: string | undefined;
  sampleRate: number;
  channels: number;
  /** One of ffmpeg's names, always set. */
  channelLayout: string;
  bitDepth?: number | undefined;
  /** bit/s */
  bitrate?: number | undefined;
  /** As the file says it: exact, an estimate, or a lie. */
  durationSeconds?: number | undefined;
  tags: Record<string, string>;
}

/** What ffmpeg takes a number of channels for where the file does not say; index: channels. More have no agreed meaning to mix down. */
const DEFAULT_LAYOUTS = ['', 'mono', 'stereo', '2.1', '4.0', '5.0', '5.1', '6.1', '7.1'];
const MAX_CHANNELS = DEFAULT_LAYOUTS.length - 1;
const RATES = { min: 4_000, max: 384_000 };

/** Chooses the track and refuses what cannot be transcoded. */
export function audioSource(probe: MediaProbe): AudioSource {
  const track = probe.audio.find((audio) => audio.isDefault) ?? probe.audio[0];
  if (!track) throw new MediaError('UnsupportedMediaType', 'Expected an audio track; the file holds none.');
  if (track.codec === 'unknown')
    throw new MediaError(
      'UnsupportedMediaType',
      'The audio track is of a codec that cannot be decoded here.',
    );
  if (track.channels < 1 || track.sampleRate === 0)
    throw new MediaError('CorruptMedia', 'The audio track does not say its channels or its sample rate.');
  if (track.channels > MAX_CHANNELS)
    throw new MediaError(
      'UnsupportedMediaType',
      `Expected at most ${MAX_CHANNELS} channels, got ${track.channels}.`,
    );
  if (track.sampleRate < RATES.min || track.sampleRate > RATES.max)
    throw new MediaError(
      'UnsupportedMediaType',
      `Expected a sample rate from ${RATES.min} to ${RATES.max} Hz, got ${track.sampleRate}.`,
    );
  return {
    index: track.index,
    format: probe.format,
    codec: track.codec,
    profile: track.profile,
    sampleRate: track.sampleRate,
    channels: track.channels,
    channelLayout: layoutOf(track),
    bitDepth: track.bitDepth,
    bitrate: track.bitrate ?? (probe.audio.length === 1 ? probe.bitrate : undefined),
    durationSeconds: track.durationSeconds ?? probe.durationSeconds,
    tags: { ...track.tags, ...probe.tags },
  };
}

/** `unknown` and `6 channels` are what ffprobe says for WAV files and the like without a channel mask. */
function layoutOf({ channelLayout = '', channels }: AudioTrack): string {
  const said = /^[\w.]+(?:\([\w-]+\))?$/.test(channelLayout) && channelLayout !== 'unknown';
  return said ? channelLayout : (DEFAULT_LAYOUTS[channels] ?? 'stereo');
}
