import { openOutbox } from '../outbox.ts';
import type { Closing, Emit } from '../output.ts';
import { toolVersions, useThreads } from '../sharp/hardened-sharp.ts';
import { isTransparent, type Pixels } from '../sharp/pixels.ts';
import { encodeAnimation, encodeImage, shrinkTo } from './encode-image.ts';
import { libheifVersion } from './heic/decode-heic.ts';
import { imageSettings, planImage } from './plan-image.ts';
import { type Preview, previewOf } from './preview.ts';
import { decodeImage } from './source/decode-image.ts';
import { describeImage } from './source/image-metadata.ts';
import type { ImageFacts, ImageLimits, ImageSource } from './source/image-source.ts';
import { inspectImage } from './source/inspect-image.ts';

export interface ImageOptions extends ImageLimits {
  /** Media type by magic bytes, where somebody has looked. */
  contentType?: string;
  avif: boolean;
  /** Threads; 0: one per core. */
  concurrency: number;
}

/**
 * Pixels up to which the slow encoders run beside the quick ones. Together they take 15 bytes a pixel, in turn 10: 100 megapixels peak at
 * 1,450 MiB or 990. With alpha it is 20 either way, since WebP packs that without loss. So 3 GB hold the largest image that is let in.
 */
const MAX_TOGETHER = 50_000_000;
/** An image has fewer outputs than this, and they are small. */
const UPLOADS = 8;

/**
 * Makes all pictures of one image and hands each to `emit` as soon as it is ready, while others are still being made; nothing is emitted
 * before the whole source has been decoded. Returns what closes the publication. Throws `MediaError`s where the image is at fault.
 */
export async function renderImage(source: ImageSource, options: ImageOptions, emit: Emit): Promise<Closing> {
  const cores = useThreads(options.concurrency);
  const facts = await inspectImage(source, options, options.contentType);
  const pixels = await decodeImage(source, facts, options);
  const plan = planImage(facts, { ...options, alpha: hasAlpha(facts, pixels) });
  const animation = plan.animation && (await encodeAnimation(source, plan.animation, facts, options));

  const outbox = openOutbox(emit, { atOnce: UPLOADS });
  const quick = async (): Promise<Preview> => {
    let smaller = pixels;
    for (const rendition of plan.thumbnails) {
      smaller = await shrinkTo(rendition.fit, smaller);
      outbox.send(await encodeImage(smaller, rendition));
    }
    outbox.send(await encodeImage(pixels, plan.optimized));
    return previewOf(smaller);
  };
  const slow = async (): Promise<void> => {
    for (const rendition of plan.slow) outbox.send(await encodeImage(pixels, rendition));
  };

  try {
    if (animation) outbox.send(animation);
    // libvips encodes each picture on one thread: a second core is of use to a second picture only.
    const together = cores > 1 && pixels.width * pixels.height <= MAX_TOGETHER;
    const [preview] = together ? await waitForAll([quick(), slow()]) : [await quick(), await slow()];
    await outbox.delivered();
    return {
      metadata: describeImage(facts, preview),
      degraded: plan.degraded,
      tools: facts.label === 'HEIC' ? { ...toolVersions, libheif: libheifVersion } : toolVersions,
      settings: imageSettings(options.avif),
    };
  } finally {
    await outbox.stopped();
  }
}

/** An animation claims transparency whenever its frames are stored as differences; its first frame mostly has none. */
function hasAlpha({ header, frames }: ImageFacts, pixels: Pixels): boolean {
  return header.format === 'gif' || frames > 1 ? isTransparent(pixels) : header.hasAlpha;
}

/** Waits for all and then throws the first failure: nothing of one image may still run when the next begins. */
async function waitForAll<const Work extends readonly Promise<unknown>[]>(work: Work) {
  await Promise.allSettled(work);
  return Promise.all(work);
}
