import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { bareSource } from '../../../../media/image/source/bare-source.ts';
import { jpegQuality } from '../../../../media/image/source/jpeg/jpeg-quality.ts';
import { landscape } from '../../../../samples/camera-photo.ts';
import { makeImages } from '../../../../samples/make-images.ts';
import { withChunk, withSegment } from './damage.ts';
import { metadataOf, quarters, type Rendered, readQuarters, render, UPRIGHT } from './pictures.ts';
import { TAG, tiffFile } from './tiff-file.ts';

/** A picture with much noise, which no format stores well. */
const noise = (side = 300) =>
  sharp({
    create: {
      ...{ width: side, height: side, channels: 3, background: '#888' },
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  });
/** Lines of text, in effect: black and white in fine strokes. */
const scan = () => {
  const [width, height] = [800, 600];
  const pixels = Buffer.alloc(width * height, 255);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (y % 20 < 12 && (x * 7 + (y % 20) * (x % 13)) % 11 < 3) pixels[y * width + x] = 0;
  return sharp(pixels, { raw: { width, height, channels: 1 } });
};
/** A round picture on nothing, as messengers send it. */
async function sticker(side: number): Promise<Sharp> {
  const mask = Buffer.alloc(side * side);
  for (let at = 0; at < mask.length; at++)
    mask[at] = Math.hypot((at % side) - side / 2, at / side - side / 2) < side / 2 ? 255 : 0;
  return (await landscape(side, side)).joinChannel(mask, { raw: { width: side, height: side, channels: 1 } });
}
const rawOf = (body: Buffer | undefined) =>
  sharp(body ?? Buffer.alloc(0))
    .removeAlpha()
    .toColorspace('srgb')
    .raw()
    .toBuffer();

/** Rows of the table that is printed: bytes of the outputs of the source's own size. */
const rows: string[] = [];
afterAll(() => {
  process.stdout.write(`bytes of outputs against their source:\n${rows.join('\n')}\n`);
});

/** The outputs of the source's own size that have more bytes than it. */
function larger({ outputs, facts, metadata }: Rendered, source: Buffer, label = currentTest()): string[] {
  const { width, height } = metadata as { width: number; height: number };
  const same = [...outputs].filter(
    ([name]) => facts.get(name)?.width === width && facts.get(name)?.height === height,
  );
  expect(same.map(([name]) => name)).toEqual(expect.arrayContaining(['webp.webp']));
  const shares = same.map(([name, body]) => `${name} ${((100 * body.length) / source.length).toFixed(0)} %`);
  rows.push(`  ${label}: ${source.length}; ${shares.join(', ')}`);
  return same
    .filter(([, body]) => body.length > source.length)
    .map(([name, body]) => `${name}: ${body.length}`);
}

const currentTest = () => expect.getState().currentTestName?.replace(/^.* than it /, '') ?? '';

describe('no output of the upload’s size has more bytes than it', () => {
  test.each<[string, () => Promise<Buffer>, string]>([
    ['a JPEG of quality 20', () => noise().jpeg({ quality: 20 }).toBuffer(), 'optimized.jpg'],
    [
      'a JPEG of quality 20 by mozjpeg',
      () => noise().jpeg({ quality: 20, mozjpeg: true }).toBuffer(),
      'optimized.jpg',
    ],
    [
      'a gray JPEG of quality 30',
      () => noise().grayscale().jpeg({ quality: 30 }).toBuffer(),
      'optimized.jpg',
    ],
    [
      'a JPEG of quality 20 on its side',
      () => noise().jpeg({ quality: 20 }).withMetadata({ orientation: 6 }).toBuffer(),
      'optimized.jpg',
    ],
    [
      'a photo of quality 40',
      async () => (await landscape(640, 480)).jpeg({ quality: 40 }).toBuffer(),
      'optimized.jpg',
    ],
    ['a scan of 1 bit', () => scan().png({ palette: true, colours: 2 }).toBuffer(), 'optimized.png'],
    [
      'a palette PNG',
      () => scan().tint('#8af').png({ palette: true, colours: 8 }).toBuffer(),
      'optimized.png',
    ],
    ['a GIF', () => scan().gif({ colours: 4 }).toBuffer(), 'optimized.png'],
    [
      'a PNG of true color that is line art',
      () => scan().toColorspace('srgb').png({ compressionLevel: 9 }).toBuffer(),
      'optimized.png',
    ],
    [
      'a photo as a lossless WebP',
      async () => (await landscape(640, 480)).webp({ lossless: true }).toBuffer(),
      'optimized.jpg',
    ],
    [
      'a photo as a WebP of quality 75',
      async () => (await landscape(640, 480)).webp({ quality: 75 }).toBuffer(),
      'optimized.jpg',
    ],
    [
      'a photo as an AVIF of quality 50',
      async () => (await landscape(640, 480)).avif({ quality: 50, effort: 2 }).toBuffer(),
      'optimized.jpg',
    ],
    [
      'a sticker as a WebP of quality 75',
      async () => (await sticker(512)).webp({ quality: 75 }).toBuffer(),
      'optimized.webp',
    ],
  ])('%s', async (_label, make, optimized) => {
    const source = await make();
    const rendered = await render(source, { avif: true });
    expect(rendered.names).toContain(optimized);
    expect(larger(rendered, source)).toEqual([]);
  });

  test('than a lossless WebP of few colors, but for a PNG of as many colors', async () => {
    const source = await scan().webp({ lossless: true }).toBuffer();
    const { outputs } = await render(source);
    expect(outputs.get('webp.webp')?.length).toBeLessThanOrEqual(source.length);
    const png = outputs.get('optimized.png');
    expect(await metadataOf(png)).toMatchObject({ bitsPerSample: 1, isPalette: true });
    expect((await rawOf(png)).equals(await rawOf(source))).toBe(true);
  });

  test('the samples', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sizes-test-'));
    try {
      const taken = (await makeImages(folder)).filter((sample) => sample.expect === 'COMPLETED');
      for (const { file } of taken) {
        const source = await readFile(file);
        const found = larger(await render(source, { avif: true }), source, basename(file));
        expect(found).toEqual([]);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('AVIF is left out where it is larger at any quality worth having, and the job says so', async () => {
    const source = await scan().png({ palette: true, colours: 2 }).toBuffer();
    const { names, degraded } = await render(source, { avif: true });
    expect(names).not.toContain('avif.avif');
    expect(degraded).toEqual(['avif.avif is left out: it would be larger than the upload.']);
  });

  test('a WebP: its own image data, without its metadata', async () => {
    const source = await noise()
      .webp({ quality: 30 })
      .withExif({ IFD0: { Make: 'Optics' } })
      .toBuffer();
    const { outputs } = await render(source);
    const webp = outputs.get('webp.webp');
    expect(webp?.length).toBeLessThan(source.length);
    expect((await metadataOf(webp)).exif).toBeUndefined();
    expect((await rawOf(webp)).equals(await rawOf(source))).toBe(true);
  });

  test('an animated WebP', async () => {
    const pages = await Promise.all([noise(100), noise(100)].map((image) => image.png().toBuffer()));
    const source = await sharp(pages, { join: { animated: true } })
      .webp({ quality: 20 })
      .toBuffer();
    const { outputs } = await render(source);
    expect(outputs.get('webp.webp')?.length).toBeLessThanOrEqual(source.length);
    expect(await metadataOf(outputs.get('webp.webp'), true)).toMatchObject({ pages: 2 });
  });
});

describe('line art', () => {
  test.each<[string, () => Promise<Buffer>, number]>([
    ['a scan of 1 bit', () => scan().png({ palette: true, colours: 2 }).toBuffer(), 1],
    ['a gray PNG of 1 bit', async () => grayBits(1), 1],
    [
      'a TIFF of 4 bits',
      async () =>
        tiffFile({ width: 200, height: 200, pixels: Buffer.alloc(20_000, 0x0f), tags: { [TAG.bits]: [4] } }),
      4,
    ],
    ['a palette of 16 colors', () => quarters().png({ palette: true, colours: 16 }).toBuffer(), 4],
    ['a GIF', () => quarters().gif({ colours: 4 }).toBuffer(), 2],
  ])('%s keeps every pixel, and as few bits', async (_label, make, bits) => {
    const source = await make();
    const { outputs } = await render(source);
    const optimized = outputs.get('optimized.png');
    expect((await rawOf(optimized)).equals(await rawOf(source))).toBe(true);
    expect((await metadataOf(optimized)).bitsPerSample).toBeLessThanOrEqual(bits);
    const webp = await rawOf(outputs.get('webp.webp'));
    expect(webp.equals(await rawOf(source))).toBe(true);
  });

  /** sharp writes a palette for few colors; this is gray of one bit. */
  async function grayBits(bits: 1): Promise<Buffer> {
    const row = Buffer.from([0b11001010]);
    return tiffFile({
      width: 8,
      height: 64,
      pixels: Buffer.concat(Array(64).fill(row)),
      tags: { [TAG.bits]: [bits] },
    });
  }
});

describe('the upload’s own image data', () => {
  const SECRET = Buffer.from('Exif\0\0 where I live');
  const cases: [string, string, (image: Buffer) => Buffer, () => Promise<Buffer>][] = [
    [
      'baseline JPEG',
      'jpeg',
      (file) => withSegment(withSegment(file, 0xe1, SECRET), 0xfe, SECRET),
      () => quarters().jpeg().toBuffer(),
    ],
    [
      'progressive JPEG',
      'jpeg',
      (file) => withSegment(file, 0xe2, SECRET),
      () => quarters().jpeg({ progressive: true }).toBuffer(),
    ],
    [
      'JPEG by mozjpeg',
      'jpeg',
      (file) => withSegment(file, 0xed, SECRET),
      () => noise(64).jpeg({ mozjpeg: true }).toBuffer(),
    ],
    [
      'PNG',
      'png',
      (file) => withChunk(withChunk(file, 'tEXt', SECRET), 'eXIf', SECRET),
      () => quarters().png().toBuffer(),
    ],
    [
      'PNG with a palette and transparency',
      'png',
      (file) => withChunk(file, 'zTXt', SECRET),
      () => quarters().ensureAlpha(0.5).png({ palette: true }).toBuffer(),
    ],
  ];
  test.each(cases)('%s: has the same pixels and nothing else', async (_label, format, hide, make) => {
    const plain = await make();
    const source = Buffer.concat([hide(plain), SECRET]);
    const bare = await bareSource(source, format);
    expect(bare?.includes('where I live')).toBe(false);
    expect(await sharp(bare).raw().toBuffer()).toEqual(await sharp(plain).raw().toBuffer());
    expect(await metadataOf(bare)).toMatchObject({ format });
  });

  test('PNG: without what a cropping tool left behind the compressed data', async () => {
    const png = await quarters().png().toBuffer();
    const at = png.indexOf('IEND') - 4;
    const left = withChunk(png.subarray(0, 33), 'IDAT', SECRET).subarray(33);
    const source = Buffer.concat([png.subarray(0, at), left, png.subarray(at)]);
    const bare = await bareSource(source, 'png');
    expect(bare?.includes('where I live')).toBe(false);
    expect(await readQuarters(bare)).toEqual(UPRIGHT);
  });

  test.each([
    ['a JPEG without its end', 'jpeg', async () => (await quarters().jpeg().toBuffer()).subarray(0, -2)],
    ['a PNG without its end', 'png', async () => (await quarters().png().toBuffer()).subarray(0, -12)],
    [
      'a PNG of more data than pixels',
      'png',
      async () => {
        const png = await sharp({ create: { width: 500, height: 500, channels: 3, background: 'red' } })
          .png()
          .toBuffer();
        const small = Buffer.from(png);
        small.writeUInt32BE(4, 16);
        return small;
      },
    ],
    ['a format that it does not know', 'gif', () => quarters().gif().toBuffer()],
  ])('none of %s', async (_label, format, make) => {
    expect(await bareSource(await make(), format)).toBeUndefined();
  });

  test('is no output where the colors were converted, or the picture turned', async () => {
    for (const image of [noise().withIccProfile('p3'), noise().withMetadata({ orientation: 3 })]) {
      const source = await image.jpeg({ quality: 25 }).toBuffer();
      const { outputs } = await render(source);
      expect(outputs.get('optimized.jpg')?.includes(source.subarray(-2000))).toBe(false);
      expect(await metadataOf(outputs.get('optimized.jpg'))).toMatchObject({ hasProfile: false });
    }
  });
});

describe('jpegQuality', () => {
  const qualityOf = (file: Buffer) => jpegQuality(async (at, length) => file.subarray(at, at + length));

  test.each([1, 20, 50, 75, 80, 92, 100])('reads the quality of libjpeg: %d', async (quality) => {
    const found = await qualityOf(await noise(64).jpeg({ quality }).toBuffer());
    expect(Math.abs((found ?? 0) - quality)).toBeLessThanOrEqual(1);
  });

  test.each<[string, Buffer]>([
    ['no JPEG', Buffer.from('nothing at all')],
    ['one without tables', Buffer.from('ffd8ffda0002', 'hex')],
    ['one with a cut table', Buffer.from('ffd8ffdb004300', 'hex')],
    ['one of fill bytes', Buffer.concat([Buffer.from('ffd8', 'hex'), Buffer.alloc(10_000, 0xff)])],
  ])('finds none in %s', async (_label, file) => {
    expect(await qualityOf(file)).toBeUndefined();
  });
});
