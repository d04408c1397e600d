import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { parseProfile } from '../../../../media/profile/profile.ts';
import { watermarkDefinition } from '../../../../media/watermark/watermark-definition.ts';
import { decodeWatermark, type WatermarkImage } from '../../../../media/watermark/watermark-image.ts';
import { HEADER_END, LOGO_COLOR, logoPng, pngChunk, watermarksOf } from '../../../support/logo.ts';
import { frames, render } from '../image/pictures.ts';
import { changed, refusal, withOutput } from '../profile/changed-profile.ts';

const WHITE = [255, 255, 255];
const SIZE = { width: 400, height: 300 };
/** Middles of the nine places of a watermark that is 80 pixels wide and 40 high; the margin is 6. */
const PLACES: Readonly<Record<string, [x: number, y: number]>> = {
  ...{ northwest: [46, 26], north: [200, 26], northeast: [354, 26] },
  ...{ west: [46, 150], center: [200, 150], east: [354, 150] },
  ...{ southwest: [46, 274], south: [200, 274], southeast: [354, 274] },
};

const picture = (background: string | object = '#204060', channels: 3 | 4 = 3, size = SIZE) =>
  sharp({ create: { ...size, channels, background } });

/** Makes outputs as a profile describes them, with a watermark `logo`. Gives what of them is decoded. */
async function made(source: Buffer, outputs: object[], logo?: Buffer) {
  const profile = parseProfile(changed('image.outputs', outputs));
  const watermarks = watermarksOf({ logo: logo ?? (await logoPng()) });
  return render(source, { avif: true, outputs: profile.image.outputs, watermarks });
}

async function pixelsOf(body: Buffer | undefined) {
  const { data, info } = await sharp(body)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [
    ...data.subarray((y * info.width + x) * 4, (y * info.width + x) * 4 + 4),
  ];
  return { ...info, at };
}

const isNear = (pixel: readonly number[], color: readonly number[], tolerance: number) =>
  color.every((value, i) => Math.abs(value - (pixel[i] ?? 0)) <= tolerance);

/** Places at which a color is to be seen. */
async function placesOf(
  body: Buffer | undefined,
  color: readonly number[],
  tolerance = 12,
): Promise<string[]> {
  const { at } = await pixelsOf(body);
  return Object.entries(PLACES)
    .filter(([, [x, y]]) => isNear(at(x, y), color, tolerance))
    .map(([name]) => name);
}

describe('a watermark on an image', () => {
  test.each(['jpeg', 'png', 'webp', 'avif', 'auto'])('as %s lies at its place alone', async (format) => {
    const source = await picture().png().toBuffer();
    const { outputs } = await made(source, [
      { name: 'hero', format, ifLarger: 'keep', watermark: { image: 'logo' } },
    ]);
    const [body] = [...outputs.values()];
    expect(await placesOf(body, LOGO_COLOR)).toEqual(['southeast']);
    const { at } = await pixelsOf(body);
    // Just outside of each edge: 16 pixels, the block of a JPEG's colors.
    for (const [x, y] of [
      [295, 274],
      [354, 238],
      [399, 274],
      [354, 299],
    ] as const)
      expect([x, y, isNear(at(x, y), LOGO_COLOR, 60)]).toEqual([x, y, false]);
    expect(isNear(at(10, 10), [0x20, 0x40, 0x60], 6)).toBe(true);
  });

  test.each(Object.keys(PLACES))('lies at the %s', async (position) => {
    const source = await picture().png().toBuffer();
    const watermark = { image: 'logo', position };
    const { outputs } = await made(source, [{ name: 'hero', format: 'png', watermark }]);
    expect(await placesOf(outputs.get('hero.png'), LOGO_COLOR, 0)).toEqual([position]);
  });

  test('of half the opacity is mixed with what is below, and without alpha the picture stays so', async () => {
    const source = await picture('#000000').png().toBuffer();
    const watermark = { image: 'logo', opacity: 0.5 };
    const { outputs } = await made(source, [{ name: 'hero', format: 'png', watermark }]);
    const { at } = await pixelsOf(outputs.get('hero.png'));
    expect(isNear(at(354, 274), [128, 0, 100], 1)).toBe(true);
    expect((await sharp(outputs.get('hero.png')).metadata()).hasAlpha).toBe(false);
  });

  test('keeps its own alpha, times the opacity', async () => {
    const source = await picture('#000000').png().toBuffer();
    const watermark = { image: 'logo', opacity: 0.5 };
    const { outputs } = await made(
      source,
      [{ name: 'hero', format: 'png', watermark }],
      await logoPng({ alpha: 0.5 }),
    );
    const { at } = await pixelsOf(outputs.get('hero.png'));
    expect(isNear(at(354, 274), [64, 0, 50], 2)).toBe(true);
  });

  test.each(['png', 'webp', 'avif'])('on a transparent picture is opaque itself, as %s', async (format) => {
    const source = await picture({ r: 0, g: 0, b: 0, alpha: 0 }, 4).png().toBuffer();
    const { outputs } = await made(source, [
      { name: 'hero', format, ifLarger: 'keep', watermark: { image: 'logo' } },
    ]);
    const { at } = await pixelsOf([...outputs.values()][0]);
    expect(isNear(at(354, 274), [...LOGO_COLOR, 255], 12)).toBe(true);
    expect(at(200, 150)[3]).toBe(0);
    expect(at(46, 26)[3]).toBe(0);
  });

  test('lies on the background of contain, whose size it is a share of', async () => {
    const source = await picture().png().toBuffer();
    const output = { name: 'hero', format: 'png', fit: 'contain', width: 800, height: 600 };
    const { outputs } = await made(source, [
      { ...output, watermark: { image: 'logo', position: 'northwest' } },
    ]);
    const { at } = await pixelsOf(outputs.get('hero.png'));
    // 160 × 80, 12 pixels off the edges.
    expect([at(12, 12), at(171, 91)].map((pixel) => pixel.slice(0, 3))).toEqual([LOGO_COLOR, LOGO_COLOR]);
    expect([at(11, 50), at(172, 50), at(90, 92)].map((pixel) => pixel.slice(0, 3))).toEqual([
      WHITE,
      WHITE,
      WHITE,
    ]);
  });

  test('is in color on a gray picture, with and without alpha', async () => {
    for (const gray of [
      await picture('#808080').toColourspace('b-w').png().toBuffer(),
      await picture({ r: 128, g: 128, b: 128, alpha: 0.5 }, 4).toColourspace('b-w').png().toBuffer(),
    ]) {
      expect((await sharp(gray).metadata()).channels).toBeLessThan(3);
      const { outputs } = await made(gray, [{ name: 'hero', format: 'png', watermark: { image: 'logo' } }]);
      expect(await placesOf(outputs.get('hero.png'), LOGO_COLOR, 1)).toEqual(['southeast']);
      expect(isNear((await pixelsOf(outputs.get('hero.png'))).at(200, 150), [128, 128, 128], 1)).toBe(true);
    }
  });

  test('stands upright on a picture that EXIF turns', async () => {
    const sideways = await picture('#204060', 3, { width: 300, height: 400 })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const { outputs } = await made(sideways, [{ name: 'hero', format: 'png', watermark: { image: 'logo' } }]);
    expect(await pixelsOf(outputs.get('hero.png'))).toMatchObject(SIZE);
    expect(await placesOf(outputs.get('hero.png'), LOGO_COLOR, 0)).toEqual(['southeast']);
  });

  test('is scaled for each output, and in none of those that have none', async () => {
    const source = await picture().png().toBuffer();
    const square = (name: string, side: number, more: object = {}) => ({
      ...{ name, format: 'png', width: side, height: side, ...more },
    });
    const watermark = { image: 'logo', position: 'northwest' };
    const { outputs, metadata } = await made(source, [
      square('big', 400, { watermark }),
      square('middle', 200),
      square('little', 100, { watermark: { ...watermark, position: 'southeast' } }),
      square('tiny', 50),
    ]);
    const plain = [0x20, 0x40, 0x60, 255];
    for (const name of ['middle.png', 'tiny.png']) {
      const { width, height, at } = await pixelsOf(outputs.get(name));
      const seen = new Set<string>();
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) seen.add(`${at(x, y)}`);
      expect([name, [...seen]]).toEqual([name, [`${plain}`]]);
    }
    const [big, little] = [await pixelsOf(outputs.get('big.png')), await pixelsOf(outputs.get('little.png'))];
    expect(big.at(46, 26).slice(0, 3)).toEqual(LOGO_COLOR);
    // 100 × 75 with a watermark of 20 × 10, 2 pixels off its edge.
    expect([little.at(78, 63), little.at(97, 72)].map((pixel) => pixel.slice(0, 3))).toEqual([
      LOGO_COLOR,
      LOGO_COLOR,
    ]);
    expect([little.at(11, 6), little.at(77, 68), little.at(88, 62), little.at(98, 68)]).toEqual([
      plain,
      plain,
      plain,
      plain,
    ]);
    expect(metadata).toMatchObject({ dominantColor: expect.stringMatching(/^#1|^#2/) });
  });

  test('is on the first frame of an animation', async () => {
    const animation = await (await frames(3, 300)).webp({ lossless: true }).toBuffer();
    const { outputs } = await made(animation, [
      { name: 'hero', format: 'png', watermark: { image: 'logo' } },
    ]);
    const { at } = await pixelsOf(outputs.get('hero.png'));
    // 60 × 30, 6 pixels off the edges.
    expect(at(260, 280).slice(0, 3)).toEqual(LOGO_COLOR);
  });

  test.each(['a palette', 'the data of the upload'])('is not lost for the sake of %s', async (what) => {
    const isPalette = what === 'a palette';
    const source = isPalette
      ? await picture().png({ palette: true, colors: 2 }).toBuffer()
      : await picture().jpeg({ quality: 1 }).toBuffer();
    const format = isPalette ? 'png' : 'jpeg';
    const { outputs } = await made(source, [{ name: 'hero', format, watermark: { image: 'logo' } }]);
    const [body] = [...outputs.values()];
    expect(body?.equals(source)).toBe(false);
    expect(await placesOf(body, LOGO_COLOR, isPalette ? 0 : 40)).toEqual(['southeast']);
  });

  test('is left out with an output that would be larger than the upload', async () => {
    const source = await picture().webp({ quality: 1 }).toBuffer();
    // Noise takes more bytes than any smooth picture.
    const noise = Buffer.from(Array.from({ length: 120 * 90 * 3 }, (_, i) => (i * i * 7919) % 251));
    const logo = await sharp(noise, { raw: { width: 120, height: 90, channels: 3 } })
      .png()
      .toBuffer();
    const watermark = { image: 'logo', scale: 1 };
    const output = { name: 'hero', format: 'png', watermark };
    const omitted = await made(
      source,
      [
        { ...output, ifLarger: 'omit' },
        { name: 'other', format: 'webp', width: 10 },
      ],
      logo,
    );
    expect(omitted.names).toEqual(['other.webp']);
    expect(omitted.degraded).toEqual(['hero.png is left out: it would be larger than the upload.']);
    expect((await made(source, [{ ...output, ifLarger: 'keep' }], logo)).names).toEqual(['hero.png']);
  });

  test.each<[label: string, make: () => Promise<Buffer>]>([
    [
      'of 16 bits in a wide color space',
      () => sharp(GRAY).toColourspace('rgb16').withIccProfile('p3').png().toBuffer(),
    ],
    ['of grays', () => sharp(GRAY).toColourspace('b-w').png().toBuffer()],
    ['of a palette', () => sharp(GRAY).png({ palette: true }).toBuffer()],
  ])('%s has its colors', async (_label, make) => {
    const source = await picture('#000000').png().toBuffer();
    const { outputs } = await made(
      source,
      [{ name: 'hero', format: 'png', watermark: { image: 'logo' } }],
      await make(),
    );
    expect(isNear((await pixelsOf(outputs.get('hero.png'))).at(354, 274), [200, 200, 200], 1)).toBe(true);
  });
});

const GRAY = { create: { width: 80, height: 40, channels: 3, background: '#c8c8c8' } } as const;

describe('a watermark that cannot be used is an error of the configuration', () => {
  /** A PNG whose chunks are right and whose pixels are not. */
  async function withPixels(data: Buffer): Promise<Buffer> {
    const png = await logoPng();
    return Buffer.concat([png.subarray(0, HEADER_END), pngChunk('IDAT', data), png.subarray(-12)]);
  }

  test.each<[label: string, make: () => Promise<Buffer | undefined>, message: RegExp]>([
    ['that is not there', async () => undefined, /Expected the image of the watermark logo, got none/],
    ['that is text', async () => Buffer.from('logo'), /watermark logo cannot be used.*signature/],
    ['that is cut off', async () => (await logoPng()).subarray(0, -20), /its end is missing/],
    [
      'whose pixels are no deflate stream',
      () => withPixels(Buffer.alloc(50, 7)),
      /watermark logo cannot be used/,
    ],
    [
      'whose pixels end early',
      () => withPixels(deflateSync(Buffer.alloc(100))),
      /watermark logo cannot be used/,
    ],
  ])('%s', async (_label, make, message) => {
    const source = await picture().png().toBuffer();
    const { image } = parseProfile(withOutput({ name: 'hero', format: 'png', watermark: { image: 'logo' } }));
    const png = await make();
    const emitted = render(source, {
      outputs: image.outputs,
      watermarks: watermarksOf(png ? { logo: png } : {}),
    });
    await expect(emitted).rejects.toMatchObject({
      ...{ name: 'InvalidConfiguration', category: 'configuration' },
      message: expect.stringMatching(message),
    });
  });
});

test.each(['iCCP', 'zTXt'])(
  'a watermark whose %s would inflate to 900 MB takes little memory',
  async (type) => {
    const png = await logoPng();
    const deflated = deflateSync(Buffer.alloc(900 * 2 ** 20));
    const bomb = pngChunk(type, Buffer.concat([Buffer.from('x\0\0'), deflated]));
    const before = process.memoryUsage.rss();
    const { pixels } = await decodeWatermark(
      'logo',
      watermarksOf({ logo: Buffer.concat([png.subarray(0, HEADER_END), bomb, png.subarray(HEADER_END)]) }),
    );
    expect(process.memoryUsage.rss() - before).toBeLessThan(300 * 2 ** 20);
    expect(pixels).toMatchObject({ width: 80, height: 40, channels: 4 });
  },
);

describe('in a profile', () => {
  test.each<[label: string, field: string, watermark: object, output?: object]>([
    ['no image', 'image', {}],
    ['a name that is a path', 'image', { image: '../logo' }],
    ['a name in capitals', 'image', { image: 'Logo' }],
    ['a position that looks at the picture', 'position', { image: 'logo', position: 'attention' }],
    ['an opacity of nothing', 'opacity', { image: 'logo', opacity: 0 }],
    ['an opacity above one', 'opacity', { image: 'logo', opacity: 1.1 }],
    ['a scale of nothing', 'scale', { image: 'logo', scale: 0.01 }],
    ['a scale above one', 'scale', { image: 'logo', scale: 2 }],
  ])('%s is refused, and the field named', (_label, field, watermark) => {
    const inImage = refusal(withOutput({ name: 'hero', format: 'png', watermark }));
    expect(inImage.message).toContain(`image.outputs.0.watermark.${field}: `);
    expect(refusal(changed('video.watermark', watermark)).message).toContain(`video.watermark.${field}: `);
  });

  test('all frames with a watermark are refused', () => {
    const output = { name: 'hero', format: 'webp', frames: 'all', watermark: { image: 'logo' } };
    expect(refusal(withOutput(output)).message).toContain(
      'image.outputs.0.watermark: expected none with frames all',
    );
  });

  test('it has defaults', () => {
    const { image } = parseProfile(withOutput({ name: 'hero', format: 'png', watermark: { image: 'logo' } }));
    expect(image.outputs[0]?.watermark).toEqual({
      image: 'logo',
      position: 'southeast',
      opacity: 1,
      scale: 0.2,
    });
  });
});

test('the definition names the image by its hash, not by its name', () => {
  const [logo] = [...watermarksOf({ logo: Buffer.from('a') }).values()] as [WatermarkImage];
  const look = { image: 'logo', position: 'east', opacity: 0.5, scale: 0.3 } as const;
  expect(watermarkDefinition(look, logo.sha256)).toEqual({
    ...{ sha256: logo.sha256, position: 'east', opacity: 0.5, scale: 0.3 },
  });
});
