import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { metadataOf, render } from './pictures.ts';
import { FLOAT, LAB, SIGNED, TAG, tiffFile } from './tiff-file.ts';

const SIDE = 32;
/** A TIFF of one color. */
const plain = (pixel: readonly number[], tags: Readonly<Record<number, readonly number[]>>) =>
  tiffFile({
    width: SIDE,
    height: SIDE,
    pixels: Buffer.alloc(SIDE * SIDE * pixel.length, Buffer.from(pixel)),
    tags,
  });
const rgb = (bits: number, more: Readonly<Record<number, readonly number[]>> = {}) => ({
  [TAG.bits]: [bits, bits, bits],
  [TAG.samples]: [3],
  [TAG.photometric]: [2],
  ...more,
});
const pixelOf = async (body: Buffer | undefined) =>
  [
    ...(await sharp(body ?? Buffer.alloc(0))
      .raw()
      .toBuffer()),
  ].slice(0, 3);

describe('a TIFF that the decoder would show wrong is refused by name', () => {
  test.each<[string, Buffer, RegExp]>([
    [
      'floating point',
      plain([0, 0, 0, 63], { [TAG.bits]: [32], [TAG.sampleFormat]: [FLOAT] }),
      /got 32-bit floating point samples/,
    ],
    [
      'half floats',
      plain([0, 56], { [TAG.bits]: [16], [TAG.sampleFormat]: [FLOAT] }),
      /got 16-bit floating point/,
    ],
    [
      'floating point in colors',
      plain(Array(12).fill(63), rgb(32, { [TAG.sampleFormat]: [FLOAT, FLOAT, FLOAT] })),
      /got 32-bit floating point/,
    ],
    ['32 bits', plain([0, 0, 0, 128], { [TAG.bits]: [32] }), /got 32-bit samples/],
    [
      '32 bits with sign',
      plain([0, 0, 0, 64], { [TAG.bits]: [32], [TAG.sampleFormat]: [SIGNED] }),
      /got 32-bit signed samples/,
    ],
    ['8 bits with sign', plain([64], { [TAG.sampleFormat]: [SIGNED] }), /got 8-bit signed samples/],
    ['12 bits', plain([128, 8], { [TAG.bits]: [12] }), /got 12-bit samples/],
    ['12 bits in colors', plain([128, 8, 0, 128, 8], rgb(12)), /got 12-bit samples/],
    ['Lab of 8 bits', plain([128, 20, 20], rgb(8, { [TAG.photometric]: [LAB] })), /got Lab colors of 8 bits/],
    ['ICC Lab', plain([128, 20, 20], rgb(8, { [TAG.photometric]: [9] })), /got Lab colors of the ICC/],
    [
      'bare YCbCr',
      plain([128, 128, 200], rgb(8, { [TAG.photometric]: [6] })),
      /got YCbCr colors without JPEG/,
    ],
    [
      'old-style JPEG',
      plain([1, 2, 3], rgb(8, { [TAG.photometric]: [6], [TAG.compression]: [6] })),
      /got old-style JPEG compression/,
    ],
    [
      'old-style JPEG in tiles',
      plain([1, 2, 3], rgb(8, { [TAG.compression]: [6], 322: [16], 323: [16] })),
      /got old-style JPEG compression/,
    ],
    [
      'nine channels',
      plain(Array(9).fill(7), { [TAG.bits]: Array(9).fill(8), [TAG.samples]: [9] }),
      /got 9 channels/,
    ],
  ])('%s', async (_label, source, message) => {
    await expect(render(source)).rejects.toMatchObject({ name: 'UnsupportedMediaType' });
    await expect(render(source)).rejects.toThrow(message);
  });
});

describe('a TIFF that is sound is shown as it is', () => {
  test.each<[string, Buffer, number[]]>([
    ['gray of 16 bits', plain([0, 128], { [TAG.bits]: [16] }), [128, 128, 128]],
    ['gray of 4 bits', plain([0x88], { [TAG.bits]: [4] }), [136, 136, 136]],
    ['black on white', plain([200], { [TAG.photometric]: [0] }), [55, 55, 55]],
    ['RGB of 16 bits', plain([0, 200, 0, 100, 0, 50], rgb(16)), [200, 100, 50]],
    // L 50.2, a 0, b 0.
    ['Lab of 16 bits', plain([64, 128, 0, 0, 0, 0], rgb(16, { [TAG.photometric]: [LAB] })), [120, 120, 120]],
  ])('%s', async (_label, source, expected) => {
    const { outputs, degraded } = await render(source);
    const made = await pixelOf(outputs.get('optimized.jpg') ?? outputs.get('optimized.png'));
    expect({ made, near: made.every((value, i) => Math.abs(value - (expected[i] ?? 0)) <= 2) }).toEqual({
      made,
      near: true,
    });
    expect(degraded).toEqual([]);
  });

  test.each<[string, Buffer, number[]]>([
    [
      'RGB and two spot colors',
      plain([200, 100, 50, 1, 2], {
        ...rgb(8),
        [TAG.bits]: Array(5).fill(8),
        [TAG.samples]: [5],
        [TAG.extraSamples]: [0, 0],
      }),
      [200, 100, 50],
    ],
    [
      'RGB and a mask that is not alpha',
      plain([200, 100, 50, 1], {
        ...rgb(8),
        [TAG.bits]: Array(4).fill(8),
        [TAG.samples]: [4],
        [TAG.extraSamples]: [0],
      }),
      [200, 100, 50],
    ],
    [
      'gray and two more',
      plain([100, 3, 128], { [TAG.bits]: [8, 8, 8], [TAG.samples]: [3], [TAG.extraSamples]: [0, 0] }),
      [100, 100, 100],
    ],
  ])('%s: without the channels that are no color, and the job says so', async (_label, source, expected) => {
    const { outputs, degraded } = await render(source);
    expect(degraded).toEqual(['Only the color channels are rendered.']);
    const optimized = outputs.get('optimized.jpg');
    expect(await metadataOf(optimized)).toMatchObject({ channels: 3 });
    const made = await pixelOf(optimized);
    expect({ made, near: made.every((value, i) => Math.abs(value - (expected[i] ?? 0)) <= 2) }).toEqual({
      made,
      near: true,
    });
  });

  test('alpha is kept, and taken out of colors multiplied with it', async () => {
    const tags = { ...rgb(8), [TAG.bits]: Array(4).fill(8), [TAG.samples]: [4], [TAG.extraSamples]: [1] };
    const { outputs } = await render(plain([100, 50, 25, 128], tags));
    const [r = 0, g = 0, b = 0, alpha] = await sharp(outputs.get('optimized.png')).raw().toBuffer();
    expect([Math.abs(r - 200) < 3, Math.abs(g - 100) < 3, Math.abs(b - 50) < 3, alpha]).toEqual([
      true,
      true,
      true,
      128,
    ]);
  });
});

describe('camera raw that is a TIFF is refused by name, never taken for its small preview', () => {
  const preview = { width: SIDE, height: SIDE, pixels: Buffer.alloc(SIDE * SIDE * 3, 99) };
  const sensor = { [TAG.photometric]: [32_803], [TAG.bits]: [14] };
  const make = (name: string) => ({ [TAG.make]: [...Buffer.from(`${name}\0`)] });
  test.each<[string, Buffer]>([
    ['DNG', tiffFile({ ...preview, tags: { ...rgb(8), [TAG.dngVersion]: [1, 4, 0, 0] } })],
    ['Nikon NEF', tiffFile({ ...preview, tags: { ...rgb(8), ...make('NIKON CORP') }, inside: sensor })],
    ['Sony ARW', tiffFile({ ...preview, tags: { ...rgb(8), ...make('SONY') }, inside: sensor })],
    ['Pentax PEF', tiffFile({ ...preview, tags: { ...sensor, ...make('PENTAX') } })],
    ['TIFF of a sensor', tiffFile({ ...preview, tags: rgb(8), inside: { [TAG.photometric]: [34_892] } })],
  ])('%s', async (format, source) => {
    await expect(render(source, { contentType: 'image/tiff' })).rejects.toMatchObject({
      name: 'UnsupportedMediaType',
      message: `Expected a finished picture, got a camera raw file (${format}). Export it as JPEG, HEIC or TIFF, and upload that.`,
    });
  });

  test('a scan with a smaller picture inside is no camera raw', async () => {
    const inside = { 256: [8], 257: [8], [TAG.photometric]: [2], [TAG.subfileType]: [1] };
    const { metadata } = await render(tiffFile({ ...preview, tags: rgb(8), inside }));
    expect(metadata).toMatchObject({ format: 'TIFF', width: SIDE });
  });
});

test('of a table that claims 60,000 entries, the legible ones count', async () => {
  const source = plain([64], { [TAG.sampleFormat]: [SIGNED] });
  source.writeUInt16LE(60_000, source.readUInt32LE(4));
  await expect(render(source)).rejects.toThrow(/got 8-bit signed samples/);
});
