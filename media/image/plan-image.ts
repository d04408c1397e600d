import type { Recipe } from '../output.ts';
import type { ImageFormat, ImageOutputProfile } from '../profile/image-output.ts';
import type { DecodedWatermark } from '../watermark/watermark-image.ts';
import { chooseEncodings } from './choose-encodings.ts';
import type { Point } from './cover-point.ts';
import type { ImageEncoding } from './encodings.ts';
import { type Frame, isReframed } from './frame-picture.ts';
import { imageRecipe, isFocal, isScaled, isSlow, wantedOutputs } from './image-recipes.ts';
import type { ImageFacts } from './source/image-source.ts';

/** One image to produce. */
export interface ImageRendition extends ImageEncoding {
  output: ImageOutputProfile;
  frame: Frame;
  watermark: DecodedWatermark | undefined;
  recipe: Recipe;
  /**
   * Tried in turn while the image has the upload's size and more bytes than it; the smallest is
   * kept.
   */
  smaller: readonly ImageEncoding[];
}

export interface ImagePlan {
  /** Largest first: each is scaled from the pixels of the previous one. */
  scaled: ImageRendition[];
  /** Made of the source's own pixels. */
  others: ImageRendition[];
  /** Renditions whose encoders take many times longer. */
  slow: ImageRendition[];
  /** All frames; the other renditions show the first. */
  animations: ImageRendition[];
  /** Differences between source and outputs, for human readers. */
  degraded: string[];
}

export interface PlanOptions {
  outputs: readonly ImageOutputProfile[];
  alpha: boolean;
  avif: boolean;
  empty?: boolean;
  /** Number of different colors, if a palette can have so many; of a gray image, none. */
  colors?: number | undefined;
  contentType?: string | undefined;
  /** By the names that outputs have for them. */
  watermarks?: ReadonlyMap<string, DecodedWatermark>;
  /** Of the upload, for the gravity `focal`. */
  focalPoint?: Point | undefined;
}

/**
 * Longest side that a format supports: JPEG's header, WebP's bitstream, the AVIF encoder. PNG's is
 * beyond every pixel limit.
 */
const MAX_SIDE: Readonly<Record<ImageFormat, number>> = {
  ...{ auto: 65_535, jpeg: 65_535, png: 65_535 },
  ...{ webp: 16_383, avif: 16_384 },
};

/** Decides which renditions to make of an image. Pure. */
export function planImage(facts: ImageFacts, options: PlanOptions): ImagePlan {
  const renditions = wantedOutputs(options.outputs, options).map((output) => ({
    ...renditionOf(output, facts, options),
    recipe: imageRecipe(output, options),
  }));
  const isAnimation = ({ output }: ImageRendition) => facts.frames > 1 && output.frames === 'all';
  const still = renditions.filter((rendition) => !isAnimation(rendition));
  const quick = still.filter((rendition) => !isSlow(rendition.output));
  return {
    scaled: quick.filter(({ output }) => isScaled(output)).sort((a, b) => b.frame.width - a.frame.width),
    others: quick.filter((rendition) => !isScaled(rendition.output)),
    slow: still.filter(({ output }) => isSlow(output)),
    animations: renditions.filter(isAnimation),
    degraded: [
      ...facts.doubts,
      ...(options.empty ? ['The picture is wholly transparent.'] : []),
      ...(facts.hasSpareChannels ? ['Only the color channels are rendered.'] : []),
      ...notRendered(facts, options.contentType),
      ...renditions.flatMap((rendition) => scaledDown(facts, rendition)),
    ],
  };
}

function renditionOf(
  output: ImageOutputProfile,
  facts: ImageFacts,
  options: PlanOptions,
): Omit<ImageRendition, 'recipe'> {
  const { format, width, height, fit, gravity, background } = output;
  const most = MAX_SIDE[format];
  const frame = {
    ...{ width: width ?? most, height: height ?? most, fit, gravity, background },
    ...(isFocal(output) && options.focalPoint && { focalPoint: options.focalPoint }),
  };
  const watermark = output.watermark && options.watermarks?.get(output.watermark.image);
  const [first, ...smaller] = chooseEncodings(output, watermark ? withMoreColors(facts) : facts, {
    ...options,
    ...(watermark && { colors: undefined }),
    isReframed: isReframed(facts, frame),
  });
  // The upload's own data have no background.
  const isSettled = output.ifLarger === 'keep' || (fit === 'contain' && options.alpha);
  return { ...first, output, frame, watermark, smaller: isSettled ? [] : smaller };
}

/** What a watermark leaves true of an upload: neither its own data nor its few colors show the watermark. */
function withMoreColors(facts: ImageFacts): ImageFacts {
  const { colors: _colors, bareFormat: _bareFormat, ...upload } = facts.upload;
  return { ...facts, header: { ...facts.header, isPalette: false }, upload };
}

function notRendered({ label, otherPages }: ImageFacts, contentType: string | undefined): string[] {
  if (contentType === 'image/apng') return ['The PNG is animated; only its first frame is rendered.'];
  if (label === 'HEIC' && otherPages > 0) return [`Only the primary image of ${otherPages + 1} is rendered.`];
  return otherPages > 0 ? [`Only the first of ${otherPages + 1} pages is rendered.`] : [];
}

function scaledDown({ width, height }: ImageFacts, { name, output }: ImageRendition): string[] {
  const most = MAX_SIDE[output.format];
  return output.width === undefined && output.height === undefined && Math.max(width, height) > most
    ? [`${name} is scaled down to ${most} pixels, the maximum of its format.`]
    : [];
}
