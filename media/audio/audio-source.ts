import { MediaError } from '../../base/errors.ts';
import { chosenTrack } from '../ffmpeg/chosen-track.ts';
import type { AudioTrack, MediaProbe } from '../ffmpeg/media-probe.ts';

/** The track to transcode, with everything that the plan needs to know about it. */
export interface AudioSource {
  /** Stream index, for `-map 0:{index}`. */
  index: number;
  format: string;
  codec: string;
  profile?: string | undefined;
  sampleRate: number;
  channels: number;
  /** One of ffmpeg's layout names, always set. */
  channelLayout: string;
  bitDepth?: number | undefined;
  /** bit/s */
  bitrate?: number | undefined;
  /** Duration stated in the file: exact, an estimate, or wrong. */
  durationSeconds?: number | undefined;
}

/**
 * Layouts that ffmpeg assumes for a channel count if the file does not specify one; the index is
 * the count. Larger counts have no standard layout to mix down from.
 */
const DEFAULT_LAYOUTS = ['', 'mono', 'stereo', '2.1', '4.0', '5.0', '5.1', '6.1', '7.1'];
const MAX_CHANNELS = DEFAULT_LAYOUTS.length - 1;
const RATES = { min: 4_000, max: 384_000 };

/** Selects the track, and throws if it cannot be transcoded. */
export function audioSource(probe: MediaProbe): AudioSource {
  const track = chosenTrack(probe.audio, 'an audio track');
  if (track.channels < 1 || track.sampleRate === 0)
    throw new MediaError(
      'CorruptMedia',
      'The audio track does not specify its channel count or sample rate.',
    );
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
    durationSeconds: track.durationSeconds ?? (isAlone(probe) ? probe.durationSeconds : undefined),
  };
}

/** The file's duration is that of its longest track. */
const isAlone = ({ audio, video, subtitles, otherTracks }: MediaProbe) =>
  audio.length + video.length + subtitles.length + otherTracks === 1;

/**
 * Returns a usable layout. ffprobe prints `unknown` or `6 channels` for files without a channel
 * mask, such as many WAV files.
 */
function layoutOf({ channelLayout = '', channels }: AudioTrack): string {
  const said = /^[\w.]+(?:\([\w-]+\))?$/.test(channelLayout) && channelLayout !== 'unknown';
  return said ? channelLayout : (DEFAULT_LAYOUTS[channels] ?? 'stereo');
}
