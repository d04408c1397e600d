import type { RenditionName } from '../kinds/outputs.ts';

export interface Size {
  width: number;
  height: number;
}

export interface VideoRendition extends Size {
  name: RenditionName;
  /** Constant rate factor for libx264 (lower is better) … */
  crf: number;
  /** … up to this bitrate, in bit/s. */
  maxBitrate: number;
  /** The source already matches this rendition: its packets are copied unchanged. */
  isCopy: boolean;
}

/**
 * By the short side, so that portrait and landscape get the same detail. Largest first: each is
 * scaled from the previous one.
 */
const STEPS = [
  { name: '1080p', shortSide: 1080, crf: 23, maxBitrate: 5_000_000 },
  { name: '720p', shortSide: 720, crf: 23, maxBitrate: 2_800_000 },
  { name: '480p', shortSide: 480, crf: 23, maxBitrate: 1_400_000 },
] as const;

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
 * Returns the sizes to make, largest first. Nothing is upscaled: a source below 480 lines gets one
 * rendition at its own size, still named `480p`, so that consumers can rely on `480p.mp4` for every
 * video.
 */
export function ladderFor(display: Size, frameRate: number): VideoRendition[] {
  const bounded = shrink(display, Number.POSITIVE_INFINITY, MAX_SIDE);
  const short = Math.min(bounded.width, bounded.height);
  const fitting = STEPS.filter(({ shortSide }) => short >= shortSide * CLOSE);
  return (fitting.length > 0 ? fitting : STEPS.slice(-1)).map(({ name, shortSide, crf, maxBitrate }) => ({
    name,
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
