import type { Metadata } from 'sharp';
import { type DecoderLimits, openSource } from '../../sharp/hardened-sharp.ts';
import { type Pixels, readPixels } from '../../sharp/pixels.ts';
import type { ImageSource, StoredColors } from '../source/image-source.ts';
import { rawTiff } from './raw-tiff.ts';

/** 16 bits per channel take twice the memory. Above this number of pixels, 8 have to do. */
const MAX_DEEP_PIXELS = 40_000_000;

/**
 * Decodes an image whose colors the decoder would pass on unconverted, and converts them to sRGB.
 * An image of 16 bits is converted as such: dark linear light has few values in 8.
 */
export async function decodeColors(
  source: ImageSource,
  { header, colors, limits }: { header: Metadata; colors: StoredColors; limits: DecoderLimits },
): Promise<Pixels> {
  const image = openSource(source, limits, { ignoreIcc: true }).autoOrient();
  const { profile } = colors;
  if (!profile) return readPixels(image);
  const { width, height } = header.autoOrient;
  const deep = header.depth === 'ushort' && width * height <= MAX_DEEP_PIXELS;
  return readPixels(openSource(await withProfile(), limits).withIccProfile('srgb'));

  async function withProfile(): Promise<Buffer> {
    const { data, info } = await image
      .toColorspace(deep ? 'rgb16' : 'srgb')
      .raw({ depth: deep ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { file, pixels } = rawTiff(
      { width: info.width, height: info.height, channels: info.channels === 4 ? 4 : 3, bits: deep ? 16 : 8 },
      profile as Buffer,
    );
    data.copy(pixels);
    return file;
  }
}
