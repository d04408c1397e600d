import { type FileHandle, open } from 'node:fs/promises';
import type { ImageSource } from './image-source.ts';

/** A 48-megapixel photo has 20 kB. */
const MAX_BYTES = 512 * 1024;
/** Photos have up to ten. */
const MAX_BOXES = 50;
const HEADER_BYTES = 16;
const MEDIA_DATA = 'mdat';

/**
 * Returns true if everything in a HEIF file except its media data is small. libvips allows 256
 * items, and an iPhone's 48-megapixel photo with gain map and mattes can have more. If this returns
 * true, the header can be read without that limit, since nothing in it can be large.
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

/**
 * Returns the size of a box, ISO/IEC 14496-12 §4.2: 1 means a 64-bit size follows, 0 means it
 * extends to the end of the file.
 */
function boxBytes(header: Buffer, left: number): number {
  const size = header.readUInt32BE(0);
  if (size === 0) return left;
  return size === 1 && header.length === HEADER_BYTES ? Number(header.readBigUInt64BE(8)) : size;
}

async function bytesAt(file: FileHandle, at: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, at);
  return buffer.subarray(0, bytesRead);
}
