import type { Sharp, WebpOptions } from 'sharp';
import type { OutputName } from '../kinds/outputs.ts';
import { THUMBNAIL_SIZES, THUMBNAILS, type ThumbnailSize } from '../thumbnails.ts';
import type { ImageFacts } from './source/image-source.ts';

/** A way to store an image. */
export interface ImageEncoding {
  name: OutputName;
  contentType: string;
  /** `upload`: the upload's own image data, without anything else. */
  encode: ((image: Sharp) => Sharp) | 'upload';
}

/** One image to produce. */
export interface ImageRendition extends ImageEncoding {
  /** Longest side in pixels; a smaller source is never enlarged. */
  fit: number;
  /**
   * Tried in turn while the image has the upload's size and more bytes than it; the smallest is
   * kept.
   */
  smaller: readonly ImageEncoding[];
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

/** Shares of the quality that are tried to get below the size of an upload of low quality. */
const LOWER = { jpeg: [0.8, 0.6], webp: [0.6, 0.3, 0.1, 0.03] } as const;

/** Settings that affect the outputs; the manifest records their hash. */
export const imageSettings = (avif: boolean) => ({ THUMBNAILS, QUALITY, EFFORT, LOWER, avif });

/** Decides which renditions to make of an image. Pure. */
export function planImage(
  facts: ImageFacts,
  options: { alpha: boolean; avif: boolean; empty?: boolean; contentType?: string | undefined },
): ImagePlan {
  const still = (name: Still, fit: number, progressive = false) =>
    stillRendition(facts, { name, fit, progressive, alpha: options.alpha });
  const animated = facts.frames > 1;
  const optimized = still('optimized', MAX_SIDE.jpeg, true);
  const webp = webpRendition(facts);
  const full = [optimized, webp, ...(options.avif ? [avif] : [])];
  return {
    thumbnails: THUMBNAIL_SIZES.map((size) => still(`thumb_${size}`, THUMBNAILS[size])),
    optimized,
    slow: full.filter((rendition) => rendition !== optimized && !(animated && rendition === webp)),
    animation: animated ? webp : undefined,
    degraded: [
      ...facts.doubts,
      ...(options.empty ? ['The picture is wholly transparent.'] : []),
      ...(facts.hasSpareChannels ? ['Only the color channels are rendered.'] : []),
      ...notRendered(facts, options.contentType),
      ...full.flatMap((rendition) => scaledDown(facts, rendition)),
    ],
  };
}

interface StillOptions {
  name: Still;
  fit: number;
  progressive: boolean;
  alpha: boolean;
}

/**
 * PNG where there is alpha, otherwise JPEG; line art (a palette, or up to 16 grays) at its own size
 * stays PNG, in as many colors. An image at the upload's own size and of more bytes gets another
 * encoding: PNG if the upload has lost nothing, a lower quality if it has.
 */
function stillRendition(facts: ImageFacts, { name, fit, progressive, alpha }: StillOptions): ImageRendition {
  const { header, upload } = facts;
  const scaled = Math.max(facts.width, facts.height) > fit;
  const quality = scaled ? QUALITY.jpeg : Math.min(QUALITY.jpeg, upload.quality ?? QUALITY.jpeg);
  const asJpeg = (share: number) => jpeg(name, quality * share, progressive);
  const own =
    upload.bareFormat === 'jpeg' ? [jpegUpload(name)] : upload.bareFormat === 'png' ? [pngUpload(name)] : [];
  const asPng = png(name, upload.colors);
  if (alpha)
    return { ...png(name, header.isPalette ? MAX_COLORS : undefined), fit, smaller: [asPng, ...own] };
  if (upload.colors && !scaled) return { ...asPng, fit, smaller: [...own, asJpeg(1)] };
  const smaller = upload.isLossless ? [asPng, ...own] : [...own, ...LOWER.jpeg.map(asJpeg)];
  return { ...asJpeg(1), fit, smaller };
}

function webpRendition({ upload }: ImageFacts): ImageRendition {
  const quality = Math.min(QUALITY.webp, (upload.quality ?? QUALITY.webp) + WEBP_LEAD);
  const own = upload.bareFormat === 'webp' ? [webpUpload] : [];
  const lossy = webp({ quality });
  const [first, second] = upload.colors
    ? [webp({ lossless: true }), lossy]
    : [lossy, webp({ lossless: true })];
  const lower = LOWER.webp.map((share) => webp({ quality: Math.max(1, Math.round(quality * share)) }));
  const smaller = upload.isLossless ? [second, ...own] : [...own, ...lower];
  return { ...first, fit: MAX_SIDE.webp, smaller };
}

/** WebP's scale of quality: a JPEG of 20 looks like a WebP of 30. */
const WEBP_LEAD = 10;
const MAX_COLORS = 256;

const jpeg = (name: Still, quality: number, progressive: boolean): ImageEncoding => ({
  name: `${name}.jpg`,
  contentType: 'image/jpeg',
  encode: (image) => image.jpeg({ quality: Math.max(1, Math.round(quality)), progressive }),
});

/** `colors`: at most so many; keeps a palette source a palette image, as true color it would grow. */
const png = (name: Still, colors: number | undefined): ImageEncoding => ({
  name: `${name}.png`,
  contentType: 'image/png',
  encode: (image) =>
    image.png(colors ? { palette: true, colors } : { compressionLevel: 9, adaptiveFiltering: true }),
});

const jpegUpload = (name: Still): ImageEncoding => ({
  name: `${name}.jpg`,
  contentType: 'image/jpeg',
  encode: 'upload',
});
const pngUpload = (name: Still): ImageEncoding => ({
  name: `${name}.png`,
  contentType: 'image/png',
  encode: 'upload',
});

const webp = (options: WebpOptions): ImageEncoding => ({
  name: 'webp.webp',
  contentType: 'image/webp',
  encode: (image) => image.webp({ effort: EFFORT.webp, ...options }),
});
const webpUpload: ImageEncoding = { name: 'webp.webp', contentType: 'image/webp', encode: 'upload' };

const avif: ImageRendition = {
  name: 'avif.avif',
  contentType: 'image/avif',
  fit: MAX_SIDE.avif,
  smaller: [],
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
