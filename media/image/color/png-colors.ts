import { crc32 } from 'node:zlib';
import type { ImageSource, StoredColors } from '../source/image-source.ts';
import { readSource } from '../source/read-source.ts';
import type { Gamut } from './gamut.ts';
import { gammaProfile, isKnownNclx, type Nclx, nclxProfile } from './nclx-profile.ts';

const SIGNATURE_BYTES = 8;
/** Length and type; a checksum of 4 bytes follows the content. */
const HEADER_BYTES = 8;
/** Encoders write about ten chunks in front of the image data. */
const MAX_CHUNKS = 200;
/** Bytes of each chunk that describes color, except the ICC profile. */
const SIZES: Readonly<Record<string, number>> = { cICP: 4, sRGB: 1, gAMA: 4, cHRM: 32 };

/**
 * Reads the color space that a PNG declares. Of several chunks the first of cICP, iCCP, sRGB, gAMA
 * with cHRM counts: https://www.w3.org/TR/png-3/ §4.3. cHRM alone has no effect, as in
 * browsers. `hasIcc`: the decoder has read an iCCP chunk.
 */
export async function pngColors(source: ImageSource, hasIcc: boolean): Promise<StoredColors | undefined> {
  const chunks = await colorChunks(source);
  const cicp = nclxOf(chunks.get('cICP'));
  if (cicp) return { profile: nclxProfile(cicp) };
  if (hasIcc || chunks.has('sRGB')) return undefined;
  const gamma = chunks.get('gAMA')?.readUInt32BE() ?? 0;
  if (gamma < MIN_GAMMA || gamma > MAX_GAMMA) return undefined;
  const profile = gammaProfile(UNIT / gamma, gamutOf(chunks.get('cHRM')));
  return profile && { profile };
}

/** Numbers are stored as hundred-thousandths. */
const UNIT = 100_000;
/** The inverse of 10 and of 0.1: beyond that, the number is a mistake. */
const MIN_GAMMA = 10_000;
const MAX_GAMMA = 1_000_000;

/** Reads the chunks of color in front of the image data, leaving out those whose checksum is wrong. */
async function colorChunks(source: ImageSource): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  await readSource(source, async (read) => {
    for (let at = SIGNATURE_BYTES, chunks = 0; chunks < MAX_CHUNKS; chunks++) {
      const bytes = await read(at, HEADER_BYTES + 32 + 4);
      if (bytes.length < HEADER_BYTES) return;
      const length = bytes.readUInt32BE();
      const type = bytes.toString('latin1', 4, HEADER_BYTES);
      if (type === 'IDAT') return;
      const end = HEADER_BYTES + length;
      if (SIZES[type] === length && bytes.length >= end + 4 && !found.has(type)) {
        if (crc32(bytes.subarray(4, end)) === bytes.readUInt32BE(end))
          found.set(type, bytes.subarray(HEADER_BYTES, end));
      }
      at += end + 4;
    }
  });
  return found;
}

/** Undefined if the code points have no meaning here: then the next chunk counts. RGB has matrix 0. */
function nclxOf(cicp: Buffer | undefined): Nclx | undefined {
  const [primaries = 0, transfer = 0, matrix, full] = cicp ?? [];
  const nclx = { primaries, transfer, narrow: full === 0 };
  return matrix === 0 && isKnownNclx(nclx) ? nclx : undefined;
}

/** cHRM has white first. */
function gamutOf(chrm: Buffer | undefined): Gamut | undefined {
  if (!chrm) return undefined;
  const xy = (index: number) =>
    [chrm.readUInt32BE(8 * index) / UNIT, chrm.readUInt32BE(8 * index + 4) / UNIT] as const;
  return [xy(1), xy(2), xy(3), xy(0)];
}
