import { describe, expect, test } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { frames, metadataOf, quarters, readQuarters, UPRIGHT } from '../image/pictures.ts';
import { made } from './image-output.ts';

const FORMATS = ['jpeg', 'png', 'webp', 'avif'] as const;
const CONTENT = { jpeg: 'jpeg', png: 'png', webp: 'webp', avif: 'heif' } as const;
const NAMES = { jpeg: 'hero.jpg', png: 'hero.png', webp: 'hero.webp', avif: 'hero.avif' } as const;

const plain = (background: string, width = 64, height = 48) =>
  sharp({ create: { width, height, channels: 4, background } });
const middleOf = async (body: Buffer): Promise<number[]> => {
  const { data, info } = await sharp(body)
    .toColorspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2)) * 4;
  return [...data.subarray(at, at + 4)];
};
const isNear = (pixel: readonly number[], expected: readonly number[]) =>
  expected.every((value, i) => Math.abs(value - (pixel[i] ?? 0)) <= 12);

const SOURCES: [label: string, source: () => Sharp, middle: (clear: boolean) => readonly number[]][] = [
  ['opaque', () => plain('#2040c0').removeAlpha().png(), () => [0x20, 0x40, 0xc0, 255]],
  ['transparent', () => plain('#2040c000').png(), (isClear) => (isClear ? [] : [0, 255, 0, 255])],
  ['gray', () => plain('#808080').removeAlpha().toColorspace('b-w').png(), () => [128, 128, 128, 255]],
  [
    'palette',
    () => plain('#c04020').removeAlpha().png({ palette: true, colors: 4 }),
    () => [0xc0, 0x40, 0x20, 255],
  ],
  ['16-bit', () => plain('#20c040').removeAlpha().toColorspace('rgb16').png(), () => [0x20, 0xc0, 0x40, 255]],
  [
    'CMYK',
    () => plain('#ffffff').removeAlpha().toColorspace('cmyk').jpeg({ quality: 100 }),
    () => [255, 255, 255, 255],
  ],
];

describe.each(FORMATS)('%s is what it says', (format) => {
  test.each(SOURCES)('for an %s picture', async (_label, source, middle) => {
    for (const frame of [{}, { width: 20 }, { fit: 'cover', width: 100, height: 100 }]) {
      const output = { format, background: '#00ff00', ...frame };
      const { name, body } = await made(await source().toBuffer(), output);
      expect([name, (await metadataOf(body)).format]).toEqual([NAMES[format], CONTENT[format]]);
      const pixel = await middleOf(body);
      const isClear = format !== 'jpeg';
      expect({ pixel, isRight: isNear(pixel, middle(isClear)) }).toMatchObject({ isRight: true });
    }
  });

  test('for an animation, of which it shows the first frame', async () => {
    const { name, body } = await made(await (await frames(5)).gif().toBuffer(), { format, width: 20 });
    const metadata = await metadataOf(body, true);
    expect([name, metadata.format, metadata.pages ?? 1]).toEqual([NAMES[format], CONTENT[format], 1]);
    expect([metadata.width, metadata.height]).toEqual([20, 20]);
    const [red = 0, green = 0, blue = 0] = await middleOf(body);
    expect(red).toBeGreaterThan(green + blue);
  });

  test('for a photo that lies on its side, upright', async () => {
    const turned = quarters().rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 95 });
    for (const [frame, size] of [
      [{}, [192, 128]],
      [{ width: 96 }, [96, 64]],
      [{ fit: 'cover', width: 60, height: 40 }, [60, 40]],
      [{ fit: 'contain', width: 96, height: 64 }, [96, 64]],
    ] as const) {
      const { body } = await made(await turned.toBuffer(), { format, ifLarger: 'keep', ...frame });
      const { width, height, orientation = 1 } = await metadataOf(body);
      expect([width, height, orientation]).toEqual([...size, 1]);
      expect(await readQuarters(body, 40)).toEqual(UPRIGHT);
    }
  });
});

test.each([
  ['gray with alpha', () => plain('#80808000').toColorspace('b-w').png()],
  ['a palette with alpha', () => plain('#80808000').png({ palette: true })],
  ['colors with alpha', () => plain('#80808000').webp({ lossless: true })],
])('a JPEG of %s shows the background', async (_label, source) => {
  for (const frame of [{}, { width: 30 }, { fit: 'contain', width: 90, height: 90 }]) {
    const output = { format: 'jpeg', background: '#ff8000', ...frame };
    const pixel = await middleOf((await made(await source().toBuffer(), output)).body);
    expect({ pixel, isRight: isNear(pixel, [255, 128, 0, 255]) }).toMatchObject({ isRight: true });
  }
});

test.each(['png', 'webp', 'avif', 'auto'])('%s keeps what is transparent', async (format) => {
  const input = await plain('#ff000000').png().toBuffer();
  for (const frame of [{}, { width: 30 }, { fit: 'cover', width: 90, height: 90 }])
    expect((await middleOf((await made(input, { format, ...frame })).body))[3]).toBe(0);
});

describe('an animation with all frames', () => {
  test.each([
    ['a width', { width: 30 }, [30, 30]],
    ['a height', { height: 20 }, [20, 20]],
    ['both', { width: 30, height: 10 }, [10, 10]],
    ['neither', {}, [40, 40]],
    ['more than it has', { width: 400 }, [40, 40]],
  ])('keeps all with %s', async (_label, frame, size) => {
    for (const source of [(await frames(7)).gif(), (await frames(7)).webp({ lossless: true })]) {
      const { name, body } = await made(await source.toBuffer(), { format: 'webp', frames: 'all', ...frame });
      const { format, pages, width, pageHeight } = await metadataOf(body, true);
      expect({ name, format, pages, size: [width, pageHeight] }).toEqual({
        name: 'hero.webp',
        format: 'webp',
        pages: 7,
        size,
      });
    }
  });

  test('of one frame is a still picture', async () => {
    const { body } = await made(await quarters().png().toBuffer(), {
      format: 'webp',
      frames: 'all',
      width: 50,
    });
    const { pages = 1, width } = await metadataOf(body, true);
    expect([pages, width]).toEqual([1, 50]);
  });
});
