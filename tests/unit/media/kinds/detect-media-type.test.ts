import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { HEAD_BYTES } from '../../../../base/head-bytes.ts';
import { detectMediaType } from '../../../../media/kinds/detect-media-type.ts';
import { heic, hevc } from '../image/heic/heic-file.ts';

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

  test.each([188, 192])(
    'knows a transport stream of %d-byte packets that begins within one',
    async (packet) => {
      const whole = Buffer.alloc(packet * 20);
      for (let at = 0; at < whole.length; at += packet) whole[at] = 0x47;
      const head = whole.subarray(100);
      expect(await detectMediaType('tv.ts', head)).toMatchObject({
        kind: 'VIDEO',
        contentType: 'video/mp2t',
      });
      // Behind part of a packet, the extension must say so, too.
      await expect(detectMediaType('tv.mp4', head)).rejects.toMatchObject({ name: 'MediaTypeMismatch' });
    },
  );

  test.each([
    ['IMG_1.JPG', async () => heic([hevc('quarters')]), 'image/heic', 'The file is named .jpg, but is HEIC.'],
    ['shot.jpg', () => image('png'), 'image/png', 'The file is named .jpg, but is PNG.'],
    ['sticker.png', () => image('webp'), 'image/webp', 'The file is named .png, but is WebP.'],
    ['tv.mp4', async () => transportStream(), 'video/mp2t', 'The file is named .mp4, but is MPEG-TS.'],
    [
      'paper.txt',
      async () => Buffer.from('%PDF-1.7\n1 0 obj'),
      'application/pdf',
      'The file is named .txt, but is PDF.',
    ],
  ])(
    'takes %s by its content, which is of the same kind, and notes it',
    async (file, make, contentType, note) => {
      const type = await detectMediaType(file, await make());
      expect(type).toMatchObject({ contentType, misnamed: { note } });
    },
  );

  test.each([
    [
      'a.png',
      async () => Buffer.from('%PDF-1.7\n1 0 obj'),
      'Expected PNG content in a .png file; its content is PDF (usually .pdf).',
    ],
    [
      'a.mp4',
      () => image('jpeg'),
      'Expected MP4 content in a .mp4 file; its content is JPEG (usually .jpg).',
    ],
    [
      'a.jpg',
      async () => transportStream(),
      'Expected JPEG content in a .jpg file; its content is MPEG-TS (usually .ts).',
    ],
  ])('refuses %s, whose content is of another kind, and names both', async (file, make, message) => {
    await expect(detectMediaType(file, await make())).rejects.toMatchObject({
      name: 'MediaTypeMismatch',
      message,
    });
  });

  test('notes nothing where the name fits, or says nothing', async () => {
    for (const file of ['a.png', 'a.PNG', 'a', 'a.upload'])
      expect(await detectMediaType(file, await image('png'))).not.toHaveProperty('misnamed');
  });

  /** Packets of 188 bytes. */
  function transportStream(): Buffer {
    const stream = Buffer.alloc(188 * 20);
    for (let at = 0; at < stream.length; at += 188) stream.set([0x47, 0x1f, 0xff, 0x10], at);
    return stream;
  }

  test.each([
    ['a.mov', 'Expected QuickTime content in a .mov file'],
    ['a.mpg', 'Expected MPEG content in a .mpg file'],
    ['a.3gp', 'Expected 3GP content in a .3gp file'],
    ['a.ogg', 'Expected Ogg content in a .ogg file'],
    ['a.heif', 'Expected HEIF content in a .heif file'],
    ['a.wmv', 'Expected Windows Media content in a .wmv file'],
  ])('calls %s by the name that people know', async (file, words) => {
    await expect(detectMediaType(file, Buffer.from('%PDF-1.7\n1 0 obj'))).rejects.toThrow(words);
    await expect(detectMediaType(file, Buffer.alloc(500, 3))).rejects.toThrow(words);
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
