import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { landscape } from '../../../../samples/camera-photo.ts';
import { metadataOf, quarters } from '../image/pictures.ts';
import { made } from './image-output.ts';

const CONTENT = { jpeg: 'jpeg', png: 'png', webp: 'webp', avif: 'heif' } as const;
/** A picture with much noise, which no format stores well. */
const noise = (side = 200) =>
  sharp({
    create: {
      ...{ width: side, height: side, channels: 3, background: '#888' },
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  });

describe('quality and effort', () => {
  test.each(['jpeg', 'webp', 'avif'])('more of it takes more bytes of %s', async (format) => {
    const input = await (await landscape(200, 150)).png().toBuffer();
    const bytes = async (quality: number) => (await made(input, { format, quality, width: 150 })).body.length;
    expect(await bytes(90)).toBeGreaterThan(1.5 * (await bytes(30)));
  });

  test.each([
    ['webp', 0, 6],
    ['avif', 0, 6],
  ])('%s of effort %d has other bytes than of %d', async (format, low, high) => {
    const input = await (await landscape(200, 150)).png().toBuffer();
    const [quick, slow] = [low, high].map((effort) => made(input, { format, effort, width: 150 }));
    expect((await quick)?.body.equals((await slow)?.body ?? Buffer.alloc(0))).toBe(false);
  });

  test('a JPEG is progressive if it shall be', async () => {
    const input = await quarters().png().toBuffer();
    for (const progressive of [true, false]) {
      const { body } = await made(input, { format: 'jpeg', width: 100, progressive });
      expect((await metadataOf(body)).isProgressive).toBe(progressive);
    }
  });
});

describe('an output of more bytes than the upload', () => {
  const lossy = () => noise().webp({ quality: 10 }).toBuffer();
  test.each(['jpeg', 'png', 'webp', 'avif'])('is kept as %s', async (format) => {
    const input = await lossy();
    const { body } = await made(input, {
      format,
      ...(format !== 'png' && { quality: 95 }),
      ifLarger: 'keep',
    });
    expect((await metadataOf(body)).format).toBe(CONTENT[format as keyof typeof CONTENT]);
    expect(body.length).toBeGreaterThan(format === 'webp' ? 0 : input.length);
  });

  test('is left out, and that is said', async () => {
    const { name, degraded } = await made(await lossy(), { format: 'png', ifLarger: 'omit' });
    expect([name, degraded]).toEqual([
      'nothing',
      ['hero.png is left out: it would be larger than the upload.'],
    ]);
  });

  test.each(['jpeg', 'webp', 'avif'])(
    'is made smaller as %s, of less quality, in its format',
    async (format) => {
      const input = await lossy();
      const output = { format, quality: 95 };
      const shrunk = await made(input, { ...output, ifLarger: 'shrink' });
      const kept = await made(input, { ...output, ifLarger: 'keep' });
      expect((await metadataOf(shrunk.body)).format).toBe(CONTENT[format as keyof typeof CONTENT]);
      expect(shrunk.body.length).toBeLessThan(kept.body.length);
    },
  );

  test('keeps its quality where the upload has lost none', async () => {
    const drawing = await quarters().resize(1600, 1200, { fit: 'fill' }).png({ palette: true }).toBuffer();
    const jpeg = { format: 'jpeg', quality: 90 };
    const [shrunk, kept] = await Promise.all([
      made(drawing, jpeg),
      made(drawing, { ...jpeg, ifLarger: 'keep' }),
    ]);
    expect(kept.body.length).toBeGreaterThan(drawing.length);
    expect(shrunk.body.equals(kept.body)).toBe(true);
  });

  test('of another size is kept in any case', async () => {
    const input = await lossy();
    const { name } = await made(input, { format: 'png', width: 199, ifLarger: 'omit' });
    expect(name).toBe('hero.png');
  });
});
