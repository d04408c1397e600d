import { THUMBNAIL_SIZES, THUMBNAILS } from '../thumbnails.ts';
import {
  avif,
  EFFORT,
  type ImageEncoding,
  jpeg,
  jpegUpload,
  mozjpeg,
  png,
  pngUpload,
  QUALITY,
  type Still,
  webp,
  webpUpload,
} from './encodings.ts';
import type { ImageFacts } from './source/image-source.ts';

/** One image to produce. */
export interface ImageRendition extends ImageEncoding {
  /** Longest side in pixels; a smaller source is never enlarged. */
  fit: number;
  /**
   * Tried in turn while the image has the upload's size and more bytes than it; the smallest is
   * kept.
   */
  smaller: readonly ImageEncoding[];
  /** True for a rendition that is left out if all of these have more bytes, too. */
  isDispensable?: true;
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

/**
 * Longest side that a format supports: JPEG's header, WebP's bitstream, the AVIF encoder. PNG's is
 * beyond every pixel limit.
 */
const MAX_SIDE = { jpeg: 65_535, webp: 16_383, avif: 16_384 } as const;

/**
 * Shares of the quality that are tried to get below the size of an upload of low quality. At 0.45, a
 * JPEG by mozjpeg is smaller than a photo by AVIF at sharp's own quality.
 */
const LOWER = { jpeg: [0.8, 0.6, 0.45], webp: [0.6, 0.3, 0.1, 0.03], avif: [0.6, 0.3] } as const;

/** Number of colors that a palette can have. */
export const PALETTE = 256;

/** Settings that affect the outputs; the manifest records their hash. */
export const imageSettings = (avif: boolean) => ({ THUMBNAILS, QUALITY, EFFORT, LOWER, avif });

/** Decides which renditions to make of an image. Pure. */
export function planImage(
  facts: ImageFacts,
  options: {
    alpha: boolean;
    avif: boolean;
    empty?: boolean;
    /** Number of different colors, if a palette can have so many; of a gray image, none. */
    colors?: number | undefined;
    contentType?: string | undefined;
  },
): ImagePlan {
  const animated = facts.frames > 1;
  const still = (name: Still, fit: number, progressive = false) =>
    stillRendition(facts, { name, fit, progressive, alpha: options.alpha, colors: options.colors });
  const optimized = still('optimized', MAX_SIDE.jpeg, true);
  const [asWebp, ...smaller] = webpEncodings(facts, 'webp');
  const allFrames: ImageRendition = { ...asWebp, fit: MAX_SIDE.webp, smaller };
  const full = [optimized, allFrames, ...(options.avif ? [avifRendition()] : [])];
  return {
    thumbnails: THUMBNAIL_SIZES.map((size) => still(`thumb_${size}`, THUMBNAILS[size])),
    optimized,
    slow: full.filter((rendition) => rendition !== optimized && !(animated && rendition === allFrames)),
    animation: animated ? allFrames : undefined,
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
  colors: number | undefined;
}

/**
 * PNG where there is alpha, otherwise JPEG; line art (a palette, or up to 16 grays) at its own size
 * stays PNG, in as many colors. An image at the upload's own size and of more bytes gets another
 * encoding: PNG if the upload has lost nothing, otherwise a lower quality, with alpha as WebP.
 */
function stillRendition(
  facts: ImageFacts,
  { name, fit, progressive, alpha, colors }: StillOptions,
): ImageRendition {
  const { header, upload } = facts;
  const scaled = Math.max(facts.width, facts.height) > fit;
  const quality = scaled ? QUALITY.jpeg : Math.min(QUALITY.jpeg, upload.quality ?? QUALITY.jpeg);
  const own =
    upload.bareFormat === 'jpeg' ? [jpegUpload(name)] : upload.bareFormat === 'png' ? [pngUpload(name)] : [];
  const asPng = png(name, upload.colors);
  // A palette is smaller for most images of few colors, and larger for some whose colors are near.
  const asPngs = colors && !upload.colors ? [png(name, colors), asPng] : [asPng];
  const lower = LOWER.jpeg.map((share) => mozjpeg(name, quality * share));
  if (alpha) {
    const asWebp = upload.isLossless ? [] : webpEncodings(facts, name);
    return {
      ...png(name, header.isPalette ? PALETTE : undefined),
      ...{ fit, smaller: [...asPngs, ...own, ...asWebp] },
    };
  }
  const asJpeg = jpeg(name, quality, progressive);
  if (upload.colors && !scaled) return { ...asPng, fit, smaller: [...own, asJpeg] };
  return { ...asJpeg, fit, smaller: upload.isLossless ? [...asPngs, ...own] : [...own, ...lower] };
}

/** From the first to be tried to the smallest. */
function webpEncodings({ upload }: ImageFacts, name: Still | 'webp'): [ImageEncoding, ...ImageEncoding[]] {
  const quality = Math.min(QUALITY.webp, (upload.quality ?? QUALITY.webp) + WEBP_LEAD);
  const own = upload.bareFormat === 'webp' ? [webpUpload(name)] : [];
  const lossy = webp(name, { quality });
  const lossless = webp(name, { lossless: true });
  if (upload.colors) return [lossless, lossy, ...own];
  if (upload.isLossless) return [lossy, lossless, ...own];
  const lower = LOWER.webp.map((share) => webp(name, { quality: Math.max(1, Math.round(quality * share)) }));
  return [lossy, ...own, ...lower];
}

/** WebP's scale of quality: a JPEG of 20 looks like a WebP of 30. */
const WEBP_LEAD = 10;

const avifRendition = (): ImageRendition => ({
  ...avif(1),
  ...{ fit: MAX_SIDE.avif, smaller: LOWER.avif.map(avif), isDispensable: true },
});

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
