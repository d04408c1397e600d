import { MediaError } from '../../../../base/errors.ts';
import type { ReadAt } from '../../../../base/read-at.ts';
import { topBoxes } from './heif-boxes.ts';
import { showAll } from './heif-crop.ts';
import { type HeifMeta, readHeifMeta } from './heif-meta.ts';

/** Brands that libvips opens: vips_foreign_load_heif_is_a. */
const OPENED_BRANDS = ['heic', 'heix', 'hevc', 'heim', 'heis', 'hevm', 'hevs', 'mif1', 'msf1', 'avif'];
/** Brands of image sequences, in ISO/IEC 23008-12 and AVIF. */
const SEQUENCE_BRANDS = ['avis', 'msf1', 'hevc', 'hevx'];
const STILL_BRAND = { av1: 'avif', hevc: 'heic' } as const;

export interface OpenableHeif {
  meta: HeifMeta | undefined;
  /** A copy that libvips and libheif decode, if they do not decode the file itself. */
  copy?: Buffer;
  animated: boolean;
}

/**
 * Reads what a HEIF file says, and makes a copy of one that the decoders refuse: an image sequence
 * (an animated AVIF, say), of which the still picture remains that it also holds, its cover or first
 * frame; a brand that libvips does not know; a HEIC that shows a small part of its image data, of
 * which libheif expects no more data than that. Undefined for other ISO media. Throws
 * `UnsupportedMediaType` if a sequence holds no still picture.
 */
export async function openableHeif(read: ReadAt, size: number): Promise<OpenableHeif | undefined> {
  const boxes = (await topBoxes(read, size)) ?? [];
  const [start] = boxes;
  if (start?.type !== 'ftyp') return undefined;
  const brands = brandsOf(await read(start.at + start.header, Math.min(start.size, MAX_BRAND_BYTES)));
  const movie = boxes.find(({ type }) => type === 'moov');
  const meta = await readHeifMeta(read, boxes);
  const isSequence = movie !== undefined || brands.some((brand) => SEQUENCE_BRANDS.includes(brand));
  const isOpened = OPENED_BRANDS.includes(brands[0] ?? '') && !isSequence;
  const crop = meta?.codec === 'hevc' ? meta.crop : undefined;
  if (isOpened && !crop) return { meta, animated: false };
  if (movie && !meta?.codec)
    throw new MediaError(
      'UnsupportedMediaType',
      'Expected a still picture, or an animation that also holds one; this image sequence holds animated frames only. Export it as animated WebP or GIF, or as a video, and upload that.',
    );
  if (!meta?.codec) return { meta, animated: false };
  const copy = Buffer.from(await read(0, size));
  if (crop) showAll(copy.subarray(crop.at), crop.stored);
  const still = STILL_BRAND[meta.codec];
  // Behind the first brand are 4 bytes of version.
  if (!isOpened)
    for (const [index, brand] of brands.entries())
      if (index === 0 || SEQUENCE_BRANDS.includes(brand))
        copy.write(still, start.at + start.header + 4 * index, 'latin1');
  if (movie) copy.write('free', movie.at + 4, 'latin1');
  return { meta, copy, animated: movie !== undefined };
}

const MAX_BRAND_BYTES = 256;
const brandsOf = (content: Buffer) => content.toString('latin1').match(/.{4}/gs) ?? [];

/** Returns true if a file begins as one of ISO's media formats. */
export const isIsoMedia = (head: Buffer): boolean => head.toString('latin1', 4, 8) === 'ftyp';
