import type { Sharp } from 'sharp';
import type { OutputName } from '../kinds/outputs.ts';
import { THUMBNAIL_SIZES, THUMBNAILS, type ThumbnailSize } from '../thumbnails.ts';
import type { ImageFacts } from './source/image-source.ts';

/** One image to produce. */
export interface ImageRendition {
  name: OutputName;
  contentType: string;
  /** Longest side in pixels; a smaller source is never enlarged. */
  fit: number;
  encode: (image: Sharp) => Sharp;
}

export interface ImagePlan {
  /** Largest first: each is scaled from the pixels of the previous one. */
  thumbnails: ImageRendition[];
  /** At the source's own size. */
  optimized: ImageRendition;
  /** Renditions whose encoders take many times longer. */
  slow: ImageRendition[];
  /** All frames; the other renditions show the first. */
  animation: ImageRendition | undefined;
  /** Differences between source and outputs, for human readers. */
  degraded: string[];
}

/** Rendition that is a PNG for an image with alpha, otherwise a JPEG. */
type Still = 'optimized' | `thumb_${ThumbnailSize}`;

const QUALITY = { jpeg: 80, webp: 80, avif: 50 } as const;
/** 0 is fastest. WebP: 2 takes 0.4× the time for 5 % more bytes. */
const EFFORT = { webp: 4, avif: 2 } as const;
/**
 * Longest side that a format supports: JPEG's header, WebP's bitstream, the AVIF encoder. PNG's is
 * beyond every pixel limit.
 */
const MAX_SIDE = { jpeg: 65_535, webp: 16_383, avif: 16_384 } as const;

/** Settings that affect the outputs; the manifest records their hash. */
export const imageSettings = (avif: boolean) => ({ THUMBNAILS, QUALITY, EFFORT, avif });

/** Decides which renditions to make of an image. Pure. */
export function planImage(
  facts: ImageFacts,
  options: { alpha: boolean; avif: boolean; contentType?: string | undefined },
): ImagePlan {
  const still = (name: Still, fit: number, progressive = false) =>
    options.alpha ? png(name, fit, facts.header.isPalette) : jpeg(name, fit, progressive);
  const animated = facts.frames > 1;
  const optimized = still('optimized', MAX_SIDE.jpeg, true);
  const full = [optimized, webp, ...(options.avif ? [avif] : [])];
  return {
    thumbnails: THUMBNAIL_SIZES.map((size) => still(`thumb_${size}`, THUMBNAILS[size])),
    optimized,
    slow: full.filter((rendition) => rendition !== optimized && !(animated && rendition === webp)),
    animation: animated ? webp : undefined,
    degraded: [
      ...facts.doubts,
      ...notRendered(facts, options.contentType),
      ...full.flatMap((rendition) => scaledDown(facts, rendition)),
    ],
  };
}

const jpeg = (name: Still, fit: number, progressive: boolean): ImageRendition => ({
  name: `${name}.jpg`,
  contentType: 'image/jpeg',
  fit,
  encode: (image) => image.jpeg({ quality: QUALITY.jpeg, progressive }),
});

/** Keeps a palette source a palette image: as true color it would grow. */
const png = (name: Still, fit: number, palette: boolean): ImageRendition => ({
  name: `${name}.png`,
  contentType: 'image/png',
  fit,
  encode: (image) => image.png({ palette }),
});

const webp: ImageRendition = {
  name: 'webp.webp',
  contentType: 'image/webp',
  fit: MAX_SIDE.webp,
  encode: (image) => image.webp({ quality: QUALITY.webp, effort: EFFORT.webp }),
};

const avif: ImageRendition = {
  name: 'avif.avif',
  contentType: 'image/avif',
  fit: MAX_SIDE.avif,
  encode: (image) => image.avif({ quality: QUALITY.avif, effort: EFFORT.avif }),
};

function notRendered({ label, otherPages }: ImageFacts, contentType: string | undefined): string[] {
  if (contentType === 'image/apng') return ['The PNG is animated; only its first frame is rendered.'];
  if (label === 'HEIC' && otherPages > 0) return [`Only the primary image of ${otherPages + 1} is rendered.`];
  return otherPages > 0 ? [`Only the first of ${otherPages + 1} pages is rendered.`] : [];
}

function scaledDown({ width, height }: ImageFacts, { name, fit }: ImageRendition): string[] {
  return Math.max(width, height) > fit
    ? [`${name} is scaled down to ${fit} pixels, the maximum of its format.`]
    : [];
}
