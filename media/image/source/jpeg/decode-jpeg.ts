import { readFile } from 'node:fs/promises';
import type { SharpOptions } from 'sharp';
import { type DecoderLimits, openSource } from '../../../sharp/hardened-sharp.ts';
import { type Pixels, readPixels } from '../../../sharp/pixels.ts';
import { corrupt, NO_REASON } from '../image-errors.ts';
import type { ImageFacts, ImageSource } from '../image-source.ts';

// libjpeg uses the same kind of warning for lost image data and for harmless oddities. Data that
// ends early or contains invalid codes means loss; browsers display the oddities without complaint
// (the SOS parameters are Samsung's).
const LOST_DATA = /^VipsJpeg: (Corrupt JPEG data: (?!\d+ extraneous).*)/m;
const ODDITY =
  /\d+ extraneous bytes before marker|Invalid SOS parameters|unknown JFIF|Unknown Adobe color|Inconsistent progression/;
const CUT_OFF = /premature end of JPEG image/i;
const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);
/** Coded data; a 0xff before the zero is a byte of data, not the start of a marker. */
const FILLER = Buffer.concat([Buffer.alloc(1), Buffer.alloc(255, 0x55)]);

/**
 * Decodes a JPEG and throws if image data is lost. libjpeg fills missing data with gray and
 * continues. Measured on real and corrupt files: sharp's `failOn: 'error'` and 'truncated' accept
 * an image whose second half is lost; 'warning' also rejects oddities, and misses a loss in the
 * last rows. So a warning fails the first attempt, and the second attempt tolerates oddities. A
 * file that only lacks its end marker (EOI) has all its pixels: with one appended, nothing is lost.
 */
export async function decodeJpeg(
  source: ImageSource,
  facts: ImageFacts,
  limits: DecoderLimits,
): Promise<Pixels> {
  const decode = (from: ImageSource, failOn: SharpOptions['failOn']) =>
    alone(() => decodeWithoutLoss(from, facts, limits, failOn));
  try {
    return await legible(() => decode(source, 'warning'));
  } catch (error) {
    const complaint = messageOf(error);
    const lost = LOST_DATA.exec(complaint)?.[1];
    if (lost) throw corrupt(facts.label, lost, { cause: error });
    if (ODDITY.test(complaint)) return legible(() => decode(source, 'error'));
    // A progressive file truncated between two scans would pass as complete: only the missing end
    // marker reveals it.
    if (!CUT_OFF.test(complaint) || facts.header.isProgressive) throw error;
    const bytes = typeof source === 'string' ? await readFile(source) : source;
    const pixels = await legible(() => decode(Buffer.concat([bytes, END_OF_IMAGE]), 'warning'));
    // The warning about a loss in the last rows may have been cleared (see `alone`). Bytes behind
    // complete data change no pixel; where data is missing, they are decoded in its place.
    const filled = await legible(() => decode(Buffer.concat([bytes, FILLER, END_OF_IMAGE]), 'error'));
    if (!filled.data.equals(pixels.data)) throw corrupt(facts.label, 'its last rows are missing');
    return pixels;
  }
}

/**
 * Retries if the decoder fails without a reason: libvips has one error buffer per process, and
 * another image's completion clears it.
 */
async function legible<T>(decode: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await decode();
    } catch (error) {
      if (attempt === 5 || !NO_REASON.test(messageOf(error))) throw error;
    }
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : '');

async function decodeWithoutLoss(
  source: ImageSource,
  { label }: ImageFacts,
  limits: DecoderLimits,
  failOn: SharpOptions['failOn'],
): Promise<Pixels> {
  const warnings: string[] = [];
  const image = openSource(source, limits, { failOn }).on('warning', (text: string) => warnings.push(text));
  const pixels = await readPixels(image.autoOrient());
  const lost = warnings.map((warning) => LOST_DATA.exec(warning)?.[1]).find(Boolean);
  if (lost) throw corrupt(label, lost);
  return pixels;
}

let previous: Promise<unknown> = Promise.resolve();

/**
 * Runs one decoder at a time: libvips collects warnings for the whole process, and a local run
 * processes many images in one. So no decode sees another's warnings. An encoder that finishes can
 * still clear one: that of a loss in the last 8 rows.
 */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const turn = previous.then(work);
  previous = turn.catch(() => undefined);
  return turn;
}
