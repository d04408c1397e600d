import type { ByteRange } from '../../../base/byte-range.ts';
import { MAX_CHUNKS } from '../../../base/chunk-limits.ts';
import { KEY_FRAME_SECONDS } from '../codecs/encoder-arguments.ts';
import { gridOffset } from '../filter-graph.ts';
import { MIN_RATE, ratio } from '../frame-rate.ts';
import type { VideoPlan } from '../plan.ts';
import { keyFrameAt, tileFrames } from './key-frame-grid.ts';
import { bytesBetween, type PacketGroup } from './packet-positions.ts';
import { joinRanges } from './source-layout.ts';

/** A run of frames of all renditions, at the rate of the outputs, that one task encodes. */
export interface VideoChunk {
  number: number;
  fromFrame: number;
  /** Exclusive; absent in the last: until the end. */
  toFrame?: number | undefined;
  /**
   * What is encoded for it: some more, which is then left out. Encoders look ahead, and learn from
   * frames how many bits the next ones need, so that joints would be seen.
   */
  encoded: {
    fromFrame: number;
    toFrame?: number | undefined;
    /** Key frames that are placed before that. */
    keyFramesBefore: number;
  };
  /** Those of its frames that become tiles of the storyboard. */
  tiles: number[];
  /** What it needs of the upload. */
  ranges: ByteRange[];
}

/** Where in the upload things are. */
export interface SourcePositions {
  /** Index, and the packets by which ffmpeg finds out what the tracks are like. */
  always: readonly ByteRange[];
  video: readonly PacketGroup[];
}

export interface ChunkSettings {
  /** Videos that are longer are split; 0: none. */
  CHUNK_ABOVE_SECONDS: number;
  CHUNK_SECONDS: number;
}

/**
 * Seconds before the first frame at which to look for a key frame: more than frames wait to be shown
 * after they are decoded.
 */
export const SEEK_SECONDS = 1;
/** One more is the sound. */
const MAX_VIDEO_CHUNKS = MAX_CHUNKS - 1;
/**
 * What is encoded before and after a chunk. The encoders' buffer, which bounds the bitrate, is two
 * seconds long and full at the beginning: after twice that it is as full as in the whole. With two
 * seconds, chunks under such a bound took 4 % more bytes and were worse at their beginning.
 */
const KEY_FRAMES_BEFORE = 2;
const SECONDS_AFTER = 1;
/** Requests for bytes with less than that between them are one request. */
const GAP_BYTES = 1024 * 1024;

/**
 * Returns why a video is encoded in one task, or undefined if it may be split: the frames are then the
 * same, whichever task decodes them.
 */
export function whyWhole({ source, renditions }: VideoPlan, settings: ChunkSettings): string | undefined {
  const { videoScan, averageRate = 0, durationSeconds, format } = source;
  if (settings.CHUNK_ABOVE_SECONDS === 0 || durationSeconds <= settings.CHUNK_ABOVE_SECONDS)
    return 'it is short';
  if (chunksOf(source, settings) < 2) return 'its pictures are too short';
  if (source.clip) return 'only a clip of it is encoded';
  if (renditions.some(({ isCopy }) => isCopy)) return 'packets are copied';
  if (!/^(mov|matroska)/.test(format))
    return `only MP4, QuickTime and Matroska files say where their frames are, got ${format}`;
  if (source.isTruncated) return 'its end is missing';
  if (source.isJoined) return 'its clock jumps';
  if (averageRate < MIN_RATE) return 'its frames are shown for long';
  if (!Number.isFinite(videoScan.keyFrameGapSeconds)) return 'it does not begin with a key frame';
  if (videoScan.keyFrameGapSeconds > chunkSeconds(source, settings) / 2) return 'it has few key frames';
  return undefined;
}

/** Plans chunks of about equal length, each of which begins with a key frame of the outputs. */
export function planChunks(
  plan: VideoPlan,
  settings: ChunkSettings,
  positions: SourcePositions,
): VideoChunk[] {
  const count = chunksOf(plan.source, settings);
  const tiles = tileFrames(plan);
  const keyFrames = chunkSeconds(plan.source, settings) / KEY_FRAME_SECONDS;
  return Array.from({ length: count }, (_, number) => {
    const keyFramesBefore = number * keyFrames;
    const fromFrame = keyFrameAt(plan, keyFramesBefore);
    const toFrame = number === count - 1 ? undefined : keyFrameAt(plan, keyFramesBefore + keyFrames);
    const isWithin = (frame: number) => frame >= fromFrame && frame < (toFrame ?? Number.POSITIVE_INFINITY);
    const before = Math.max(0, keyFramesBefore - KEY_FRAMES_BEFORE);
    const encoded = {
      ...{ fromFrame: keyFrameAt(plan, before), keyFramesBefore: before },
      ...(toFrame !== undefined && { toFrame: toFrame + Math.ceil(SECONDS_AFTER * ratio(plan.frameRate)) }),
    };
    return {
      ...{ number, fromFrame, toFrame, encoded, tiles: tiles.filter(isWithin) },
      ranges: rangesOf(plan, encoded, positions),
    };
  });
}

/** The last may be half as long again. */
const chunksOf = (source: VideoPlan['source'], settings: ChunkSettings) =>
  Math.round(shownSeconds(source) / chunkSeconds(source, settings));

/** The setting, or a multiple: more chunks than an execution can have would be none. */
const chunkSeconds = (source: VideoPlan['source'], { CHUNK_SECONDS }: ChunkSettings) =>
  CHUNK_SECONDS * Math.max(1, Math.ceil(shownSeconds(source) / CHUNK_SECONDS / MAX_VIDEO_CHUNKS));

const shownSeconds = ({ videoScan, originSeconds }: VideoPlan['source']) =>
  videoScan.endSeconds - originSeconds;

function rangesOf(
  plan: VideoPlan,
  { fromFrame, toFrame }: VideoChunk['encoded'],
  { always, video }: SourcePositions,
): ByteRange[] {
  const { originSeconds, videoScan } = plan.source;
  // In the file's own timeline.
  const timeOf = (frame: number) => frame / ratio(plan.frameRate) + originSeconds - gridOffset(plan);
  const keyFrame = timeOf(fromFrame) - SEEK_SECONDS - videoScan.keyFrameGapSeconds - 1;
  const frames = bytesBetween(video, keyFrame, toFrame === undefined ? undefined : timeOf(toFrame));
  return joinRanges([...always, frames], GAP_BYTES);
}
