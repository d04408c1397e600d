import { type DecoderLimits, openSource } from '../../sharp/hardened-sharp.ts';
import { type Pixels, readPixels } from '../../sharp/pixels.ts';
import { decodeHeic } from '../heic/decode-heic.ts';
import { decodeJpeg } from './decode-jpeg.ts';
import { iccName } from './icc-name.ts';
import { sourceError } from './image-errors.ts';
import type { ImageFacts, ImageSource } from './image-source.ts';

/**
 * Decodes the first frame, whole: nothing is published of a file that turns out to be broken halfway. Every output is then made from these
 * pixels, so the source is decoded once. Throws `CorruptMedia` and its like.
 */
export async function decodeImage(
  source: ImageSource,
  facts: ImageFacts,
  limits: DecoderLimits,
): Promise<Pixels> {
  // What goes wrong there need not be the picture's fault.
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
  // sharp brings 16 bits with a profile into P3 and would leave them there, paler than they are; only a named profile takes them to sRGB.
  const wide = header.depth === 'ushort' && header.icc && iccName(header.icc);
  return readPixels(wide ? image.withIccProfile('srgb') : image);
}
