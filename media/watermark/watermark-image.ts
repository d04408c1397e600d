import { MediaError } from '../../base/errors.ts';
import { sourceError } from '../image/source/image-errors.ts';
import type { WatermarkProfile } from '../profile/watermark.ts';
import { openPixels, openSource } from '../sharp/hardened-sharp.ts';
import { type Pixels, readPixels } from '../sharp/pixels.ts';
import type { Placement } from './place-watermark.ts';
import { MAX_WATERMARK_SIDE, pngFacts } from './png-facts.ts';

/** Image of a tenant, as it is stored. */
export interface WatermarkImage {
  sha256: string;
  png: Buffer;
}

/** Images by the names that a profile has for them. */
export type Watermarks = ReadonlyMap<string, WatermarkImage>;

export interface DecodedWatermark {
  sha256: string;
  /** With alpha. */
  pixels: Pixels;
}

const LIMITS = { maxPixels: MAX_WATERMARK_SIDE ** 2 };

/**
 * Decodes the watermark that a profile names. Throws `InvalidConfiguration` if it is not there, or is
 * no whole PNG: the upload is not at fault.
 */
export async function decodeWatermark(name: string, watermarks: Watermarks): Promise<DecodedWatermark> {
  const image = watermarks.get(name);
  if (!image)
    throw new MediaError('InvalidConfiguration', `Expected the image of the watermark ${name}, got none.`);
  const { sha256, png } = image;
  try {
    pngFacts(png);
    const opened = openSource(png, LIMITS);
    const { depth, icc } = await opened.clone().metadata();
    const image = opened.toColourspace('srgb').ensureAlpha();
    // As for uploads (decode-image.ts): 16 bits with a profile would stay in P3.
    return {
      sha256,
      pixels: await readPixels(depth === 'ushort' && icc ? image.withIccProfile('srgb') : image),
    };
  } catch (error) {
    const { name: reason, category, message } = sourceError(error, 'PNG');
    if (category !== 'processing') throw sourceError(error, `watermark ${name}`);
    throw new MediaError(
      'InvalidConfiguration',
      `The watermark ${name} cannot be used (${reason}): ${message}`,
      {
        cause: error,
      },
    );
  }
}

/** Scales a watermark to its place and applies its opacity. */
export async function scaleWatermark(
  { pixels }: DecodedWatermark,
  { width, height }: Placement,
  { opacity }: Pick<WatermarkProfile, 'opacity'>,
): Promise<Pixels> {
  const scaled = await readPixels(openPixels(pixels).resize(width, height, { fit: 'fill' }));
  const { data, channels } = scaled;
  for (let at = channels - 1; opacity < 1 && at < data.length; at += channels)
    data[at] = Math.round((data[at] ?? 0) * opacity);
  return scaled;
}
