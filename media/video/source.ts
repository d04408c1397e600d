import { MediaError } from '../../base/errors.ts';
import type { AudioTrack, MediaProbe, VideoTrack } from '../ffmpeg/media-probe.ts';
import type { PacketScan, TrackScan } from '../ffmpeg/scan-packets.ts';
import type { Size } from './ladder.ts';

/** The tracks that are transcoded, with what was measured of them. */
export interface VideoSource {
  format: string;
  video: VideoTrack;
  videoScan: TrackScan;
  audio?: AudioTrack | undefined;
  audioScan?: TrackScan | undefined;
  /** As a person sees it: rotated, with square pixels. */
  display: Size;
  /** From the file's first packet to the last end of the two tracks: what an output must last. */
  durationSeconds: number;
  /** By how much the sound goes on after the last picture, where that is worth showing: 0 otherwise. */
  stillSeconds: number;
  /** Frames a second, counted. */
  averageRate: number | undefined;
  /** By how much an output may differ in length. */
  slackSeconds: number;
  /** Why the outputs are less than the source could give. */
  notes: string[];
}

export interface SourceLimits {
  MAX_VIDEO_PIXELS: number;
  MAX_VIDEO_SECONDS: number;
}

/** Demuxers that know the recording's length from the file itself rather than from what is left of it. */
const KNOWS_LENGTH = /^(mov|matroska|flv|asf)/;

/** Chooses the tracks; refuses what is no video, over a limit, or cut short (before hours of encoding go into it). */
export function videoSource(probe: MediaProbe, scan: PacketScan, limits: SourceLimits): VideoSource {
  const video = chosen(probe.video);
  if (!video)
    throw new MediaError(
      'UnsupportedMediaType',
      probe.video.length > 0
        ? 'The video track is of a codec that cannot be decoded here.'
        : 'Expected a video track; the file holds none.',
    );
  const audio = chosen(probe.audio);
  const notes =
    probe.audio.length > 0 && !audio ? ['The sound is of a codec that cannot be decoded here.'] : [];
  if (video.dolbyVision === 5)
    notes.push('Dolby Vision profile 5 has no standard reading: its colors are approximate.');
  assertPixels(probe, video, limits);
  const videoScan = scan.tracks.get(video.index);
  const audioScan = audio && scan.tracks.get(audio.index);
  if (!videoScan || videoScan.packets === 0)
    throw new MediaError('CorruptMedia', 'The video track holds no pictures.');
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

/** Before the packets are read: reading hours of them is no way to find out that they are too many. */
export function assertPromisedLength({ durationSeconds = 0 }: MediaProbe, limits: SourceLimits): void {
  if (durationSeconds > limits.MAX_VIDEO_SECONDS) throw tooLong(durationSeconds, limits);
}

/** The default track, else the first; one that can be decoded either way. */
function chosen<T extends VideoTrack | AudioTrack>(tracks: readonly T[]): T | undefined {
  const decodable = tracks.filter((track) => track.codec !== 'unknown' && track.codec !== 'none');
  return decodable.find((track) => track.isDefault) ?? decodable[0];
}

function assertPixels(
  { hasTooManyPixels }: MediaProbe,
  { width, height }: VideoTrack,
  limits: SourceLimits,
): void {
  const most = `Expected at most ${limits.MAX_VIDEO_PIXELS} pixels a frame, got `;
  if (width * height > limits.MAX_VIDEO_PIXELS)
    throw new MediaError('TooManyPixels', `${most}${width} × ${height}.`);
  if (width >= 1 && height >= 1) return;
  if (hasTooManyPixels) throw new MediaError('TooManyPixels', `${most}more.`);
  throw new MediaError('CorruptMedia', 'The video track does not say its size.');
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
      `The file is cut short: ${reached.toFixed(1)} s are there${promised > 0 ? ` of ${promised.toFixed(1)} s` : ''}.`,
    );
  return Math.max(...tracks.map((track) => track.endSeconds)) - start;
}

/** Counted from the packets; those of interlaced video may be half frames. */
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
