import { withoutExtension } from '../../base/file-name.ts';
import { openOutbox } from '../outbox.ts';
import type { Closing, EarlierOutputs, Emit } from '../output.ts';
import type { ImageOutputProfile } from '../profile/image-output.ts';
import { toolVersions, useThreads } from '../sharp/hardened-sharp.ts';
import { countColors, isEmpty, isTransparent, type Pixels } from '../sharp/pixels.ts';
import type { Watermarks } from '../watermark/watermark-image.ts';
import { PALETTE } from './choose-encodings.ts';
import type { Point } from './cover-point.ts';
import { encodeAnimation } from './encode-animation.ts';
import { encodeImage, type ImageOutput, isLarger } from './encode-image.ts';
import { framePicture } from './frame-picture.ts';
import { libheifVersion } from './heic/decode-heic.ts';
import { imageMetadata, imageRecipes } from './image-recipes.ts';
import { type ImageRendition, planImage } from './plan-image.ts';
import { type Preview, previewOf } from './preview.ts';
import { decodeWatermarks } from './put-watermark.ts';
import { decodeImage } from './source/decode-image.ts';
import { describeImage } from './source/image-metadata.ts';
import type { ImageFacts, ImageLimits, ImageSource } from './source/image-source.ts';
import { inspectImage } from './source/inspect-image.ts';

export interface ImageOptions extends ImageLimits {
  outputs: readonly ImageOutputProfile[];
  /** Images of those that outputs name. */
  watermarks?: Watermarks;
  /** Media type detected from magic bytes, if known. */
  contentType?: string;
  avif: boolean;
  /** What matters in it, for the gravity `focal`. */
  focalPoint?: Point | undefined;
  /** Threads; 0 for one per core. */
  concurrency: number;
  earlier?: EarlierOutputs;
}

/**
 * Maximum number of pixels for which the slow encoders run in parallel with the fast ones. In
 * parallel they take 15 bytes per pixel, in sequence 10: 100 megapixels peak at 1,450 MiB or 990.
 * With alpha it is 20 either way, since WebP encodes alpha losslessly. So 3 GB are enough for the
 * largest image allowed.
 */
const MAX_TOGETHER = 50_000_000;
/** Size of what the preview is made of, where no output is as small. */
const PREVIEW = { fit: 'inside', width: 400, height: 400, gravity: 'center', background: '#ffffff' } as const;
/** Number of outputs uploaded at once, all of which are small. */
const UPLOADS = 8;

/**
 * Makes all renditions of one image. Passes each to `emit` as soon as it is ready, while others are
 * still being made; emits nothing before the whole source has been decoded. Returns the closing for
 * the manifest. Throws a `MediaError` if the image is at fault.
 */
export async function renderImage(
  original: ImageSource,
  options: ImageOptions,
  emit: Emit,
): Promise<Closing> {
  const cores = useThreads(options.concurrency);
  const { source, facts } = await inspectImage(original, options, options.contentType);
  const pixels = await decodeImage(source, facts, options);
  const upload = { source: original, facts };
  const watermarks = await decodeWatermarks(options.outputs, options.watermarks);
  const plan = planImage(facts, {
    ...{ watermarks, outputs: options.outputs, avif: options.avif, contentType: options.contentType },
    focalPoint: options.focalPoint,
    ...{
      alpha: hasAlpha(facts, pixels),
      empty: isEmpty(pixels),
      colors: countColors(pixels, PALETTE),
    },
  });
  const leftOut: string[] = [];
  const omit = (name: string) => leftOut.push(`${name} is left out: it would be larger than the upload.`);
  const isTaken = ({ recipe, output, name }: ImageRendition) => {
    const taken = options.earlier?.takeOver([recipe], (file) => withoutExtension(file) === output.name);
    if (taken?.length === 0 && output.ifLarger === 'omit') omit(name);
    return taken !== undefined;
  };
  const animations: ImageOutput[] = [];
  for (const rendition of plan.animations)
    if (!isTaken(rendition)) animations.push(await encodeAnimation(source, rendition, upload, options));

  const outbox = openOutbox(emit, { atOnce: UPLOADS });
  const deliver = async (from: Pixels, rendition: ImageRendition) => {
    if (isTaken(rendition)) return;
    const output = await encodeImage(from, rendition, upload);
    if (rendition.output.ifLarger === 'omit' && isLarger(output, facts)) omit(output.name);
    else outbox.send(output);
  };
  const quick = async (): Promise<Preview> => {
    let smaller = pixels;
    for (const rendition of plan.scaled) {
      smaller = await framePicture(smaller, rendition.frame);
      await deliver(smaller, rendition);
    }
    for (const rendition of plan.others) await deliver(pixels, rendition);
    return previewOf(await framePicture(smaller, PREVIEW));
  };
  const slow = async (): Promise<void> => {
    for (const rendition of plan.slow) await deliver(pixels, rendition);
  };

  try {
    for (const animation of animations) outbox.send(animation);
    // libvips encodes each image on one thread: a second core only helps with a second image.
    const together = cores > 1 && pixels.width * pixels.height <= MAX_TOGETHER;
    const [preview] = together ? await waitForAll([quick(), slow()]) : [await quick(), await slow()];
    await outbox.delivered();
    return {
      metadata: describeImage(facts, preview),
      metadataDefinition: imageMetadata(options.outputs),
      degraded: [...plan.degraded, ...leftOut],
      tools: facts.label === 'HEIC' ? { ...toolVersions, libheif: libheifVersion } : toolVersions,
      planned: imageRecipes(options),
    };
  } finally {
    await outbox.stopped();
  }
}

/**
 * Returns true if the image needs alpha. An animation declares transparency whenever its frames are
 * stored as differences; its first frame usually has none.
 */
function hasAlpha({ header, frames }: ImageFacts, pixels: Pixels): boolean {
  return header.format === 'gif' || frames > 1 ? isTransparent(pixels) : header.hasAlpha;
}

/**
 * Waits for all and then throws the first failure: no work on one image may still run when the next
 * starts.
 */
async function waitForAll<const Work extends readonly Promise<unknown>[]>(work: Work) {
  await Promise.allSettled(work);
  return Promise.all(work);
}
