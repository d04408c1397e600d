import type { ReadAt } from '../../../../base/read-at.ts';
import type { ImageSource } from '../image-source.ts';
import { readSource } from '../read-source.ts';

/** A box at the top of a file (ISO/IEC 14496-12 §4.2). */
export interface HeifBox {
  type: string;
  /** Offset in the file. */
  at: number;
  /** Bytes, with the header. */
  size: number;
  /** Bytes of the header: 8, or 16 with a 64-bit size. */
  header: number;
}

/** A 48-megapixel photo has 20 kB. */
const MAX_BYTES = 512 * 1024;
/** Photos have up to ten. */
const MAX_BOXES = 50;
const HEADER_BYTES = 16;
const MEDIA_DATA = 'mdat';

/** Lists the boxes at the top of a file; undefined if they do not add up, or are more than 50. */
export async function topBoxes(read: ReadAt, end: number): Promise<HeifBox[] | undefined> {
  const boxes: HeifBox[] = [];
  for (let at = 0; at < end; ) {
    const bytes = await read(at, HEADER_BYTES);
    if (boxes.length === MAX_BOXES || bytes.length < 8) return undefined;
    const { type, size, header } = boxHeader(bytes, end - at);
    if (size < header) return undefined;
    boxes.push({ type, at, size, header });
    at += size;
  }
  return boxes;
}

/**
 * Returns true if everything in a HEIF file except its media data is small. libvips allows 256
 * items, and an iPhone's 48-megapixel photo with gain map and mattes can have more. If this returns
 * true, the header can be read without that limit, since nothing in it can be large.
 */
export async function isSmallHeif(source: ImageSource): Promise<boolean> {
  const boxes = await readSource(source, topBoxes);
  const other = boxes?.filter(({ type }) => type !== MEDIA_DATA).reduce((sum, { size }) => sum + size, 0);
  return other !== undefined && other <= MAX_BYTES;
}

/** Goes through the boxes inside one; stops where they do not add up. */
export function* boxesIn(bytes: Buffer | undefined): Generator<{ type: string; content: Buffer }> {
  for (let at = 0; bytes && at + 8 <= bytes.length; ) {
    const { type, size, header } = boxHeader(bytes.subarray(at), bytes.length - at);
    if (size < header || at + size > bytes.length) return;
    yield { type, content: bytes.subarray(at + header, at + size) };
    at += size;
  }
}

/** Returns the content of the first box of this type. */
export function findBox(bytes: Buffer, wanted: string): Buffer | undefined {
  for (const { type, content } of boxesIn(bytes)) if (type === wanted) return content;
  return undefined;
}

/** Reads a box's header. Size 1 means that a 64-bit size follows, 0 that it extends to the end. */
function boxHeader(bytes: Buffer, left: number) {
  const size = bytes.readUInt32BE(0);
  const type = bytes.toString('latin1', 4, 8);
  if (size === 0) return { type, size: left, header: 8 };
  if (size !== 1 || bytes.length < HEADER_BYTES) return { type, size, header: 8 };
  return { type, size: Number(bytes.readBigUInt64BE(8)), header: 16 };
}
