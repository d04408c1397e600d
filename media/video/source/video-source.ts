import { MediaError } from '../../../base/errors.ts';
import { chosenTrack, codecsOf, decodableTrack } from '../../ffmpeg/chosen-track.ts';
import { assertWorthKeeping, judgeTruncated } from '../../ffmpeg/media-damage.ts';
import type { AudioTrack, MediaProbe, VideoTrack } from '../../ffmpeg/media-probe.ts';
import type { PacketScan, TrackScan } from '../../ffmpeg/scan-packets.ts';
import type { Size } from '../ladder.ts';

/** What only decoded frames tell about a track. */
export interface FrameFacts {
  /** Order of the fields, if frames are interlaced though the file does not say so. */
  hiddenFields?: 'tff' | 'bff' | undefined;
  /** The track has an alpha channel that is in use. */
  isTransparent: boolean;
  /** Frames have different sizes. Looked for only where packets would be copied. */
  changesSize: boolean;
}

/** Tracks to transcode, with their measured properties. */
export interface VideoSource extends FrameFacts {
  format: string;
  video: VideoTrack;
  videoScan: TrackScan;
  audio?: AudioTrack | undefined;
  audioScan?: TrackScan | undefined;
  /** Displayed size: after rotation, with square pixels. */
  display: Size;
  /** Start of the earlier of the two tracks, in the file's own timeline: where the outputs begin. */
  originSeconds: number;
  /** Seconds by which another track, such as subtitles, begins before that. ffmpeg's timeline begins there. */
  leadSeconds: number;
  /** Time from the start of the earlier track to the later end of the two: the required duration of the outputs. */
  durationSeconds: number;
  /** Seconds by which the audio outlasts the last frame, if significant; otherwise 0. */
  stillSeconds: number;
  /** The file's clock jumps, as where recordings were joined. */
  isJoined: boolean;
  /** Counted frames per second. */
  averageRate: number | undefined;
  /** Maximum difference between the duration of an output and the source's. */
  slackSeconds: number;
  /** The scan of the packets found that the end is missing; `notes` say so. */
  isTruncated: boolean;
  /** Piece of the upload that the rest of this is about (clip.ts), in seconds after its beginning. */
  clip?: { startSeconds: number; endSeconds: number; uploadSeconds: number } | undefined;
  /** Reasons why the outputs fall short of what the source could provide. */
  notes: string[];
}

export interface SourceLimits {
  MAX_VIDEO_PIXELS: number;
  MAX_VIDEO_SECONDS: number;
  TRUNCATED_MEDIA: 'keep' | 'refuse';
}

/**
 * Demuxers that read the duration from the file's header instead of deriving it from what is left
 * of the file. ASF's header has one, too, but often an estimate; it also has the file's size.
 */
const KNOWS_LENGTH = /^(mov|matroska|flv)/;

/**
 * Codecs of telephones, which are decoded as recordings of their own only. Beside video their sound is
 * left out, and the job says so.
 */
const TELEPHONE = ['adpcm_g722', 'adpcm_g726', 'adpcm_g726le', 'gsm', 'gsm_ms', 'g729', 'g723_1'];

/**
 * Selects the tracks; refuses files that are not video, exceed a limit, or are truncated (before
 * hours of encoding go into them).
 */
export function videoSource(probe: MediaProbe, scan: PacketScan, limits: SourceLimits): VideoSource {
  const video = chosenTrack(probe.video, 'a video track');
  const audio = decodableTrack(probe.audio.filter(({ codec }) => !TELEPHONE.includes(codec)));
  const notes =
    probe.audio.length > 0 && !audio
      ? [`The audio was dropped: its codec is not supported (${codecsOf(probe.audio)}).`]
      : [];
  if (video.dolbyVision === 5)
    notes.push('Dolby Vision profile 5 has no standard-compatible base layer: its colors are approximate.');
  assertPixels(probe, video, limits);
  const videoScan = scan.tracks.get(video.index);
  const audioScan = audio && scan.tracks.get(audio.index);
  if (!videoScan || videoScan.packets === 0)
    throw new MediaError('CorruptMedia', 'The video track contains no frames.');
  const averageRate = averageRateOf(video, videoScan);
  const slack = slackOf(averageRate);
  const tracks = [videoScan, ...(audioScan ? [audioScan] : [])];
  const truncation = judgeEnd(probe, scan, slack, limits);
  notes.push(...truncation);
  const originSeconds = Math.min(...tracks.map((track) => track.startSeconds));
  const durationSeconds = Math.max(...tracks.map((track) => track.endSeconds)) - originSeconds;
  if (durationSeconds > limits.MAX_VIDEO_SECONDS) throw tooLong(durationSeconds, limits);
  const slackSeconds = slackOf(averageRate, durationSeconds);
  return {
    ...{
      slackSeconds,
      stillSeconds: stillOf(videoScan.endSeconds, audioScan?.endSeconds ?? 0, slackSeconds),
    },
    ...{ format: probe.format, video, videoScan, averageRate, durationSeconds, notes },
    ...{ isTransparent: video.hasAlpha, changesSize: false, isTruncated: truncation.length > 0 },
    ...{ originSeconds, leadSeconds: originSeconds - probe.startSeconds, isJoined: scan.isJoined },
    ...(audioScan ? { audio, audioScan } : {}),
    display: displaySize(video),
  };
}

/** How far off the duration of an output may be. */
export const slackOf = (averageRate: number | undefined, durationSeconds = 0): number =>
  Math.max(durationSeconds * 0.01, 0.1, 1.5 / (averageRate ?? 15));

/** Seconds for which the last frame is held: sound goes on for more than nothing to speak of. */
export const stillOf = (videoEnd: number, audioEnd: number, slackSeconds: number): number =>
  audioEnd - videoEnd > slackSeconds ? audioEnd - videoEnd : 0;

/**
 * Checks the declared duration before the packets are read, since reading hours of them only to
 * find that there are too many is a waste.
 */
export function assertPromisedLength({ durationSeconds = 0 }: MediaProbe, limits: SourceLimits): void {
  if (durationSeconds > limits.MAX_VIDEO_SECONDS) throw tooLong(durationSeconds, limits);
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

/**
 * Compares the end of the file with the length that it declares. Some writers count from its first
 * packet, others from 0 although the first packet comes later, as in parts of a recording.
 */
function judgeEnd(probe: MediaProbe, scan: PacketScan, slack: number, limits: SourceLimits): string[] {
  const all = [...scan.tracks.values()];
  const end = Math.max(...all.map((track) => track.endSeconds));
  const length = end - Math.min(...all.map((track) => track.startSeconds));
  const promised = KNOWS_LENGTH.test(probe.format) ? (probe.durationSeconds ?? 0) : 0;
  const isWhole = !scan.damage.truncated && Math.max(length, end) >= promised * 0.99 - slack;
  if (isWhole) return [];
  const how = `got ${length.toFixed(1)} s${promised > 0 ? ` of ${promised.toFixed(1)} s` : ''}`;
  const notes = judgeTruncated(how, limits.TRUNCATED_MEDIA);
  assertWorthKeeping(length);
  return notes;
}

/** Counts frames from the packets; packets of interlaced video may be single fields. */
function averageRateOf(
  video: VideoTrack,
  { packets, startSeconds, lastSeconds }: TrackScan,
): number | undefined {
  const { averageFrameRate: said } = video;
  if (video.fieldOrder === 'interlaced' && said) return said.numerator / said.denominator;
  return packets > 1 && lastSeconds > startSeconds ? (packets - 1) / (lastSeconds - startSeconds) : undefined;
}

function displaySize({ width, height, pixelAspect, rotation }: VideoTrack): Size {
  const aspect = pixelAspect > 0.1 && pixelAspect < 10 ? pixelAspect : 1;
  const square = { width: Math.max(1, Math.round(width * aspect)), height };
  return Math.round(rotation / 90) % 2 === 1 ? { width: square.height, height: square.width } : square;
}
