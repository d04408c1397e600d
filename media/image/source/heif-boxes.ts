import { type FileHandle, open } from 'node:fs/promises';
import type { ImageSource } from './image-source.ts';

/** A photo of 48 megapixels has 20 kB. */
const MAX_BYTES = 512 * 1024;
/** Photos have up to ten. */
const MAX_BOXES = 50;
const HEADER_BYTES = 16;
const MEDIA_DATA = 'mdat';

/**
 * Whether all of a HEIF file but its media data is small. libvips allows 256 items in one, and an iPhone's 48 megapixels with gain map and
 * mattes can have more. Its header may be read without that limit where this is true: nothing in it can then be large.
 */
export async function isSmallHeif(source: ImageSource): Promise<boolean> {
  if (typeof source !== 'string')
    return sumsUp((at) => source.subarray(at, at + HEADER_BYTES), source.length);
  const file = await open(source);
  try {
    const { size } = await file.stat();
    return await sumsUp((at) => bytesAt(file, at), size);
  } finally {
    await file.close();
  }
}

async function sumsUp(headerAt: (at: number) => Buffer | Promise<Buffer>, end: number): Promise<boolean> {
  let other = 0;
  for (let at = 0, boxes = 0; at < end; boxes++) {
    const header = await headerAt(at);
    if (boxes === MAX_BOXES || header.length < 8) return false;
    const bytes = boxBytes(header, end - at);
    if (header.toString('latin1', 4, 8) !== MEDIA_DATA) other += bytes;
    if (bytes < 8 || other > MAX_BYTES) return false;
    at += bytes;
  }
  return true;
}

/** ISO/IEC 14496-12 §4.2: 1 announces a size of 64 bits, 0 goes to the end of the file. */
function boxBytes(header: Buffer, left: number): number {
  const size = header.readUInt32BE(0);
  if (size === 0) return left;
  return size === 1 && header.length === HEADER_BYTES ? Number(header.readBigUInt64BE(8)) : size;
}

async function bytesAt(file: FileHandle, at: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, at);
  return buffer.subarray(0, bytesRead);
}
