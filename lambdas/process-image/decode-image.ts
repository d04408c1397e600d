import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { type DecoderLimits, openSource } from './hardened-sharp.ts';
import { iccName } from './icc-name.ts';
import { corrupt, sourceError } from './image-errors.ts';
import type { ImageFacts, ImageSource } from './inspect-image.ts';

/** Decoded pixels in sRGB, 8 bits a channel, upright. */
export interface Pixels {
  data: Buffer;
  width: number;
  height: number;
  channels: 1 | 2 | 3 | 4;
}

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
  try {
    return await decode(source, facts, limits);
  } catch (error) {
    throw sourceError(error, facts.label);
  }
}

const decodeOther = (source: ImageSource, facts: ImageFacts, limits: DecoderLimits) =>
  toPixels(openSource(source, limits), facts);

const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);
const CUT_OFF = /premature end of JPEG image/i;
// libjpeg warns of lost picture data and of oddities in one tone. Lost are data that end early and codes that mean nothing; bytes between
// segments, SOS parameters (Samsung), JFIF versions and colour transforms are oddities that every browser shows without a word.
const LOST_DATA = /^VipsJpeg: (Corrupt JPEG data: (?!\d+ extraneous).*)/m;

/**
 * libjpeg fills what is missing with grey and carries on. Measured on real and broken files: `failOn: 'warning'` refuses the oddities, and
 * misses damage near the end; 'error' and 'truncated' accept a download whose second half is zeros. So warnings are read, and those that
 * stand for lost data are errors. A file that only lacks its end marker has all its pixels: with one appended, nothing is lost.
 */
async function decodeJpeg(source: ImageSource, facts: ImageFacts, limits: DecoderLimits): Promise<Pixels> {
  try {
    return await alone(() => decodeWithoutLoss(source, facts, limits));
  } catch (error) {
    // Cut between two of its scans, a progressive file would pass as whole: the end marker is all that tells.
    if (facts.header.isProgressive || !(error instanceof Error && CUT_OFF.test(error.message))) throw error;
    const bytes = typeof source === 'string' ? await readFile(source) : source;
    return alone(() => decodeWithoutLoss(Buffer.concat([bytes, END_OF_IMAGE]), facts, limits));
  }
}

async function decodeWithoutLoss(
  source: ImageSource,
  facts: ImageFacts,
  limits: DecoderLimits,
): Promise<Pixels> {
  const warnings: string[] = [];
  const image = openSource(source, limits).on('warning', (warning: string) => warnings.push(warning));
  const pixels = await toPixels(image, facts);
  const lost = warnings.map((warning) => LOST_DATA.exec(warning)?.[1]).find(Boolean);
  if (lost) throw corrupt(facts.label, lost);
  return pixels;
}

let previous: Promise<unknown> = Promise.resolve();

/** Runs one piece of work after the other: libvips queues warnings for the whole process, and the local run has many images in one. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const turn = previous.then(work);
  previous = turn.catch(() => undefined);
  return turn;
}

async function toPixels(image: Sharp, { header }: ImageFacts): Promise<Pixels> {
  let upright = image.autoOrient();
  // sharp brings 16 bits into P3 and would leave them there, paler than they are; only an explicit profile takes them to sRGB.
  if (header.depth === 'ushort' && header.icc && iccName(header.icc))
    upright = upright.withIccProfile('srgb');
  const { data, info } = await upright.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels as Pixels['channels'] };
}

/** Decoded pixels as an input to sharp, without a copy. */
export function openPixels({ data, ...raw }: Pixels): Sharp {
  return sharp(data, { raw, limitInputPixels: false });
}
