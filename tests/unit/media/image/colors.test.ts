import { afterAll, describe, expect, test } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { withChunk } from './damage.ts';
import { alphaOf, av1, colored, heic, hevc, turned } from './heic/heic-file.ts';
import { QUARTERS, quarters, render } from './pictures.ts';

type Color = readonly number[];
type ToSrgb = (stored: Color) => Color;

// The reference: https://www.w3.org/TR/css-color-4/#color-conversion-code, from linear light to linear sRGB.
const P3 = [
  [1.2249401763, -0.2249401763, 0],
  [-0.0420569547, 1.0420569547, 0],
  [-0.0196375546, -0.0786360456, 1.0982736002],
];
const BT2020 = [
  [1.660491, -0.587641, -0.07285],
  [-0.12455, 1.1329, -0.00835],
  [-0.018151, -0.100579, 1.11873],
];
const SAME = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
/** Blue, red, green in place of red, green, blue. */
const SWAPPED: [[number, number, number], [number, number, number], [number, number, number]] = [
  [0, 0, 1],
  [1, 0, 0],
  [0, 1, 0],
];
const srgbLight = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const srgbValue = (light: number) =>
  light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;

/** The conversion of stored values by a matrix of light; light beyond sRGB is cut off. */
const reference =
  (matrix: readonly Color[], light: (value: number) => number): ToSrgb =>
  (stored) => {
    const linear = stored.map((value) => light(value / 255));
    return matrix.map((row) => {
      const share = row.reduce((sum, factor, channel) => sum + factor * (linear[channel] ?? 0), 0);
      return 255 * srgbValue(Math.min(1, Math.max(0, share)));
    });
  };
const UNCHANGED: ToSrgb = (stored) => stored;
const FROM_P3 = reference(P3, srgbLight);
const FROM_2020 = reference(BT2020, srgbLight);
const FROM_LINEAR = reference(SAME, (value) => value);

/** What was measured, by the name of the test. */
const measured: { test: string; error: number }[] = [];
afterAll(() => {
  const [worst, ...rest] = measured.toSorted((a, b) => b.error - a.error);
  const median = rest[rest.length >> 1];
  process.stdout.write(
    `colors: RMSE of ${measured.length} outputs to the reference, of 255: median ${median?.error.toFixed(2)}, worst ${worst?.error.toFixed(2)} (${worst?.test})\n`,
  );
});

/** Root of the mean square of the differences over the four quarters and three channels, of 255. */
async function rmse(body: Buffer | undefined, expected: readonly Color[]): Promise<number> {
  const { data, info } = await sharp(body ?? Buffer.alloc(0))
    .flatten({ background: '#fff' })
    .toColorspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const differences = expected.flatMap((color, quarter) => {
    const x = Math.floor(info.width * (quarter % 2 ? 0.75 : 0.25));
    const y = Math.floor(info.height * (quarter > 1 ? 0.75 : 0.25));
    const at = (y * info.width + x) * info.channels;
    return color.map((value, channel) => value - (data[at + channel] ?? 0));
  });
  const error = Math.sqrt(differences.reduce((sum, each) => sum + each ** 2, 0) / differences.length);
  measured.push({ test: expect.getState().currentTestName ?? '', error });
  return error;
}

/** A picture that stores the four colors, upright or as a camera held on its side does (EXIF 6). */
const picture = ({ alpha = false, onSide = false } = {}): Sharp => {
  const stored = alpha ? quarters().ensureAlpha(1) : quarters();
  return onSide ? stored.rotate(270).withMetadata({ orientation: 6 }) : stored;
};

const PNG_CHUNKS: readonly [string, ToSrgb, Readonly<Record<string, Buffer>>][] = [
  ['cICP of Display P3', FROM_P3, { cICP: Buffer.from([12, 13, 0, 1]) }],
  ['cICP of BT.2020', FROM_2020, { cICP: Buffer.from([9, 1, 0, 1]) }],
  ['gAMA of linear light', FROM_LINEAR, { gAMA: u32(100_000) }],
  ['gAMA and cHRM of sRGB, as most editors write', UNCHANGED, { gAMA: u32(45_455), cHRM: chrm('srgb') }],
  ['gAMA and cHRM of Display P3', FROM_P3, { gAMA: u32(45_455), cHRM: chrm('p3') }],
  ['cHRM alone', UNCHANGED, { cHRM: chrm('p3') }],
  ['sRGB before gAMA', UNCHANGED, { sRGB: Buffer.from([0]), gAMA: u32(100_000) }],
  ['cICP before sRGB', FROM_P3, { sRGB: Buffer.from([0]), cICP: Buffer.from([12, 13, 0, 1]) }],
  ['cICP of sRGB before gAMA', UNCHANGED, { gAMA: u32(100_000), cICP: Buffer.from([1, 13, 0, 1]) }],
  [
    'cICP that nobody has defined, then gAMA',
    FROM_LINEAR,
    { cICP: Buffer.from([99, 99, 0, 1]), gAMA: u32(100_000) },
  ],
  ['gAMA of zero', UNCHANGED, { gAMA: u32(0) }],
];

/** A table of one tag: orientation 6. */
const ON_SIDE = Buffer.from('4d4d002a000000080001011200030000000100060000' + '00000000', 'hex');

const SHAPES = [
  ['upright', {}],
  ['on its side', { onSide: true }],
  ['with alpha', { alpha: true }],
  ['on its side with alpha', { onSide: true, alpha: true }],
] as const;

describe('colors in sRGB, within an RMSE of 4 of the reference', () => {
  const check = async (source: Buffer, toSrgb: ToSrgb) => {
    const expected = QUARTERS.map(toSrgb);
    const { outputs, degraded } = await render(source);
    expect(degraded).toEqual([]);
    for (const [name, body] of outputs) {
      const error = await rmse(body, expected);
      expect({ name, rmse: error, near: error < 4 }).toEqual({ name, rmse: error, near: true });
    }
  };

  describe.each(PNG_CHUNKS)('PNG with %s', (_label, toSrgb, chunks) => {
    test.each(SHAPES)('%s', async (_shape, shape) => {
      // Without the profile that sharp adds with the orientation.
      const png = await sharp(await picture(shape).png().toBuffer())
        .png()
        .toBuffer();
      await check(addChunks(png, { ...chunks, ...('onSide' in shape && { eXIf: ON_SIDE }) }), toSrgb);
    });

    test('of 16 bits', async () => {
      const png = await picture().toColorspace('rgb16').png().toBuffer();
      await check(addChunks(png, chunks), toSrgb);
    });
  });

  test('PNG with cICP and iCCP: cICP counts', async () => {
    const png = await picture().withIccProfile('p3').png().toBuffer();
    const stored = await sharp(png, { ignoreIcc: true }).raw().toBuffer();
    const as2020 = [0, 1, 2, 3].map((quarter) => {
      const at = ((quarter > 1 ? 96 : 32) * 192 + (quarter % 2 ? 144 : 48)) * 3;
      return FROM_2020([...stored.subarray(at, at + 3)]);
    });
    const { outputs } = await render(withChunk(png, 'cICP', Buffer.from([9, 1, 0, 1])));
    expect(await rmse(outputs.get('optimized.jpg'), as2020)).toBeLessThan(4);
  });

  test('PNG with a gAMA whose checksum is wrong: as if it had none', async () => {
    await check(withChunk(await picture().png().toBuffer(), 'gAMA', u32(100_000), 7), UNCHANGED);
  });

  test('gray PNG with gAMA', async () => {
    const gray = sharp({ create: { width: 64, height: 64, channels: 3, background: '#808080' } });
    const png = withChunk(await gray.toColorspace('b-w').png().toBuffer(), 'gAMA', u32(100_000));
    const { outputs } = await render(png);
    // 128 of 255 in linear light.
    expect(await rmse(outputs.get('optimized.jpg'), Array(4).fill([188, 188, 188]))).toBeLessThan(2);
  });

  describe.each([
    ['Display P3', 12, 13, FROM_P3],
    ['BT.2020', 9, 1, FROM_2020],
    ['linear light', 1, 8, FROM_LINEAR],
    ['sRGB', 1, 13, UNCHANGED],
    ['what nobody has defined', 99, 99, UNCHANGED],
  ] as const)('AVIF with numbers of %s', (_label, primaries, transfer, toSrgb) => {
    test.each(SHAPES)('%s', async (_shape, shape) => {
      await check(await avifWith([primaries, transfer], shape), toSrgb);
    });

    test('of 10 bits', async () => {
      await check(await avifWith([primaries, transfer], { bitdepth: 10 }), toSrgb);
    });
  });

  test.each([
    ['Display P3', [colored(12, 13)], FROM_P3],
    ['linear light', [colored(1, 8)], FROM_LINEAR],
  ] as const)('HEIC with numbers of %s', async (_label, properties, toSrgb) => {
    await check(heic([hevc('quarters', [...properties])]), toSrgb);
    const [red, green, blue, yellow] = QUARTERS.map(toSrgb) as [Color, Color, Color, Color];
    const { outputs } = await render(heic([hevc('quarters', [...properties, turned(2)])]));
    expect(await rmse(outputs.get('optimized.jpg'), [yellow, blue, green, red])).toBeLessThan(4);
  });

  describe.each<[string, (image: Sharp) => Sharp]>([
    ['JPEG', (image) => image.jpeg({ quality: 95 })],
    ['PNG', (image) => image.png()],
    ['WebP', (image) => image.webp({ quality: 95 })],
    ['TIFF', (image) => image.tiff({ compression: 'lzw' })],
    ['AVIF', (image) => image.avif({ quality: 95, effort: 1 })],
  ])('%s with a profile of Display P3', (label, encode) => {
    test.each(SHAPES.filter(([, shape]) => label !== 'JPEG' || !('alpha' in shape)))(
      '%s',
      async (_shape, shape) => {
        await check(await encode(picture(shape).withIccProfile('p3')).toBuffer(), UNCHANGED);
      },
    );
  });
});

describe('animations keep their colors, whatever their profile and orientation', () => {
  const ANIMATED: readonly [string, (image: Sharp) => Sharp][] = [
    ['WebP', (image) => image.webp({ lossless: true, delay: [100, 100] })],
    ['GIF', (image) => image.gif({ delay: [100, 100] })],
  ];
  const CASES = ANIMATED.flatMap(([label, encode]) =>
    [false, true].flatMap((alpha) =>
      (label === 'GIF' ? [1] : [1, 3, 6]).flatMap((orientation) =>
        (label === 'GIF' ? [undefined] : [undefined, 'p3']).map(
          (profile) => [label, { alpha, orientation, profile }, encode] as const,
        ),
      ),
    ),
  );

  test.each(CASES)('%s, %j', async (_label, { alpha, orientation, profile }, encode) => {
    const angle = { 1: 0, 3: 180, 6: 270 }[orientation] ?? 0;
    const frame = async (image: Sharp) =>
      (alpha ? image.ensureAlpha(1) : image).rotate(angle).png().toBuffer();
    // The second frame is the first, but for the order of its channels.
    const second = sharp(await quarters().raw().toBuffer(), {
      raw: { width: 192, height: 128, channels: 3 },
    });
    const pages = [await frame(quarters()), await frame(second.recomb(SWAPPED))];
    const joined = sharp(pages, { join: { animated: true } }).withMetadata({ orientation });
    const source = await encode(profile ? joined.withIccProfile(profile) : joined).toBuffer();
    const { outputs } = await render(source);
    const webp = outputs.get('webp.webp') ?? Buffer.alloc(0);
    const errors = {
      still: await rmse(outputs.get('optimized.jpg'), QUARTERS),
      first: await rmse(webp, QUARTERS),
      second: await rmse(
        await sharp(webp, { page: 1 }).png().toBuffer(),
        QUARTERS.map(([r = 0, g = 0, b = 0]) => [b, r, g]),
      ),
    };
    expect({ ...errors, near: Object.values(errors).every((error) => error < 4) }).toEqual({
      ...errors,
      near: true,
    });
  });
});

describe('light beyond a screen', () => {
  // White paper of 203 cd/m² leaves room above it: 225, as in HEIC.
  test.each([
    ['PQ', 16, 148],
    ['HLG', 18, 191],
  ] as const)('of PNG and AVIF in %s is tone-mapped', async (_label, transfer, stored) => {
    const background = { r: stored, g: stored, b: stored };
    const image = sharp({ create: { width: 64, height: 64, channels: 3, background } });
    const png = withChunk(await image.clone().png().toBuffer(), 'cICP', Buffer.from([9, transfer, 0, 1]));
    for (const source of [png, await avifWith([9, transfer], { image })]) {
      const { outputs } = await render(source);
      expect(await rmse(outputs.get('optimized.jpg'), Array(4).fill([225, 225, 225]))).toBeLessThan(3);
    }
  });
});

test('a PNG in the narrow range of video: 16 is black, 235 white', async () => {
  const pixels = sharp({ create: { width: 64, height: 64, channels: 3, background: '#101010' } });
  const { outputs } = await render(
    withChunk(await pixels.png().toBuffer(), 'cICP', Buffer.from([1, 13, 0, 0])),
  );
  expect(await rmse(outputs.get('optimized.jpg'), Array(4).fill([0, 0, 0]))).toBeLessThan(2);
});

function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}

/** White, red, green and blue as x and y. */
function chrm(space: 'srgb' | 'p3'): Buffer {
  const primaries = space === 'srgb' ? [64_000, 33_000, 30_000, 60_000] : [68_000, 32_000, 26_500, 69_000];
  return u32(31_270, 32_900, ...primaries, 15_000, 6000);
}

function addChunks(png: Buffer, chunks: Readonly<Record<string, Buffer>>): Buffer {
  return Object.entries(chunks).reduce((file, [type, content]) => withChunk(file, type, content), png);
}

/** An AVIF with these numbers; on its side by its own box, since its EXIF turns nothing. */
async function avifWith(
  nclx: readonly [primaries: number, transfer: number],
  { alpha = false, onSide = false, bitdepth = 8 as 8 | 10, image = quarters() } = {},
): Promise<Buffer> {
  const options = { quality: 95, effort: 1, chromaSubsampling: '4:4:4', bitdepth } as const;
  const { data: pixels, info } = await (onSide ? image.rotate(270) : image)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const raw = { width, height, channels: 3 } as const;
  const encoded = await sharp(pixels, { raw }).avif(options).toBuffer();
  const color = av1(encoded, [width, height], [colored(...nclx), ...(onSide ? [turned(3)] : [])]);
  if (!alpha) return heic([color], { brand: 'avif' });
  const opaque = sharp({ create: { width, height, channels: 3, background: '#fff' } }).toColorspace('b-w');
  const mask = alphaOf(1, av1(await opaque.avif(options).toBuffer(), [width, height]));
  return heic([color, mask], { brand: 'avif' });
}
