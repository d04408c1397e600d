import { MediaError } from '../../base/errors.ts';
import type { AudioTrack, MediaProbe, VideoTrack } from '../ffmpeg/media-probe.ts';
import type { PacketScan, TrackScan } from '../ffmpeg/scan-packets.ts';
import type { Size } from './ladder.ts';

/** Tracks to transcode, with their measured properties. */
export interface VideoSource {
  format: string;
  video: VideoTrack;
  videoScan: TrackScan;
  audio?: AudioTrack | undefined;
  audioScan?: TrackScan | undefined;
  /** Displayed size: after rotation, with square pixels. */
  display: Size;
  /**
   * Time from the file's first packet to the later end of the two tracks: the required duration of
   * the outputs.
   */
  durationSeconds: number;
  /** Seconds by which the audio outlasts the last frame, if significant; otherwise 0. */
  stillSeconds: number;
  /** Counted frames per second. */
  averageRate: number | undefined;
  /** Maximum difference between the duration of an output and the source's. */
  slackSeconds: number;
  /** Reasons why the outputs fall short of what the source could provide. */
  notes: string[];
}

export interface SourceLimits {
  MAX_VIDEO_PIXELS: number;
  MAX_VIDEO_SECONDS: number;
}

/**
 * Demuxers that read the duration from the file's header instead of deriving it from what is left
 * of the file.
 */
const KNOWS_LENGTH = /^(mov|matroska|flv|asf)/;

/**
 * Selects the tracks; refuses files that are not video, exceed a limit, or are truncated (before
 * hours of encoding go into them).
 */
export function videoSource(probe: MediaProbe, scan: PacketScan, limits: SourceLimits): VideoSource {
  const video = chosen(probe.video);
  if (!video)
    throw new MediaError(
      'UnsupportedMediaType',
      probe.video.length > 0
        ? 'Expected a video track in a supported codec, got an unknown one.'
        : 'Expected a video track, got none.',
    );
  const audio = chosen(probe.audio);
  const notes =
    probe.audio.length > 0 && !audio ? ['The audio was dropped: its codec is not supported.'] : [];
  if (video.dolbyVision === 5)
    notes.push('Dolby Vision profile 5 has no standard-compatible base layer: its colors are approximate.');
  assertPixels(probe, video, limits);
  const videoScan = scan.tracks.get(video.index);
  const audioScan = audio && scan.tracks.get(audio.index);
  if (!videoScan || videoScan.packets === 0)
    throw new MediaError('CorruptMedia', 'The video track contains no frames.');
  const averageRate = averageRateOf(video, videoScan);
  const slack = Math.max(0.1, 1.5 / (averageRate ?? 15));
  const durationSeconds = assertLength(probe, scan, [videoScan, ...(audioScan ? [audioScan] : [])], slack);
  if (durationSeconds > limits.MAX_VIDEO_SECONDS) throw tooLong(durationSeconds, limits);
  const slackSeconds = Math.max(durationSeconds * 0.01, slack);
  const after = (audioScan?.endSeconds ?? 0) - videoScan.endSeconds;
  return {
    ...{ slackSeconds, stillSeconds: after > slackSeconds ? after : 0 },
    ...{ format: probe.format, video, videoScan, averageRate, durationSeconds, notes },
    ...(audioScan ? { audio, audioScan } : {}),
    display: displaySize(video),
  };
}

/**
 * Checks the declared duration before the packets are read, since reading hours of them only to
 * find that there are too many is a waste.
 */
export function assertPromisedLength({ durationSeconds = 0 }: MediaProbe, limits: SourceLimits): void {
  if (durationSeconds > limits.MAX_VIDEO_SECONDS) throw tooLong(durationSeconds, limits);
}

/** Returns the default track, otherwise the first; only one that can be decoded. */
function chosen<T extends VideoTrack | AudioTrack>(tracks: readonly T[]): T | undefined {
  const decodable = tracks.filter((track) => track.codec !== 'unknown' && track.codec !== 'none');
  return decodable.find((track) => track.isDefault) ?? decodable[0];
}

function assertPixels(
  { hasTooManyPixels }: MediaProbe,
  { width, height }: VideoTrack,
  limits: SourceLimits,
): void {
  const most = `Expected at most ${limits.MAX_VIDEO_PIXELS} pixels per frame, got `;
  if (width * height > limits.MAX_VIDEO_PIXELS)
    throw new MediaError('TooManyPixels', `${most}${width} × ${height}.`);
  if (width >= 1 && height >= 1) return;
  if (hasTooManyPixels) throw new MediaError('TooManyPixels', `${most}more.`);
  throw new MediaError('CorruptMedia', 'The video track does not specify its frame size.');
}

const tooLong = (seconds: number, { MAX_VIDEO_SECONDS }: SourceLimits) =>
  new MediaError(
    'DurationTooLong',
    `Expected at most ${MAX_VIDEO_SECONDS} s of video, got ${Math.round(seconds)} s.`,
  );

function assertLength(probe: MediaProbe, scan: PacketScan, tracks: TrackScan[], slack: number): number {
  const start = Math.min(...[...scan.tracks.values()].map((track) => track.startSeconds));
  const reached = Math.max(...[...scan.tracks.values()].map((track) => track.endSeconds)) - start;
  const promised = KNOWS_LENGTH.test(probe.format) ? (probe.durationSeconds ?? 0) : 0;
  if (scan.damage.truncated || reached < promised * 0.99 - slack)
    throw new MediaError(
      'CorruptMedia',
      `The file is truncated: got ${reached.toFixed(1)} s${promised > 0 ? ` of ${promised.toFixed(1)} s` : ''}.`,
    );
  return Math.max(...tracks.map((track) => track.endSeconds)) - start;
}

/** Counts frames from the packets; packets of interlaced video may be single fields. */
function averageRateOf(
  video: VideoTrack,
  { packets, startSeconds, lastSeconds }: TrackScan,
): number | undefined {
  const { averageFrameRate: said } = video;
  if (video.isInterlaced && said) return said.numerator / said.denominator;
  return packets > 1 && lastSeconds > startSeconds ? (packets - 1) / (lastSeconds - startSeconds) : undefined;
}

function displaySize({ width, height, pixelAspect, rotation }: VideoTrack): Size {
  const aspect = pixelAspect > 0.1 && pixelAspect < 10 ? pixelAspect : 1;
  const square = { width: Math.max(1, Math.round(width * aspect)), height };
  return Math.round(rotation / 90) % 2 === 1 ? { width: square.height, height: square.width } : square;
}
