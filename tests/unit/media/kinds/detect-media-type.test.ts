import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { detectMediaType, HEAD_BYTES } from '../../../../media/kinds/detect-media-type.ts';

const image = (format: 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'tiff') =>
  sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
    .toFormat(format)
    .toBuffer();

describe('detectMediaType', () => {
  test.each([
    ['jpeg', 'a.JPG', 'image/jpeg'],
    ['jpeg', 'a.jfif', 'image/jpeg'],
    ['png', 'a.png', 'image/png'],
    ['webp', 'a.webp', 'image/webp'],
    ['gif', 'a.gif', 'image/gif'],
    ['avif', 'a.avif', 'image/avif'],
    ['tiff', 'a.tif', 'image/tiff'],
    ['jpeg', 'no-extension', 'image/jpeg'],
    ['jpeg', 'backup.bak', 'image/jpeg'],
  ] as const)('knows %s in %s by its bytes', async (format, file, contentType) => {
    expect(await detectMediaType(file, await image(format))).toMatchObject({ kind: 'IMAGE', contentType });
  });

  test('knows a TIFF whose directory lies beyond the first bytes', async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
    const large = await sharp({ create: { width: 300, height: 300, channels: 3, background: 'red', noise } })
      .tiff({ compression: 'none' })
      .toBuffer();
    const head = large.subarray(0, HEAD_BYTES);
    expect(head.length).toBeLessThan(large.length);
    expect(await detectMediaType('scan.tiff', head)).toMatchObject({ contentType: 'image/tiff' });
  });

  test.each([
    ['memo.m4a', 'AUDIO', 'audio/mp4'],
    ['book.M4B', 'AUDIO', 'audio/mp4'],
    ['clip.mp4', 'VIDEO', 'video/mp4'],
    ['clip.mov', 'VIDEO', 'video/mp4'],
    ['unnamed', 'VIDEO', 'video/mp4'],
  ])('takes an MP4 of the general brand called %s for %s', async (file, kind, contentType) => {
    const head = Buffer.concat([
      Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isommp42', 'latin1'),
      Buffer.alloc(64),
    ]);
    expect(await detectMediaType(file, head)).toMatchObject({ kind, contentType });
  });

  test('refuses content that is something else than the extension says, and names both', async () => {
    await expect(detectMediaType('a.png', await image('jpeg'))).rejects.toMatchObject({
      name: 'MediaTypeMismatch',
      message: 'Expected PNG content in a .png file; its content is JPEG (usually .jpg).',
    });
  });

  test('refuses text that poses as an image', async () => {
    await expect(detectMediaType('a.jpg', Buffer.from('#!/bin/sh\nexit 0\n'))).rejects.toMatchObject({
      name: 'MediaTypeMismatch',
    });
  });

  test('refuses a program', async () => {
    const elf = Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]), Buffer.alloc(100)]);
    await expect(detectMediaType('a.bin', elf)).rejects.toMatchObject({ name: 'UnsupportedMediaType' });
  });
});
