import { availableParallelism } from 'node:os';
import sharp, { type Metadata, type Sharp, type SharpInput, type SharpOptions } from 'sharp';
import type { Pixels } from './pixels.ts';

// Only these decoders are reachable, whatever a file claims to be; libvips would also open SVG, its
// own format and more. This adds to VIPS_BLOCK_UNTRUSTED=1 in the function's environment, and
// applies to the whole process.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpeg',
    'VipsForeignLoadPng',
    'VipsForeignLoadWebp',
    'VipsForeignLoadNsgif',
    'VipsForeignLoadHeif',
    'VipsForeignLoadTiff',
  ],
});
// Each image is processed once: a cache would only retain memory between invocations of a warm
// Lambda.
sharp.cache(false);

/**
 * Timeout of a decoder in seconds. 150 megapixels take about 12 s on one slow core, so anything
 * slower is a decompression bomb.
 */
const DECODER_SECONDS = 120;

export interface DecoderLimits {
  maxPixels: number;
}

/**
 * Opens untrusted input. `failOn: 'error'` rejects corrupt and truncated data in every format but
 * tolerates warnings, which files from real cameras cause (sharp's default rejects those). For JPEG
 * this is too lenient, so decode-jpeg.ts adds checks.
 */
export function openSource(
  source: SharpInput,
  { maxPixels }: DecoderLimits,
  options: SharpOptions = {},
): Sharp {
  return sharp(source, { failOn: 'error', limitInputPixels: maxPixels, ...options }).timeout({
    seconds: DECODER_SECONDS,
  });
}

/** Opens pixels decoded in this process, without copying them. */
export function openPixels({ data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
}

/**
 * Joins encoded pictures of one size to an animation, to be encoded as WebP. Delays in ms, and how
 * often to loop (0: forever).
 */
export function joinFrames(frames: Buffer[], { delay, loop }: Pick<Metadata, 'delay' | 'loop'>): Sharp {
  const joined = sharp(frames, { join: { animated: true }, limitInputPixels: false });
  return joined.webp({ ...(delay && { delay }), ...(loop !== undefined && { loop }) });
}

/**
 * Sets the number of threads per libvips pipeline and returns how many pipelines are worth running
 * concurrently.
 */
export function useThreads(concurrency: number): number {
  const cores = concurrency || availableParallelism();
  sharp.concurrency(cores);
  return cores;
}

export const toolVersions = { sharp: sharp.versions.sharp, libvips: sharp.versions.vips };
