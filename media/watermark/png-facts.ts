import { crc32 } from 'node:zlib';

/** Maximum size of a watermark's file … */
const MAX_WATERMARK_BYTES = 1024 * 1024;
/** … and of its sides in pixels. */
export const MAX_WATERMARK_SIDE = 4096;

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** Length, type and CRC of a chunk. */
const CHUNK_FRAME = 12;
const HEADER_BYTES = 13;

export interface PngFacts {
  width: number;
  height: number;
}

/**
 * Reads the chunks of a PNG that is to be a watermark, without decoding it. Throws `RangeError`,
 * which says what was expected, if it is damaged, animated or too large.
 */
export function pngFacts(png: Buffer): PngFacts {
  if (png.length > MAX_WATERMARK_BYTES)
    throw new RangeError(`expected at most ${MAX_WATERMARK_BYTES} bytes, got ${png.length}`);
  if (!png.subarray(0, SIGNATURE.length).equals(SIGNATURE))
    throw new RangeError('expected a PNG, got a file without its signature');
  const [header, ...chunks] = chunksOf(png);
  if (header?.type !== 'IHDR' || header.data.length !== HEADER_BYTES)
    throw new RangeError('expected a PNG that begins with its header (IHDR)');
  const width = header.data.readUInt32BE(0);
  const height = header.data.readUInt32BE(4);
  if (!isSide(width) || !isSide(height))
    throw new RangeError(`expected sides of 1 to ${MAX_WATERMARK_SIDE} pixels, got ${width} × ${height}`);
  if (chunks.some(({ type }) => type === 'acTL')) throw new RangeError('expected a PNG without animation');
  if (!chunks.some(({ type }) => type === 'IDAT')) throw new RangeError('expected a PNG with pixels (IDAT)');
  return { width, height };
}

const isSide = (side: number) => side >= 1 && side <= MAX_WATERMARK_SIDE;

/** Returns all chunks up to the end (IEND). Throws `RangeError` if one is cut off or damaged. */
function chunksOf(png: Buffer): { type: string; data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = [];
  let at = SIGNATURE.length;
  while (at + CHUNK_FRAME <= png.length) {
    const end = at + CHUNK_FRAME + png.readUInt32BE(at);
    if (end > png.length) break;
    const type = png.toString('latin1', at + 4, at + 8);
    // The CRC covers the type, too.
    if (crc32(png.subarray(at + 4, end - 4)) !== png.readUInt32BE(end - 4))
      throw new RangeError(`expected a whole PNG, but its chunk ${JSON.stringify(type)} is damaged`);
    if (type === 'IEND') return chunks;
    chunks.push({ type, data: png.subarray(at + 8, end - 4) });
    at = end;
  }
  throw new RangeError('expected a whole PNG, but its end is missing');
}
