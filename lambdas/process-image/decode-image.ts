import { decodeJpeg } from './decode-jpeg.ts';
import { type DecoderLimits, type Decoding, openSource } from './hardened-sharp.ts';
import { iccName } from './icc-name.ts';
import { sourceError } from './image-errors.ts';
import type { ImageFacts, ImageSource } from './inspect-image.ts';
import { type Pixels, readPixels } from './pixels.ts';

/**
 * Decodes the first frame, whole: nothing is published of a file that turns out to be broken halfway. Every output is then made from these
 * pixels, so the source is decoded once. Throws `CorruptMedia` and its like.
 */
export async function decodeImage(
  source: ImageSource,
  facts: ImageFacts,
  limits: DecoderLimits,
): Promise<Pixels> {
  const decode = facts.header.format === 'jpeg' ? decodeJpeg : decodeOther;
  return evenWithoutProfile(facts, limits, (decoding) => decode(source, facts, decoding));
}

/** Runs a decoder, and once more without the colour profile if it fails: browsers show a picture whose profile is broken, too. */
export async function evenWithoutProfile<T>(
  { header, label }: ImageFacts,
  limits: DecoderLimits,
  decode: (decoding: Decoding) => Promise<T>,
): Promise<T> {
  try {
    return await decode({ ...limits, ignoreIcc: false });
  } catch (error) {
    const named = sourceError(error, label);
    if (!header.icc || named.name !== 'CorruptMedia') throw named;
  }
  try {
    return await decode({ ...limits, ignoreIcc: true });
  } catch (error) {
    throw sourceError(error, label);
  }
}

function decodeOther(source: ImageSource, { header }: ImageFacts, decoding: Decoding): Promise<Pixels> {
  const image = openSource(source, decoding).autoOrient();
  // sharp brings 16 bits with a profile into P3 and would leave them there, paler than they are; only a named profile takes them to sRGB.
  const wide = header.depth === 'ushort' && header.icc && iccName(header.icc) && !decoding.ignoreIcc;
  return readPixels(wide ? image.withIccProfile('srgb') : image);
}
