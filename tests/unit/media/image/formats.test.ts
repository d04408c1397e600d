import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { frames, metadataOf, quarters, readQuarters, render, UPRIGHT } from './pictures.ts';

describe('formats and colors', () => {
  const wide = async (profile: 'srgb' | 'p3') =>
    quarters().toColorspace('rgb16').withIccProfile(profile).png().toBuffer();
  test.each<[string, () => Promise<Buffer>, object]>([
    ['PNG', () => quarters().png().toBuffer(), { format: 'PNG', hasAlpha: false }],
    ['progressive JPEG', () => quarters().jpeg({ progressive: true }).toBuffer(), { progressive: true }],
    ['JPEG in Display P3', () => quarters().withIccProfile('p3').jpeg().toBuffer(), { iccProfile: 'sP3C' }],
    ['CMYK JPEG', () => quarters().toColorspace('cmyk').jpeg().toBuffer(), { colorSpace: 'cmyk' }],
    ['16-bit PNG', () => quarters().toColorspace('rgb16').png().toBuffer(), { bitsPerChannel: 16 }],
    ['16-bit PNG in sRGB', () => wide('srgb'), { bitsPerChannel: 16, iccProfile: 'sRGB' }],
    ['16-bit PNG in Display P3', () => wide('p3'), { bitsPerChannel: 16, iccProfile: 'sP3C' }],
    ['WebP', () => quarters().webp().toBuffer(), { format: 'WebP' }],
    ['AVIF', () => quarters().avif({ effort: 1 }).toBuffer(), { format: 'AVIF' }],
    ['10-bit AVIF', () => quarters().avif({ effort: 1, bitdepth: 10 }).toBuffer(), { format: 'AVIF' }],
    ['LZW TIFF', () => quarters().tiff({ compression: 'lzw' }).toBuffer(), { format: 'TIFF' }],
    [
      'tiled JPEG TIFF',
      () => quarters().tiff({ compression: 'jpeg', tile: true }).toBuffer(),
      { format: 'TIFF' },
    ],
  ])('%s gives JPEGs and a WebP of its colors in sRGB', async (label, make, expected) => {
    const { names, outputs, metadata, degraded } = await render(await make());
    expect(names).toEqual([
      'optimized.jpg',
      'thumb_large.jpg',
      'thumb_medium.jpg',
      'thumb_small.jpg',
      'webp.webp',
    ]);
    expect(metadata).toMatchObject({ width: 192, height: 128, frames: 1, ...expected });
    expect(degraded).toEqual([]);
    for (const body of outputs.values()) {
      expect(await metadataOf(body)).toMatchObject({ space: 'srgb', depth: 'uchar', hasProfile: false });
      // Printers' inks cannot make a pure blue.
      expect(await readQuarters(body, label === 'CMYK JPEG' ? 90 : 10)).toEqual(UPRIGHT);
    }
  });

  test('a gray PNG stays gray', async () => {
    const { outputs } = await render(await quarters().grayscale().png().toBuffer());
    const { channels } = await sharp(outputs.get('optimized.jpg') ?? '').stats();
    expect(Math.abs((channels[0]?.mean ?? 0) - (channels[2]?.mean ?? 9))).toBeLessThan(1);
  });
});

describe('transparency', () => {
  const seeThrough = () =>
    sharp({
      create: { width: 300, height: 200, channels: 4, background: { r: 200, g: 30, b: 60, alpha: 0.5 } },
    });

  test.each([
    ['PNG', () => seeThrough().png()],
    ['16-bit PNG', () => seeThrough().toColorspace('rgb16').png()],
    ['WebP', () => seeThrough().webp()],
    ['TIFF', () => seeThrough().tiff({ compression: 'lzw' })],
  ])('of a %s is kept: PNG where others give JPEG', async (_label, source) => {
    const { names, outputs } = await render(await source().toBuffer());
    expect(names).toEqual([
      'optimized.png',
      'thumb_large.png',
      'thumb_medium.png',
      'thumb_small.png',
      'webp.webp',
    ]);
    for (const body of outputs.values()) {
      const [r = 0, g = 0, b = 0, alpha = 0] = await sharp(body).raw().toBuffer();
      expect([Math.abs(r - 200) < 9, Math.abs(g - 30) < 9, Math.abs(b - 60) < 9]).toEqual([true, true, true]);
      expect(Math.abs(alpha - 128)).toBeLessThan(4);
    }
  });

  test('a palette PNG is optimized to a palette PNG', async () => {
    const source = await sharp(await seeThrough().png().toBuffer())
      .png({ palette: true })
      .toBuffer();
    const { outputs } = await render(source);
    expect(await metadataOf(outputs.get('optimized.png'))).toMatchObject({ isPalette: true });
  });
});

describe('animations', () => {
  test.each([
    ['GIF', async () => (await frames(6)).gif({ delay: [100, 200, 300, 100, 100, 100], loop: 2 }).toBuffer()],
    [
      'WebP',
      async () => (await frames(6)).webp({ delay: [100, 200, 300, 100, 100, 100], loop: 2 }).toBuffer(),
    ],
  ])('an animated %s stays animated as WebP; the stills show its first frame', async (_label, make) => {
    const { names, outputs, facts, metadata } = await render(await make());
    expect(names).toEqual([
      'optimized.jpg',
      'thumb_large.jpg',
      'thumb_medium.jpg',
      'thumb_small.jpg',
      'webp.webp',
    ]);
    expect(metadata).toMatchObject({ frames: 6, durationSeconds: 0.9, width: 40, height: 40 });
    const webp = outputs.get('webp.webp');
    expect(await metadataOf(webp, true)).toMatchObject({
      pages: 6,
      pageHeight: 40,
      loop: 2,
      delay: [100, 200, 300, 100, 100, 100],
    });
    expect(facts.get('webp.webp')).toEqual({ width: 40, height: 40, frames: 6 });
    const { dominant: third } = await sharp(webp ?? '', { page: 2 }).stats();
    expect(third.g).toBeGreaterThan(third.r);
    const { dominant: first } = await sharp(outputs.get('optimized.jpg') ?? '').stats();
    expect(first.r).toBeGreaterThan(first.g);
  });
});
