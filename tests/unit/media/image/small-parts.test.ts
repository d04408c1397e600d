import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { planImage } from '../../../../media/image/plan-image.ts';
import { readGifBlocks } from '../../../../media/image/source/gif-blocks.ts';
import { iccName } from '../../../../media/image/source/icc-name.ts';
import { sourceError } from '../../../../media/image/source/image-errors.ts';
import type { ImageFacts } from '../../../../media/image/source/image-source.ts';
import { DEFAULT_PROFILE } from '../../../../media/profile/default-profile.ts';
import { edited } from './damage.ts';
import { frames } from './pictures.ts';

describe('iccName', () => {
  const profile = async (name: string) => {
    const image = sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } });
    return (
      (await sharp(await image.withIccProfile(name).jpeg().toBuffer()).metadata()).icc ?? Buffer.alloc(0)
    );
  };

  test('reads the name of a version 4 profile', async () => {
    expect(iccName(await profile('srgb'))).toBe('sRGB');
  });

  test('reads the name of a version 2 profile', () => {
    const bytes = Buffer.alloc(180);
    bytes.write('acsp', 36, 'latin1');
    bytes.writeUInt32BE(1, 128);
    bytes.write('desc', 132, 'latin1');
    bytes.writeUInt32BE(144, 136);
    bytes.write('desc', 144, 'latin1');
    bytes.writeUInt32BE(16, 152);
    bytes.write('Adobe RGB (1998)', 156, 'latin1');
    expect(iccName(bytes)).toBe('Adobe RGB (1998)');
  });

  test.each<[string, (icc: Buffer) => Buffer]>([
    ['nothing', () => Buffer.alloc(0)],
    ['another signature', (icc) => edited(icc, (copy) => copy.write('xxxx', 36))],
    [
      'a name beyond the end',
      (icc) =>
        edited(icc, (copy) => copy.fill(0xff, icc.indexOf('desc', 128) + 4, icc.indexOf('desc', 128) + 12)),
    ],
    ['no tags', (icc) => icc.subarray(0, 132)],
  ])('finds none in %s', async (_label, change) => {
    expect(iccName(change(await profile('srgb')))).toBeUndefined();
  });
});

describe('readGifBlocks', () => {
  test('tells a whole file from one that only lacks its trailer', async () => {
    const gif = await (await frames(3)).gif().toBuffer();
    expect([readGifBlocks(gif).end, readGifBlocks(gif.subarray(0, -1)).end]).toEqual(['whole', 'unmarked']);
  });

  test('tells a cut anywhere inside a block', async () => {
    const gif = await (await frames(3)).gif().toBuffer();
    const cuts = Array.from({ length: 40 }, (_, i) => gif.length - 2 - i);
    const passed = cuts.filter((end) => readGifBlocks(gif.subarray(0, end)).end !== 'cut');
    // One of them falls between two blocks: that is a file of fewer frames.
    expect(passed.length).toBeLessThanOrEqual(2);
  });
});

describe('planImage', () => {
  const facts = (over: Partial<ImageFacts> = {}) =>
    ({
      label: 'PNG',
      width: 800,
      height: 600,
      frames: 1,
      otherPages: 0,
      doubts: [],
      orientation: 1,
      header: {},
      upload: { bytes: 1_000_000, isLossless: false },
      ...over,
    }) as ImageFacts;
  const plan = (over: Partial<ImageFacts> = {}, options: object = {}) =>
    planImage(facts(over), {
      ...{ outputs: DEFAULT_PROFILE.image.outputs, alpha: false, avif: false },
      ...options,
    });

  test('makes thumbnails from the largest down, each from the one before', () => {
    expect(plan().scaled.map(({ name, frame }) => [name, frame.width])).toEqual([
      ['thumb_large.jpg', 1200],
      ['thumb_medium.jpg', 400],
      ['thumb_small.jpg', 150],
    ]);
  });

  test.each<[string, Partial<ImageFacts>, object, string[]]>([
    ['an ordinary picture', {}, {}, []],
    [
      'an animated PNG',
      {},
      { contentType: 'image/apng' },
      ['The PNG is animated; only its first frame is rendered.'],
    ],
    ['a TIFF of two pages', { otherPages: 1 }, {}, ['Only the first of 2 pages is rendered.']],
    [
      'a picture beyond what WebP and AVIF hold',
      { width: 17_000 },
      { avif: true },
      [
        'webp.webp is scaled down to 16383 pixels, the maximum of its format.',
        'avif.avif is scaled down to 16384 pixels, the maximum of its format.',
      ],
    ],
  ])('says what %s lacks', (_label, over, options, expected) => {
    expect(plan(over, options).degraded).toEqual(expected);
  });
});

describe('sourceError', () => {
  test.each([
    ['VipsJpeg: out of memory --- size == 450MB', 'OutOfMemory'],
    ['glib: Error creating thread: Resource temporarily unavailable', 'OutOfMemory'],
    ['Input image exceeds pixel limit', 'TooManyPixels'],
    ['timeout: 42% complete', 'TimedOut'],
    ['tiff2vips: LERC compression support is not configured', 'UnsupportedMediaType'],
    ['VipsJpeg: Unsupported JPEG process: SOF type 0xc3', 'UnsupportedMediaType'],
    ['Input buffer contains unsupported image format', 'CorruptMedia'],
    ['Unknown error', 'CorruptMedia'],
  ])('%s is %s', (message, name) => {
    expect(sourceError(new Error(message), 'JPEG')).toMatchObject({ name });
  });

  test('gives the fatal complaint, the last, without the local path', () => {
    const error = sourceError(
      new Error('VipsJpeg: a warning\n/tmp/process-image-x1/source: bad seek to 99\n'),
      'AVIF',
    );
    expect(error.message).toBe(
      'Expected a complete AVIF, but the file is damaged or truncated: bad seek to 99.',
    );
  });
});
