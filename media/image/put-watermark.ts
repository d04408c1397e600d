import type { Sharp } from 'sharp';
import type { ImageOutputProfile } from '../profile/image-output.ts';
import { openPixels } from '../sharp/hardened-sharp.ts';
import type { Pixels } from '../sharp/pixels.ts';
import { placeWatermark } from '../watermark/place-watermark.ts';
import {
  type DecodedWatermark,
  decodeWatermark,
  scaleWatermark,
  type Watermarks,
} from '../watermark/watermark-image.ts';
import { inColor } from './frame-picture.ts';
import type { ImageRendition } from './plan-image.ts';

/** Decodes the watermarks that outputs name, each once. Throws like `decodeWatermark`. */
export async function decodeWatermarks(
  outputs: readonly ImageOutputProfile[],
  watermarks: Watermarks = new Map(),
): Promise<Map<string, DecodedWatermark>> {
  const decoded = new Map<string, DecodedWatermark>();
  for (const name of new Set(outputs.flatMap(({ watermark }) => watermark?.image ?? [])))
    decoded.set(name, await decodeWatermark(name, watermarks));
  return decoded;
}

/**
 * Returns a function that opens the pixels of an output, with its watermark if it has one. The pixels
 * stay as they are: other outputs are scaled from them. A watermark as wide as 100 megapixels takes
 * 380 MB more of memory (2.3 GB with alpha); the usual one, 20 MB.
 */
export async function openMarked(
  pixels: Pixels,
  { output: { watermark }, watermark: image }: ImageRendition,
): Promise<() => Sharp> {
  if (!watermark || !image) return () => openPixels(pixels);
  const placement = placeWatermark(watermark, image.pixels, pixels);
  const { data: input, ...raw } = await scaleWatermark(image, placement, watermark);
  const { left, top } = placement;
  const colored = await inColor(pixels);
  const isOpaque = colored.channels === 3;
  return () => {
    const marked = openPixels(colored).composite([{ input, raw, left, top, limitInputPixels: false }]);
    // The composition adds alpha.
    return isOpaque ? marked.removeAlpha() : marked;
  };
}
