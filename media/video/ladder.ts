import type { RenditionName } from '../kinds/outputs.ts';

export interface Size {
  width: number;
  height: number;
}

export interface VideoRendition extends Size {
  name: RenditionName;
  /** Constant quality that is asked for, as libx264 counts it (lower is better) … */
  crf: number;
  /** … as long as it needs no more than this, in bit/s. */
  maxBitrate: number;
  /** The source already is this rendition: its packets are taken over as they are. */
  isCopy: boolean;
}

/** By the short side, so that portrait and landscape get the same detail. Largest first: each is scaled from the one before. */
const STEPS = [
  { name: '1080p', shortSide: 1080, crf: 23, maxBitrate: 5_000_000 },
  { name: '720p', shortSide: 720, crf: 23, maxBitrate: 2_800_000 },
  { name: '480p', shortSide: 480, crf: 23, maxBitrate: 1_400_000 },
] as const;

/** A source this close below a step counts as that step, in its own size (1072 lines are 1080p to everybody). */
const CLOSE = 0.98;
/** Widest H.264 picture that phones decode; only panoramas come near. */
const MAX_SIDE = 4096;
/** Twice the frames need about half as much again. */
const HIGH_RATE = { above: 31, factor: 1.5 };

/**
 * Sizes to make, largest first. Nothing is scaled up: a source below 480 lines gets one rendition, in its own size; it is called `480p` all
 * the same, so that a reader can count on `480p.mp4` for every video.
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

/** The size with at most this short and long side, at the same shape, in even numbers as 4:2:0 needs; never larger than it was. */
export function shrink(size: Size, shortSide: number, longSide: number): Size {
  const short = Math.min(size.width, size.height);
  const factor = Math.min(1, shortSide / short, longSide / Math.max(size.width, size.height));
  const even = (side: number) =>
    Math.max(2, factor === 1 ? 2 * Math.floor(side / 2) : 2 * Math.round((side * factor) / 2));
  return { width: even(size.width), height: even(size.height) };
}
