import type { VideoCodec, VideoProfile } from '../profile/video-profile.ts';

export interface Size {
  width: number;
  height: number;
}

export interface VideoRendition extends Size {
  name: string;
  codec: VideoCodec;
  /** Constant rate factor on the codec's scale (lower is better) … */
  crf: number;
  /** … up to this bitrate, in bit/s. */
  maxBitrate: number;
  /** The source already matches this rendition: its packets are copied unchanged. */
  isCopy: boolean;
}

/**
 * A source within this factor of a step counts as that step, at its own size (1072 lines count as
 * 1080p).
 */
const CLOSE = 0.98;
/** Longest side of H.264 video that phones decode; only panoramas come close. */
const MAX_SIDE = 4096;
/** Twice the frame rate needs about 1.5 times the bitrate. */
const HIGH_RATE = { above: 31, factor: 1.5 };

/**
 * Returns the sizes to make of those in a profile, which has the largest first: each is scaled from
 * the previous one. By the short side, so that portrait and landscape get the same detail. Nothing
 * is upscaled: a source smaller than all (below 480 lines, by the profile `default`) gets the
 * smallest at its own size, under its name, so that consumers can rely on it for every video; if that
 * is asked for in several codecs, in each.
 */
export function ladderFor(
  display: Size,
  frameRate: number,
  steps: VideoProfile['renditions'],
): VideoRendition[] {
  const bounded = shrink(display, Number.POSITIVE_INFINITY, MAX_SIDE);
  const short = Math.min(bounded.width, bounded.height);
  const fitting = steps.filter(({ shortSide }) => short >= shortSide * CLOSE);
  const smallest = steps.filter(({ shortSide }) => shortSide === steps.at(-1)?.shortSide);
  return (fitting.length > 0 ? fitting : smallest).map(({ name, codec, shortSide, crf, maxBitrate }) => ({
    ...{ name, codec: codec ?? 'h264' },
    ...shrink(bounded, shortSide, MAX_SIDE),
    crf,
    maxBitrate: maxBitrate * (frameRate > HIGH_RATE.above ? HIGH_RATE.factor : 1),
    isCopy: false,
  }));
}

/**
 * Scales a size down to these limits for its short and long side. Keeps the aspect ratio, rounds to
 * even numbers as 4:2:0 requires, and never enlarges.
 */
export function shrink(size: Size, shortSide: number, longSide: number): Size {
  const short = Math.min(size.width, size.height);
  const factor = Math.min(1, shortSide / short, longSide / Math.max(size.width, size.height));
  const even = (side: number) =>
    Math.max(2, factor === 1 ? 2 * Math.floor(side / 2) : 2 * Math.round((side * factor) / 2));
  return { width: even(size.width), height: even(size.height) };
}
