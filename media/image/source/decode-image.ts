import { type DecoderLimits, openSource } from '../../sharp/hardened-sharp.ts';
import { isEmpty, type Pixels, readPixels } from '../../sharp/pixels.ts';
import { decodeColors } from '../color/stored-colors.ts';
import { decodeHeic } from '../heic/decode-heic.ts';
import { iccName } from './icc-name.ts';
import { sourceError } from './image-errors.ts';
import type { ImageFacts, ImageSource } from './image-source.ts';
import { decodeJpeg } from './jpeg/decode-jpeg.ts';

/**
 * Decodes the whole first frame that shows something, so that nothing is published from a file that
 * turns out to be corrupt halfway. Every output but the animation is made from these pixels, so the
 * source is decoded once. Throws `CorruptMedia` and similar errors.
 */
export async function decodeImage(
  source: ImageSource,
  facts: ImageFacts,
  limits: DecoderLimits,
): Promise<Pixels> {
  // Outside the `try`, since not every failure there is caused by the image.
  if (facts.header.compression === 'hevc') return decodeHeic(source, facts, limits);
  const decode = facts.header.format === 'jpeg' ? decodeJpeg : decodeOther;
  const { header, colors } = facts;
  try {
    if (colors) return await decodeColors(source, { header, colors, limits });
    const first = await decode(source, facts, limits);
    if (facts.frames === 1 || !isEmpty(first)) return first;
    return (await decodeShown(source, facts, limits)) ?? first;
  } catch (error) {
    throw sourceError(error, facts.label);
  }
}

function decodeOther(
  source: ImageSource,
  { header, hasSpareChannels }: ImageFacts,
  limits: DecoderLimits,
  page = 0,
): Promise<Pixels> {
  const upright = openSource(source, limits, page ? { page } : {}).autoOrient();
  const image = hasSpareChannels ? upright.removeAlpha() : upright;
  // sharp converts 16 bits with a profile to P3 and would leave them there, looking washed out;
  // only an explicit profile converts them to sRGB.
  const wide = header.depth === 'ushort' && header.icc && iccName(header.icc);
  return readPixels(wide ? image.withIccProfile('srgb') : image);
}

/** Many animations fade in; one that shows nothing for longer than this may stay empty. */
const MAX_EMPTY_FRAMES = 50;
/** Pixels of all frames decoded at once: 4 bytes each. */
const MAX_PIXELS_AT_ONCE = 40_000_000;

/** Decodes the first frame with a pixel that is not transparent; undefined if there is none early. */
async function decodeShown(
  source: ImageSource,
  facts: ImageFacts,
  limits: DecoderLimits,
): Promise<Pixels | undefined> {
  const area = facts.width * facts.height;
  const pages = Math.min(facts.frames, MAX_EMPTY_FRAMES, Math.floor(MAX_PIXELS_AT_ONCE / area));
  if (pages < 2) return undefined;
  const all = await readPixels(openSource(source, limits, { pages }));
  const bytes = area * all.channels;
  for (let page = 1; page < pages; page++) {
    const data = all.data.subarray(page * bytes, (page + 1) * bytes);
    if (!isEmpty({ ...all, data })) return decodeOther(source, facts, limits, page);
  }
  return undefined;
}
