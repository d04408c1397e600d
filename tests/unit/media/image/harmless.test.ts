import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { edited, segmentAt, withChunk, withSegment } from './damage.ts';
import { quarters, readQuarters, render, UPRIGHT } from './pictures.ts';

describe('a file that any browser shows is not rejected for a harmless oddity', () => {
  test.each<[string, (jpeg: Buffer, png: Buffer, gif: Buffer) => Buffer]>([
    ['bytes between two JPEG segments', (jpeg) => insert(jpeg, segmentAt(jpeg, 0xc0), Buffer.alloc(6, 7))],
    [
      'an unusual SOS header, as Samsung wrote',
      (jpeg) => edited(jpeg, (copy) => copy.writeUInt8(0, segmentAt(jpeg, 0xda) + 12)),
    ],
    [
      'an unknown JFIF version',
      (jpeg) => withSegment(jpeg, 0xe0, Buffer.from('JFIF\0\x09\x09\x09\0\0\0\0\x09\x09', 'latin1')),
    ],
    [
      'an unknown Adobe color transform',
      (jpeg) => withSegment(jpeg, 0xee, Buffer.from('Adobe\0\x64\0\0\0\0\x01', 'latin1')),
    ],
    ['a JPEG with megabytes behind its end', (jpeg) => Buffer.concat([jpeg, Buffer.alloc(2_000_000, 0xd8)])],
    ['a JPEG without its end marker', (jpeg) => jpeg.subarray(0, -2)],
    [
      'broken EXIF',
      (jpeg) => withSegment(jpeg, 0xe1, Buffer.from('Exif\0\0MM\0*\0\0\xff\xff\xee\xee', 'latin1')),
    ],
    [
      'a broken JPEG profile',
      (jpeg) => withSegment(jpeg, 0xe2, Buffer.from(`ICC_PROFILE\0\x01\x01${'Z'.repeat(200)}`, 'latin1')),
    ],
    ['a PNG comment with a wrong checksum', (_jpeg, png) => withChunk(png, 'tEXt', Buffer.from('a\0b'), 1)],
    [
      'two sRGB chunks',
      (_jpeg, png) => withChunk(withChunk(png, 'sRGB', Buffer.from([0])), 'sRGB', Buffer.from([0])),
    ],
    ['a PNG gamma of nothing', (_jpeg, png) => withChunk(png, 'gAMA', Buffer.alloc(4))],
    ['bytes behind a PNG', (_jpeg, png) => Buffer.concat([png, Buffer.alloc(100, 1)])],
    ['a PNG without its end chunk', (_jpeg, png) => png.subarray(0, -12)],
    ['a GIF without its trailer', (_jpeg, _png, gif) => gif.subarray(0, -1)],
    ['bytes behind a GIF', (_jpeg, _png, gif) => Buffer.concat([gif, Buffer.alloc(50, 3)])],
  ])('%s', async (_label, make) => {
    const [jpeg, png, gif] = [quarters().jpeg(), quarters().png(), quarters().gif()];
    const source = make(await jpeg.toBuffer(), await png.toBuffer(), await gif.toBuffer());
    const { outputs } = await render(source);
    expect(outputs.size).toBe(5);
    const optimized = outputs.get('optimized.jpg') ?? outputs.get('optimized.png');
    expect(await readQuarters(optimized)).toEqual(UPRIGHT);
  });

  test('a PNG whose color profile is damaged', async () => {
    const png = await quarters().withIccProfile('srgb').png().toBuffer();
    const { icc = Buffer.alloc(0) } = await sharp(png).metadata();
    const broken = edited(icc, (copy) => copy.fill(0xa5, 200));
    const plain = await quarters().png().toBuffer();
    const source = withChunk(plain, 'iCCP', Buffer.concat([Buffer.from('x\0\0'), deflateSync(broken)]));
    expect(await readQuarters((await render(source)).outputs.get('optimized.jpg'))).toEqual(UPRIGHT);
  });

  const insert = (bytes: Buffer, at: number, more: Buffer) =>
    Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
});
