import { availableParallelism } from 'node:os';
import sharp, { type Sharp, type SharpInput, type SharpOptions } from 'sharp';
import type { Pixels } from './pixels.ts';

// No decoder but these is ever reachable, whatever a file claims to be: libvips would also open SVG, its own format and more. This is on
// top of VIPS_BLOCK_UNTRUSTED=1, which the function's environment sets. It holds for the whole process.
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
// Each image is processed once: a cache would only hold on to memory between the invocations of a warm Lambda.
sharp.cache(false);

/** Seconds after which a decoder gives up: 150 megapixels need about 12 on one slow core, so this is somebody's bomb. */
const DECODER_SECONDS = 120;

export interface DecoderLimits {
  maxPixels: number;
}

/**
 * Opens untrusted input. `failOn: 'error'` refuses broken and truncated data of every format and lets warnings pass, which real cameras'
 * files give (sharp's default does not). Where that lets too much pass, in JPEG, decode-jpeg.ts looks closer.
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

/** Opens pixels that were decoded here, without a copy. */
export function openPixels({ data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
}

/** Sets the threads that one libvips pipeline uses; gives how many pipelines are worth running at once. */
export function useThreads(concurrency: number): number {
  const cores = concurrency || availableParallelism();
  sharp.concurrency(cores);
  return cores;
}

export const toolVersions = { sharp: sharp.versions.sharp, libvips: sharp.versions.vips };
