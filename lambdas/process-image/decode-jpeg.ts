import { readFile } from 'node:fs/promises';
import { type Decoding, openSource } from './hardened-sharp.ts';
import { corrupt } from './image-errors.ts';
import type { ImageFacts, ImageSource } from './inspect-image.ts';
import { type Pixels, readPixels } from './pixels.ts';

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
export async function decodeJpeg(
  source: ImageSource,
  facts: ImageFacts,
  decoding: Decoding,
): Promise<Pixels> {
  try {
    return await alone(() => decodeWithoutLoss(source, facts, decoding));
  } catch (error) {
    // Cut between two of its scans, a progressive file would pass as whole: the end marker is all that tells.
    if (facts.header.isProgressive || !(error instanceof Error && CUT_OFF.test(error.message))) throw error;
    const bytes = typeof source === 'string' ? await readFile(source) : source;
    return alone(() => decodeWithoutLoss(Buffer.concat([bytes, END_OF_IMAGE]), facts, decoding));
  }
}

async function decodeWithoutLoss(
  source: ImageSource,
  { label }: ImageFacts,
  decoding: Decoding,
): Promise<Pixels> {
  const warnings: string[] = [];
  const image = openSource(source, decoding).on('warning', (warning: string) => warnings.push(warning));
  const pixels = await readPixels(image.autoOrient());
  const lost = warnings.map((warning) => LOST_DATA.exec(warning)?.[1]).find(Boolean);
  if (lost) throw corrupt(label, lost);
  return pixels;
}

let previous: Promise<unknown> = Promise.resolve();

/** Runs one piece of work after the other: libvips queues warnings for the whole process, and the local run has many images in one. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const turn = previous.then(work);
  previous = turn.catch(() => undefined);
  return turn;
}
