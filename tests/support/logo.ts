import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import type { Watermarks } from '../../media/watermark/watermark-image.ts';

/** A color that no test picture has otherwise. */
export const LOGO_COLOR = [255, 0, 200] as const;

/** Makes a PNG in one color. `alpha`: 0 to 1. */
export function logoPng({
  width = 80,
  height = 40,
  color = LOGO_COLOR as readonly number[],
  alpha = 1,
} = {}) {
  const [r = 0, g = 0, b = 0] = color;
  return sharp({ create: { width, height, channels: 4, background: { r, g, b, alpha } } })
    .png()
    .toBuffer();
}

/** Stored images by name, as a job gets them. */
export const watermarksOf = (images: Readonly<Record<string, Buffer>>): Watermarks =>
  new Map(
    Object.entries(images).map(([name, png]) => [
      name,
      { sha256: createHash('sha256').update(png).digest('hex'), png },
    ]),
  );

/** Where the header of a PNG ends. */
export const HEADER_END = 33;

/** A chunk of a PNG, with its right length and CRC. */
export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, crc]);
}
