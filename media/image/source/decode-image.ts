import { type DecoderLimits, openSource } from '../../sharp/hardened-sharp.ts';
import { type Pixels, readPixels } from '../../sharp/pixels.ts';
import { decodeHeic } from '../heic/decode-heic.ts';
import { decodeJpeg } from './decode-jpeg.ts';
import { iccName } from './icc-name.ts';
import { sourceError } from './image-errors.ts';
import type { ImageFacts, ImageSource } from './image-source.ts';

/**
 * Decodes the whole first frame, so that nothing is published from a file that turns out to be
 * corrupt halfway. Every output is made from these pixels, so the source is decoded once. Throws
 * `CorruptMedia` and similar errors.
 */
export async function decodeImage(
  source: ImageSource,
  facts: ImageFacts,
  limits: DecoderLimits,
): Promise<Pixels> {
  // Outside the `try`, since not every failure there is caused by the image.
  if (facts.header.compression === 'hevc') return decodeHeic(source, facts, limits);
  const decode = facts.header.format === 'jpeg' ? decodeJpeg : decodeOther;
  try {
    return await decode(source, facts, limits);
  } catch (error) {
    throw sourceError(error, facts.label);
  }
}

function decodeOther(source: ImageSource, { header }: ImageFacts, limits: DecoderLimits): Promise<Pixels> {
  const image = openSource(source, limits).autoOrient();
  // sharp converts 16 bits with a profile to P3 and would leave them there, looking washed out;
  // only an explicit profile converts them to sRGB.
  const wide = header.depth === 'ushort' && header.icc && iccName(header.icc);
  return readPixels(wide ? image.withIccProfile('srgb') : image);
}
