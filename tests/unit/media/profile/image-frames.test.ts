import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { metadataOf, quarters, readQuarters, UPRIGHT } from '../image/pictures.ts';
import { made } from './image-output.ts';

const RED = [255, 0, 0];
const BLUE = [0, 0, 255];

/** A blue picture whose corners, each a quarter of both sides, are red, green, yellow and white. */
async function corners(width: number, height: number): Promise<Buffer> {
  const [across, down] = [width / 4, height / 4];
  const block = (background: string, left: number, top: number) => ({
    ...{ left, top },
    input: { create: { width: across, height: down, channels: 3 as const, background } },
  });
  const blocks = [
    block('#ff0000', 0, 0),
    block('#00ff00', width - across, 0),
    block('#ffff00', 0, height - down),
    block('#ffffff', width - across, height - down),
  ];
  const picture = sharp({ create: { width, height, channels: 3, background: '#0000ff' } });
  return picture.composite(blocks).png().toBuffer();
}

/** Reads pixels at shares of the sides. */
async function pixelsOf(body: Buffer) {
  const { data, info } = await sharp(body).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return (x: number, y: number): number[] => {
    const at = Math.floor(y * (info.height - 1)) * info.width + Math.floor(x * (info.width - 1));
    return [...data.subarray(at * 4, at * 4 + 4)];
  };
}

const WORDS: Readonly<Record<string, number[]>> = {
  ...{ red: RED, green: [0, 255, 0], yellow: [255, 255, 0], white: [255, 255, 255], blue: BLUE },
  gray: [128, 128, 128],
};
const wordOf = (pixel: readonly number[]) =>
  Object.keys(WORDS).find((word) =>
    WORDS[word]?.every((value, i) => Math.abs(value - (pixel[i] ?? 0)) < 12),
  ) ?? pixel.join(',');

/** The colors of the four corners in reading order, and of the middle. */
async function colorsOf(body: Buffer): Promise<string> {
  const at = await pixelsOf(body);
  const places = [
    [0.02, 0.02],
    [0.98, 0.02],
    [0.02, 0.98],
    [0.98, 0.98],
    [0.5, 0.5],
  ] as const;
  return places.map(([x, y]) => wordOf(at(x, y))).join(' ');
}

const sizeOf = async (body: Buffer) => {
  const { format, width, height } = await metadataOf(body);
  return `${format} ${width}×${height}`;
};
const COVER = { format: 'png', fit: 'cover', width: 100, height: 100 } as const;
const CONTAIN = { format: 'png', fit: 'contain', background: '#808080' } as const;

describe('cover keeps of a picture', () => {
  test.each([
    ['center', 'blue blue blue blue blue', 'blue blue blue blue blue'],
    ['west', 'red blue yellow blue blue', 'blue blue blue blue blue'],
    ['east', 'blue green blue white blue', 'blue blue blue blue blue'],
    ['north', 'blue blue blue blue blue', 'red green blue blue blue'],
    ['south', 'blue blue blue blue blue', 'blue blue yellow white blue'],
    ['northwest', 'red blue yellow blue blue', 'red green blue blue blue'],
    ['southwest', 'red blue yellow blue blue', 'blue blue yellow white blue'],
    ['northeast', 'blue green blue white blue', 'red green blue blue blue'],
    ['southeast', 'blue green blue white blue', 'blue blue yellow white blue'],
  ])('by %s the same edge of a wide and of a tall one', async (gravity, wide, tall) => {
    for (const [width, height, expected] of [
      [400, 200, wide],
      [200, 400, tall],
    ] as const) {
      const { name, body } = await made(await corners(width, height), { ...COVER, gravity });
      expect([name, await sizeOf(body), await colorsOf(body)]).toEqual(['hero.png', 'png 100×100', expected]);
    }
  });

  test.each(['attention', 'entropy'])('by %s exactly the size, with what stands out', async (gravity) => {
    const spot = { create: { width: 60, height: 60, channels: 3, background: '#ff0000' } } as const;
    const source = sharp({ create: { width: 600, height: 100, channels: 3, background: '#808080' } });
    const input = await source
      .composite([{ input: spot, left: 520, top: 20 }])
      .png()
      .toBuffer();
    const { body } = await made(input, { ...COVER, gravity });
    expect(await sizeOf(body)).toBe('png 100×100');
    const { channels } = await sharp(body).stats();
    expect(channels[0]?.max).toBeGreaterThan(240);
  });

  test.each([
    [1200, 90],
    [90, 1200],
    [1, 1],
    [333, 222],
  ])('exactly %d×%d pixels, enlarged if need be', async (width, height) => {
    const { body } = await made(await quarters().png().toBuffer(), { ...COVER, width, height });
    expect(await sizeOf(body)).toBe(`png ${width}×${height}`);
  });

  test('all of one with the same shape', async () => {
    const { body } = await made(await quarters().png().toBuffer(), { ...COVER, width: 384, height: 256 });
    expect(await readQuarters(body)).toEqual(UPRIGHT);
  });
});

describe('contain puts a picture', () => {
  // Corners of the frame and its middle: gray is the background, blue the picture, whose corners are at those of the frame.
  test.each([
    ['center', 'gray gray gray gray blue', 'gray gray gray gray blue'],
    ['attention', 'gray gray gray gray blue', 'gray gray gray gray blue'],
    ['entropy', 'gray gray gray gray blue', 'gray gray gray gray blue'],
    ['north', 'red green gray gray blue', 'gray gray gray gray blue'],
    ['south', 'gray gray yellow white blue', 'gray gray gray gray blue'],
    ['west', 'gray gray gray gray blue', 'red gray yellow gray blue'],
    ['east', 'gray gray gray gray blue', 'gray green gray white blue'],
    ['northwest', 'red green gray gray blue', 'red gray yellow gray blue'],
    ['northeast', 'red green gray gray blue', 'gray green gray white blue'],
    ['southwest', 'gray gray yellow white blue', 'red gray yellow gray blue'],
    ['southeast', 'gray gray yellow white blue', 'gray green gray white blue'],
  ])('by %s at the same edge, be it wide or tall', async (gravity, wide, tall) => {
    for (const [width, height, expected] of [
      [400, 320, wide],
      [320, 400, tall],
    ] as const) {
      const frame = { ...CONTAIN, gravity, width: 100, height: 100 };
      const { body } = await made(await corners(width, height), frame);
      expect([gravity, await sizeOf(body), await colorsOf(body)]).toEqual([gravity, 'png 100×100', expected]);
    }
  });

  test('whole and not enlarged into the middle of a larger frame', async () => {
    const { body } = await made(await corners(80, 40), { ...CONTAIN, width: 160, height: 80 });
    expect([await sizeOf(body), await colorsOf(body)]).toEqual(['png 160×80', 'gray gray gray gray blue']);
    const inner = await sharp(body).extract({ left: 40, top: 20, width: 80, height: 40 }).png().toBuffer();
    expect(await colorsOf(inner)).toBe('red green yellow white blue');
    const { data } = await sharp(body).trim({ threshold: 20 }).toBuffer({ resolveWithObject: true });
    expect(await sizeOf(data)).toBe('png 80×40');
  });

  test.each(['#ff0000', '#00FF00', '#0000ff'])('that is gray on %s', async (background) => {
    const gray = sharp({ create: { width: 40, height: 80, channels: 3, background: '#808080' } });
    const input = await gray.toColorspace('b-w').png().toBuffer();
    const at = await pixelsOf((await made(input, { ...CONTAIN, background, width: 80, height: 80 })).body);
    expect(wordOf(at(0.5, 0.5))).toBe('gray');
    expect(`#${Buffer.from(at(0, 0).slice(0, 3)).toString('hex')}`).toBe(background.toLowerCase());
  });

  test.each([
    ['another size', 80, 80],
    ['its own size', 60, 40],
  ])('that is transparent on the background, in a frame of %s', async (_label, width, height) => {
    const clear = sharp({ create: { width: 60, height: 40, channels: 4, background: '#00000000' } });
    const frame = { ...CONTAIN, width, height, background: '#ff0000' };
    for (const format of ['png', 'webp', 'avif', 'jpeg', 'auto']) {
      const at = await pixelsOf((await made(await clear.png().toBuffer(), { ...frame, format })).body);
      for (const share of [0, 0.5, 1])
        expect([format, wordOf(at(share, share)), at(share, share)[3]]).toEqual([format, 'red', 255]);
    }
  });
});

describe('inside scales a picture of 192×128 down', () => {
  test.each([
    ['to a width', { width: 96 }, '96×64'],
    ['to a height', { height: 32 }, '48×32'],
    ['to both, whichever is less', { width: 100, height: 32 }, '48×32'],
    ['not at all where it fits', { width: 1000, height: 1000 }, '192×128'],
    ['not at all without sides', {}, '192×128'],
    ['to one pixel at least', { height: 1 }, '2×1'],
  ])('%s', async (_label, frame, expected) => {
    for (const format of ['jpeg', 'png', 'webp', 'avif', 'auto']) {
      const { body } = await made(await quarters().tiff().toBuffer(), { format, ...frame });
      expect((await sizeOf(body)).split(' ')[1]).toBe(expected);
    }
  });
});
