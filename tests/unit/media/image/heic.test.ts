import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { edited } from './damage.ts';
import { colored, grid, heic, hevc, mirrored, profiled, TILES, turned } from './heic/heic-file.ts';
import { metadataOf, quarters, readQuarters, render, UPRIGHT } from './pictures.ts';

const fixture = (name: string) => readFileSync(new URL(`heic/${name}.heic`, import.meta.url));
const WHOLE = { columns: 2, rows: 2, width: 192, height: 128 };

/** How far the color of the optimized picture's first quarter is from the expected, in the channel that is furthest. */
async function distance(source: Buffer, expected: readonly number[]): Promise<number> {
  const { outputs } = await render(source);
  const { data, info } = await sharp(outputs.get('optimized.jpg'))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const start = (16 * info.width + 16) * info.channels;
  return Math.max(...expected.map((value, channel) => Math.abs(value - (data[start + channel] ?? 0))));
}

describe('a HEIC gives JPEGs and a WebP of its colors in sRGB', () => {
  test.each<[string, Buffer, object]>([
    ['of one picture', heic([hevc('quarters')]), { bitsPerChannel: 8 }],
    ['of 10 bits', heic([hevc('quarters10')]), { bitsPerChannel: 16 }],
    ['with all chroma samples', heic([hevc('quarters444')]), {}],
    ['of tiles', heic([grid(WHOLE, 2), ...TILES]), {}],
    [
      'of tiles that are larger than the picture',
      heic([grid({ ...WHOLE, width: 185, height: 121 }, 2), ...TILES]),
      { width: 185, height: 121 },
    ],
    ['of an odd size', fixture('odd'), { width: 191, height: 127 }],
    ['with a thumbnail', fixture('thumbnail'), {}],
    ['that says sRGB by numbers', heic([hevc('quarters', [colored(1, 13)])]), {}],
  ])('%s', async (_label, source, expected) => {
    const { names, outputs, metadata, degraded, tools } = await render(source, { contentType: 'image/heic' });
    expect(names).toEqual([
      'optimized.jpg',
      'thumb_large.jpg',
      'thumb_medium.jpg',
      'thumb_small.jpg',
      'webp.webp',
    ]);
    expect(metadata).toMatchObject({
      format: 'HEIC',
      width: 192,
      height: 128,
      frames: 1,
      hasAlpha: false,
      ...expected,
    });
    expect(degraded).toEqual([]);
    expect(tools).toMatchObject({ sharp: expect.any(String), libheif: '1.23.2' });
    for (const body of outputs.values()) {
      expect(await metadataOf(body)).toMatchObject({ space: 'srgb', depth: 'uchar', hasProfile: false });
      expect(await readQuarters(body)).toEqual(UPRIGHT);
    }
  });

  test('under the brand of any HEIF', async () => {
    const { outputs } = await render(heic([hevc('quarters')], { brand: 'mif1' }), {
      contentType: 'image/heif',
    });
    expect(await readQuarters(outputs.get('optimized.jpg'))).toEqual(UPRIGHT);
  });

  test('of which the main picture is not the first: the main one, and the job says so', async () => {
    const source = heic([hevc('red', [], [96, 64]), hevc('quarters')], { primary: 2 });
    const { outputs, metadata, degraded } = await render(source);
    expect(metadata).toMatchObject({ width: 192, height: 128 });
    expect(await readQuarters(outputs.get('optimized.jpg'))).toEqual(UPRIGHT);
    expect(degraded).toEqual(['Only the primary image of 2 is rendered.']);
  });

  test('without color: gray', async () => {
    const { outputs } = await render(heic([hevc('gray')]));
    const { channels } = await sharp(outputs.get('optimized.jpg')).stats();
    expect(Math.abs((channels[0]?.mean ?? 0) - (channels[2]?.mean ?? 9))).toBeLessThan(1);
  });
});

describe('turned and mirrored', () => {
  const [red = '', green = '', blue = '', yellow = ''] = UPRIGHT;
  test.each<[string, Buffer[], string[]]>([
    ['by a quarter to the left', [turned(1)], [green, yellow, red, blue]],
    ['by half', [turned(2)], [yellow, blue, green, red]],
    ['by a quarter to the right', [turned(3)], [blue, red, yellow, green]],
    ['top to bottom', [mirrored(0)], [blue, yellow, red, green]],
    ['left to right', [mirrored(1)], [green, red, yellow, blue]],
    ['by a quarter to the left, then left to right', [turned(1), mirrored(1)], [yellow, green, blue, red]],
  ])('%s', async (_label, properties, expected) => {
    const { outputs, metadata } = await render(heic([hevc('quarters', properties)]));
    expect(await readQuarters(outputs.get('optimized.jpg'))).toEqual(expected);
    const { width = 0, height = 0 } = await metadataOf(outputs.get('optimized.jpg'));
    expect(metadata).toMatchObject({ width, height });
  });

  test('by its boxes only: the EXIF orientation beside them is not applied again', async () => {
    const { outputs, metadata } = await render(fixture('exif-orientation'));
    expect(metadata).toMatchObject({ width: 192, height: 128 });
    expect(await readQuarters(outputs.get('optimized.jpg'))).toEqual(UPRIGHT);
  });
});

describe('colors', () => {
  const P3_RED = [240, 0, 0];
  const profileOf = async (name: string) =>
    (await sharp(await quarters().withIccProfile(name).png().toBuffer()).metadata()).icc ?? Buffer.alloc(0);

  // The file's values are 220, 30, 30 in each; by hand: https://www.w3.org/TR/css-color-4/#color-conversion-code
  test.each<[string, () => Promise<Buffer[]>, number[]]>([
    ['no statement', async () => [], [220, 30, 30]],
    ['a profile of Display P3', async () => [profiled(await profileOf('p3'))], P3_RED],
    ['numbers of Display P3', async () => [colored(12, 13)], P3_RED],
    ['numbers of BT.2020', async () => [colored(9, 1)], [255, 0, 1]],
    ['numbers that nobody has defined', async () => [colored(77, 77)], [220, 30, 30]],
    [
      'a profile for greys',
      async () => [profiled(edited(await profileOf('p3'), (copy) => copy.write('GRAY', 16)))],
      [220, 30, 30],
    ],
    ['a profile that is none', async () => [profiled(Buffer.alloc(200, 7))], [220, 30, 30]],
  ])('%s', async (_label, properties, expected) => {
    expect(await distance(heic([hevc('quarters', await properties())]), expected)).toBeLessThan(6);
  });
});

describe('transparency', () => {
  test('is kept: PNG where others give JPEG', async () => {
    const { names, outputs, metadata } = await render(fixture('alpha'));
    expect(metadata).toMatchObject({ hasAlpha: true });
    expect(names).toEqual([
      'optimized.png',
      'thumb_large.png',
      'thumb_medium.png',
      'thumb_small.png',
      'webp.webp',
    ]);
    expect(await readQuarters(outputs.get('optimized.png'))).toEqual(UPRIGHT);
    const { channels } = await sharp(outputs.get('optimized.png')).stats();
    expect(channels[3]?.mean).toBeCloseTo(127, -1);
  });

  test('is taken out of colors that are stored multiplied with it', async () => {
    // 110, 15, 15 at half: 220, 30, 30.
    const { outputs } = await render(fixture('premultiplied'));
    expect(await readQuarters(outputs.get('optimized.png'))).toEqual(UPRIGHT);
  });
});

describe('what the camera says', () => {
  test('is read; where the photo was taken goes into no output', async () => {
    const { outputs, metadata } = await render(fixture('exif'));
    expect(metadata).toMatchObject({
      camera: { make: 'Optics', model: 'One' },
      exposure: { aperture: 1.8 },
      takenAt: '2024-02-29T23:59:59',
      locationRemoved: true,
    });
    for (const body of outputs.values()) {
      expect(await metadataOf(body)).toMatchObject({ hasProfile: false });
      expect((await metadataOf(body)).exif).toBeUndefined();
    }
  });
});
