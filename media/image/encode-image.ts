import type { Output } from '../output.ts';
import { type DecoderLimits, openPixels, openSource } from '../sharp/hardened-sharp.ts';
import { type Pixels, readPixels } from '../sharp/pixels.ts';
import type { ImageRendition } from './plan-image.ts';
import { encoderError, sourceError } from './source/image-errors.ts';
import type { ImageFacts, ImageSource } from './source/image-source.ts';

/**
 * Encodes pixels, first scaled down if they exceed the rendition's size. sharp writes no metadata
 * by default.
 */
export async function encodeImage(
  pixels: Pixels,
  { name, contentType, fit, encode }: ImageRendition,
): Promise<Output> {
  try {
    const image = openPixels(await shrinkTo(fit, pixels));
    const { data, info } = await encode(image).toBuffer({ resolveWithObject: true });
    return { name, contentType, body: data, facts: { width: info.width, height: info.height } };
  } catch (error) {
    throw encoderError(error, name);
  }
}

/** Scales pixels down to fit a square; returns them unchanged if they fit already. */
export async function shrinkTo(side: number, pixels: Pixels): Promise<Pixels> {
  if (Math.max(pixels.width, pixels.height) <= side) return pixels;
  return readPixels(openPixels(pixels).resize(side, side, { fit: 'inside' }));
}

/**
 * Encodes every frame straight from the source. Frames are decoded as the encoder requests them,
 * never all held in memory at once.
 */
export async function encodeAnimation(
  source: ImageSource,
  { name, contentType, fit, encode }: ImageRendition,
  facts: ImageFacts,
  limits: DecoderLimits,
): Promise<Output> {
  const image = openSource(source, limits, { animated: true });
  const fitting =
    Math.max(facts.width, facts.height) > fit ? image.resize(fit, fit, { fit: 'inside' }) : image;
  try {
    const { data, info } = await encode(fitting).toBuffer({ resolveWithObject: true });
    const height = info.pageHeight ?? info.height;
    return { name, contentType, body: data, facts: { width: info.width, height, frames: facts.frames } };
  } catch (error) {
    throw sourceError(error, facts.label);
  }
}
