import { crc32, createInflate } from 'node:zlib';
import type { ImageSource } from './image-source.ts';
import { jpegSegments } from './jpeg/jpeg-segments.ts';
import { readSource } from './read-source.ts';

/**
 * Returns an image file with its pixels exactly as they are stored, and nothing else: no metadata,
 * no profile, no thumbnail, nothing behind the end. The result shows the same picture if the file
 * is upright and in sRGB. Undefined if the file's structure is not what its format says.
 */
export async function bareSource(source: ImageSource, format: string): Promise<Buffer | undefined> {
  return readSource(source, async (read, size) => {
    const bare = BARE[format];
    if (!bare) return undefined;
    const [bytes, segments] = [await read(0, size), format === 'jpeg' ? await jpegSegments(read) : []];
    return bare(bytes, segments);
  });
}

type Segments = Awaited<ReturnType<typeof jpegSegments>>;
const BARE: Readonly<
  Record<string, (file: Buffer, segments: Segments) => Buffer | undefined | Promise<Buffer | undefined>>
> = { jpeg: bareJpeg, png: barePng, webp: bareWebp };

const START_OF_SCAN = 0xda;
const ADOBE = 0xee;
const END_OF_IMAGE = 0xd9;
/** Tables and frame headers; the others are application data and comments. */
const isCoding = (marker: number) => marker >= 0xc0 && marker <= 0xdf && (marker < 0xd0 || marker > 0xd9);
const JFIF = Buffer.from('ffe000104a46494600010100000100010000', 'hex');

function bareJpeg(file: Buffer, segments: Segments): Buffer | undefined {
  const scan = segments.at(-1);
  if (scan?.marker !== START_OF_SCAN) return undefined;
  const parts = [file.subarray(0, 2)];
  for (const { marker, at, size } of segments) {
    const segment = file.subarray(at, at + size);
    // With it, three components are YCbCr whatever they are called.
    if (marker === 0xe0 && segment.toString('latin1', 4, 8) === 'JFIF') parts.push(JFIF);
    const isAdobe = marker === ADOBE && segment.toString('latin1', 4, 9) === 'Adobe' && size === 16;
    if (isCoding(marker) || isAdobe) parts.push(segment);
  }
  const end = appendScans(file, scan.at + scan.size, parts);
  return end ? Buffer.concat([...parts, Buffer.from([0xff, END_OF_IMAGE])]) : undefined;
}

/** Adds the image data, with the tables between the scans of a progressive file; false if it has no end. */
function appendScans(file: Buffer, start: number, parts: Buffer[]): boolean {
  let from = start;
  for (let at = file.indexOf(0xff, start); at !== -1 && at + 1 < file.length; at = file.indexOf(0xff, at)) {
    const marker = file[at + 1] ?? 0;
    if (marker === 0 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2;
      continue;
    }
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (at > from) parts.push(file.subarray(from, at));
    if (marker === END_OF_IMAGE) return true;
    if (at + 4 > file.length) return false;
    const size = 2 + file.readUInt16BE(at + 2);
    if (isCoding(marker)) parts.push(file.subarray(at, at + size));
    at += size;
    from = at;
  }
  return false;
}

const SIGNATURE_BYTES = 8;
const KEPT_CHUNKS = new Set(['IHDR', 'PLTE', 'tRNS']);

async function barePng(file: Buffer): Promise<Buffer | undefined> {
  const parts = [file.subarray(0, SIGNATURE_BYTES)];
  const data: Buffer[] = [];
  for (let at = SIGNATURE_BYTES; at + 12 <= file.length; ) {
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    const end = at + 12 + length;
    if (end > file.length) return undefined;
    if (KEPT_CHUNKS.has(type)) parts.push(file.subarray(at, end));
    if (type === 'IDAT') data.push(file.subarray(at + 8, end - 4));
    if (type === 'IEND') {
      const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
      const pixels = await zlibStream(
        Buffer.concat(data),
        (width * MAX_PIXEL_BYTES + MAX_ROW_BYTES) * height,
      );
      return pixels && Buffer.concat([...parts, chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
    }
    at = end;
  }
  return undefined;
}

/** Four channels of 16 bits; filter types, of which an interlaced picture has more. */
const MAX_PIXEL_BYTES = 8;
const MAX_ROW_BYTES = 16;

/**
 * Cuts off what follows the compressed data: cropping tools have left the rest of the picture there.
 * Undefined if the data is damaged, or more than the picture can have.
 */
function zlibStream(data: Buffer, maxBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const inflate = createInflate();
    let bytes = 0;
    inflate.on('data', (rows: Buffer) => {
      bytes += rows.length;
      if (bytes > maxBytes) inflate.destroy();
    });
    inflate.on('close', () => resolve(undefined));
    inflate.on('error', () => resolve(undefined));
    inflate.on('end', () => resolve(data.subarray(0, inflate.bytesWritten)));
    inflate.end(data);
  });
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}

const RIFF_BYTES = 12;
const WEBP_CHUNKS = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF']);
/** Flags of VP8X: ICC profile, EXIF, XMP. */
const METADATA_FLAGS = 0x20 | 0x08 | 0x04;

function bareWebp(file: Buffer): Buffer | undefined {
  const parts: Buffer[] = [];
  const end = Math.min(file.length, 8 + file.readUInt32LE(4));
  for (let at = RIFF_BYTES; at + 8 <= end; ) {
    const type = file.toString('latin1', at, at + 4);
    const size = 8 + file.readUInt32LE(at + 4);
    if (at + size > end) return undefined;
    if (WEBP_CHUNKS.has(type)) {
      const kept = Buffer.alloc(size + (size & 1));
      file.copy(kept, 0, at, at + size);
      if (type === 'VP8X') kept[8] = (kept[8] ?? 0) & ~METADATA_FLAGS;
      parts.push(kept);
    }
    at += size + (size & 1);
  }
  const content = Buffer.concat(parts);
  const start = Buffer.from(file.subarray(0, RIFF_BYTES));
  start.writeUInt32LE(4 + content.length, 4);
  return Buffer.concat([start, content]);
}
