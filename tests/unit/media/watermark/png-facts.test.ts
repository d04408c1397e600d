import { crc32 } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { pngFacts } from '../../../../media/watermark/png-facts.ts';
import { HEADER_END, logoPng, pngChunk } from '../../../support/logo.ts';

/** A PNG with another header, whose CRC is right. */
function withSides(png: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(png);
  copy.writeUInt32BE(width, 16);
  copy.writeUInt32BE(height, 20);
  copy.writeUInt32BE(crc32(copy.subarray(12, 29)), 29);
  return copy;
}

/** A PNG with a chunk behind its header. */
const withChunk = (png: Buffer, type: string, data = Buffer.alloc(8)): Buffer =>
  Buffer.concat([png.subarray(0, HEADER_END), pngChunk(type, data), png.subarray(HEADER_END)]);

describe('a PNG', () => {
  test('has the sides in its header, up to the maximum', async () => {
    const png = await logoPng({ width: 70, height: 30 });
    expect(pngFacts(png)).toEqual({ width: 70, height: 30 });
    expect(pngFacts(withSides(png, 4096, 4096))).toEqual({ width: 4096, height: 4096 });
    expect(pngFacts(withChunk(png, 'tEXt'))).toEqual({ width: 70, height: 30 });
  });

  test.each<[label: string, change: (png: Buffer) => Buffer, message: string]>([
    ['nothing', () => Buffer.alloc(0), 'signature'],
    ['another format', () => Buffer.from('GIF89a'.padEnd(100)), 'signature'],
    [
      'more bytes than allowed',
      (png) => withChunk(png, 'tEXt', Buffer.alloc(1024 * 1024)),
      '1048576 bytes, got',
    ],
    ['sides that are too long', (png) => withSides(png, 4097, 10), '4096 pixels, got 4097 × 10'],
    ['a height that is too long', (png) => withSides(png, 10, 0x7fff_ffff), 'got 10 × 2147483647'],
    ['no width', (png) => withSides(png, 0, 10), 'got 0 × 10'],
    ['an animation', (png) => withChunk(png, 'acTL'), 'without animation'],
    ['no end', (png) => png.subarray(0, -12), 'its end is missing'],
    ['half of a chunk', (png) => png.subarray(0, 60), 'its end is missing'],
    ['the signature alone', (png) => png.subarray(0, 8), 'its end is missing'],
    ['no pixels', (png) => Buffer.concat([png.subarray(0, HEADER_END), png.subarray(-12)]), 'with pixels'],
    [
      'no header',
      (png) => Buffer.concat([png.subarray(0, 8), png.subarray(HEADER_END)]),
      'begins with its header',
    ],
  ])('of %s is refused', async (_label, change, message) => {
    const png = await logoPng();
    expect(() => pngFacts(change(png))).toThrow(RangeError);
    expect(() => pngFacts(change(png))).toThrow(message);
  });

  test('is refused wherever one bit of it is another', async () => {
    const png = await logoPng();
    for (let at = 0; at < png.length; at++) {
      const copy = Buffer.from(png);
      copy[at] = (copy[at] ?? 0) ^ 1;
      expect(() => pngFacts(copy)).toThrow(RangeError);
    }
  });
});
