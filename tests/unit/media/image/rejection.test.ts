import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { MediaError } from '../../../../base/errors.ts';
import { renderImage } from '../../../../media/image/render-image.ts';
import { readGifBlocks } from '../../../../media/image/source/gif-blocks.ts';
import { landscape } from '../../../../samples/camera-photo.ts';
import { edited, randomOf, withHeader, withSegment } from './damage.ts';
import { heic, hevc } from './heic/heic-file.ts';
import { frames, OPTIONS, quarters, render } from './pictures.ts';

const HEIC = readFileSync(new URL('./blue.heic', import.meta.url));

/** Files of a busy picture, small enough to be decoded hundreds of times. */
const files: Record<string, Buffer> = {};
beforeAll(async () => {
  const pixels = await (await landscape(240, 160)).png().toBuffer();
  const picture = () => sharp(pixels);
  files.jpeg = await picture().jpeg().toBuffer();
  files['progressive jpeg'] = await picture().jpeg({ progressive: true }).toBuffer();
  files['jpeg with a profile'] = await picture().withIccProfile('p3').jpeg().toBuffer();
  files['cmyk jpeg'] = await picture().toColorspace('cmyk').jpeg().toBuffer();
  files['optimized jpeg'] = await picture().jpeg({ optimiseCoding: true }).toBuffer();
  files.png = await picture().png().toBuffer();
  files['png with a profile'] = await picture().withIccProfile('p3').png().toBuffer();
  files['interlaced png'] = await picture().png({ progressive: true }).toBuffer();
  files['16-bit png'] = await picture().toColorspace('rgb16').png().toBuffer();
  files.webp = await picture().webp().toBuffer();
  files['lossless webp'] = await picture().webp({ lossless: true }).toBuffer();
  files.gif = await picture().gif().toBuffer();
  files.avif = await picture().avif({ effort: 1 }).toBuffer();
  files.heic = heic([hevc('noise')]);
  files.tiff = await picture().tiff({ compression: 'none' }).toBuffer();
  files['lzw tiff'] = await picture().tiff({ compression: 'lzw' }).toBuffer();
  files['animated gif'] = await (await frames(5)).gif().toBuffer();
  files['animated webp'] = await (await frames(5)).webp().toBuffer();
});
const file = (name: string) => files[name] ?? Buffer.alloc(0);
const KINDS = [
  ...['jpeg', 'progressive jpeg', 'jpeg with a profile', 'cmyk jpeg', 'png', 'png with a profile'],
  ...['interlaced png', '16-bit png', 'webp', 'lossless webp', 'gif', 'avif', 'tiff', 'lzw tiff'],
  ...['animated gif', 'animated webp', 'heic'],
];

/** The error of a file that must be refused, and how many outputs were handed over before. */
async function refusal(
  source: Buffer,
  options = {},
): Promise<{ name: string; message: string; emitted: number }> {
  let emitted = 0;
  try {
    await renderImage(source, { ...OPTIONS, ...options }, async () => {
      emitted++;
    });
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    return { name: error.name, message: error.message, emitted };
  }
  return { name: 'none', message: '', emitted };
}

describe('a file that was cut off is rejected before anything of it is published', () => {
  test.each(KINDS)('%s', async (kind) => {
    const whole = file(kind);
    for (const share of [0.05, 0.3, 0.5, 0.75, 0.9, 0.97]) {
      const cut = whole.subarray(0, Math.floor(whole.length * share));
      expect({ share, ...(await refusal(cut)) }).toMatchObject({ share, name: 'CorruptMedia', emitted: 0 });
    }
  });

  test.each(['jpeg', 'cmyk jpeg', 'progressive jpeg', 'optimized jpeg'])(
    '%s, even when the missing half is zeros',
    async (kind) => {
      const half = edited(file(kind), (copy) => copy.fill(0, copy.length >> 1));
      expect(await refusal(half)).toMatchObject({ name: 'CorruptMedia', emitted: 0 });
    },
  );

  test('JPEG, even when zeros happen to decode as flat color', async () => {
    const jpeg = await quarters().jpeg().toBuffer();
    const blank = edited(jpeg, (copy) => copy.fill(0, Math.floor(copy.length * 0.7)));
    expect(await refusal(blank)).toMatchObject({ name: 'CorruptMedia', emitted: 0 });
  });

  test('JPEG whose last bytes are gone', async () => {
    for (const missing of [4, 8, 20, 100]) {
      const cut = file('jpeg').subarray(0, -missing);
      expect({ missing, ...(await refusal(cut)) }).toMatchObject({
        missing,
        name: 'CorruptMedia',
        emitted: 0,
      });
    }
  });
});

describe('a corrupt, bogus or oversized file is rejected with a message for its uploader', () => {
  test.each<[string, () => Buffer | Promise<Buffer>, object, string, RegExp]>([
    [
      'garbled JPEG data',
      () => garbled('jpeg'),
      {},
      'CorruptMedia',
      /complete JPEG, but the file is damaged or truncated/,
    ],
    ['garbled PNG data', () => garbled('png'), {}, 'CorruptMedia', /complete PNG/],
    ['garbled GIF data', () => garbled('gif'), {}, 'CorruptMedia', /complete GIF/],
    ['garbled AVIF data', () => garbled('avif'), {}, 'CorruptMedia', /complete AVIF/],
    [
      'text named .jpg',
      () => Buffer.from('no picture'),
      { contentType: 'image/jpeg' },
      'CorruptMedia',
      /no decoder recognizes it/,
    ],
    ['an empty file', () => Buffer.alloc(0), {}, 'EmptyFile', /empty/],
    [
      'too many bytes',
      () => file('png'),
      { maxBytes: 999 },
      'FileTooLarge',
      /an image of at most 999 bytes, got \d+/,
    ],
    [
      'too many pixels',
      () => file('png'),
      { maxPixels: 38_399 },
      'TooManyPixels',
      /megapixels of PNG, got 240 × 160/,
    ],
    [
      'too many frames',
      () => file('animated gif'),
      { maxFrames: 4 },
      'TooManyFrames',
      /at most 4 frames, got 5/,
    ],
    [
      'frames of too many pixels',
      () => file('animated webp'),
      { maxPixels: 7999 },
      'TooManyPixels',
      /40 × 40 in each of 5 frames/,
    ],
    [
      'a JPEG announced as PNG',
      () => file('jpeg'),
      { contentType: 'image/png' },
      'MediaTypeMismatch',
      /Expected image\/png, but the file decodes as JPEG/,
    ],
    [
      'HEIC, where the operator has it switched off',
      () => HEIC,
      { contentType: 'image/heic', heic: false },
      'UnsupportedMediaType',
      /HEIC is disabled in this deployment.*as JPEG/,
    ],
    [
      'SVG',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      {},
      'CorruptMedia',
      /no decoder/,
    ],
    ['a progressive JPEG of 200 scans', manyScans, {}, 'CorruptMedia', /more scans than any encoder writes/],
    [
      'too many pixels with transparency',
      () =>
        sharp({ create: { width: 100, height: 90, channels: 4, background: '#0008' } })
          .png()
          .toBuffer(),
      { maxPixels: 12_000 },
      'TooManyPixels',
      /at most 0\.008 megapixels of PNG with transparency, got 100 × 90/,
    ],
    [
      'a PNG whose header says 16,000 × 16,000',
      () => withHeader(file('png'), 16_000, 16_000),
      {},
      'TooManyPixels',
      /at most 20 megapixels of PNG, got 16000 × 16000/,
    ],
  ])('%s', async (_label, source, options, name, message) => {
    const rejected = await refusal(await source(), options);
    expect(rejected).toMatchObject({ name, emitted: 0 });
    expect(rejected.message).toMatch(message);
    expect(rejected.message).not.toMatch(/\/tmp|vips|undefined/i);
  });

  const garbled = (kind: string) => {
    const random = randomOf(3);
    return edited(file(kind), (copy) => {
      for (let at = copy.length >> 1; at < (copy.length >> 1) + 500; at++) copy[at] = random(256);
    });
  };
  function manyScans(): Buffer {
    const jpeg = file('progressive jpeg');
    const last = jpeg.lastIndexOf(Buffer.from([0xff, 0xda]));
    const scan = jpeg.subarray(last, -2);
    return Buffer.concat([jpeg.subarray(0, -2), ...Array(200).fill(scan), jpeg.subarray(-2)]);
  }
});

test('an animated GIF cut between two frames says that frames may be missing', async () => {
  const gif = file('animated gif');
  const cuts = Array.from({ length: gif.length }, (_, i) => gif.subarray(0, i));
  const frameCounts: unknown[] = [];
  for (const cut of cuts.filter((cut) => readGifBlocks(cut).end === 'unmarked')) {
    // Before the first frame there is nothing to render.
    if ((await refusal(cut)).name === 'CorruptMedia') continue;
    const { degraded, metadata } = await render(cut);
    expect(degraded).toEqual(['The GIF has no end marker: frames may be missing.']);
    frameCounts.push((metadata as { frames: number }).frames);
  }
  expect(frameCounts).toEqual(expect.arrayContaining([1, 2, 3, 4, 5]));
});

describe('many at once in one process', () => {
  // libvips clears the warning about a loss in the last 8 rows when another image ends.
  test('JPEGs without their last rows are rejected beside images that are being encoded', async () => {
    const cuts = Array.from({ length: 40 }, (_, i) => file('cmyk jpeg').subarray(0, -3 - 3 * i));
    const sound = cuts.map(() => file('16-bit png'));
    const names = await Promise.all([...cuts, ...sound].map(async (source) => (await refusal(source)).name));
    expect(names).toEqual([...cuts.map(() => 'CorruptMedia'), ...sound.map(() => 'none')]);
  });

  test('a damaged JPEG is rejected and the sound ones beside it are not', async () => {
    const damaged = Buffer.concat([file('jpeg').subarray(0, 3000), Buffer.from([0xff, 0xd9])]);
    const odd = withSegment(file('jpeg'), 0xe0, Buffer.from('JFIF\0\x09\x09\x09\0\0\0\0\x09\x09', 'latin1'));
    const sources = Array.from({ length: 24 }, (_, i) => [odd, damaged, file('jpeg')][i % 3] ?? odd);
    const names = await Promise.all(sources.map(async (source) => (await refusal(source)).name));
    expect(names).toEqual(sources.map((source) => (source === damaged ? 'CorruptMedia' : 'none')));
  });
});
