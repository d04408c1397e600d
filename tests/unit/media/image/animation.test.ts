import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { readGifBlocks } from '../../../../media/image/source/gif-blocks.ts';
import { gifFile } from './gif-file.ts';
import { av1, clap, heic, hevc, mirrored, movie, turned } from './heic/heic-file.ts';
import { metadataOf, quarters, readQuarters, render, UPRIGHT } from './pictures.ts';

const pixelAt = async (body: Buffer | undefined, x: number, y: number, page = 0) => {
  const { data, info } = await sharp(body ?? Buffer.alloc(0), { page })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...data.subarray((y * info.width + x) * 4, (y * info.width + x) * 4 + 4)];
};
const FULL = { left: 0, top: 0, width: 20, height: 20 };
const PART = { left: 5, top: 5, width: 6, height: 6 };

describe('an animation whose first frames are empty', () => {
  const empty = { ...FULL, color: 0, transparent: 0 };

  test('GIF: the stills show the first frame that shows something', async () => {
    const { outputs, degraded, metadata } = await render(
      gifFile(20, 20, [empty, empty, { ...FULL, color: 1 }]),
    );
    const [r = 9, g = 0, b = 9] = await pixelAt(outputs.get('thumb_large.jpg'), 10, 10);
    expect([r < 5, g > 250, b < 5]).toEqual([true, true, true]);
    expect(degraded).toEqual([]);
    expect(metadata).toMatchObject({ frames: 3 });
  });

  test('WebP: the same, turned upright', async () => {
    const clear = await quarters().ensureAlpha(0).rotate(270).png().toBuffer();
    const shown = await quarters().ensureAlpha(1).rotate(270).png().toBuffer();
    const source = await sharp([clear, shown], { join: { animated: true } })
      .withMetadata({ orientation: 6 })
      .webp({ lossless: true, delay: [100, 100] })
      .toBuffer();
    const { outputs } = await render(source);
    expect(await readQuarters(outputs.get('thumb_large.jpg'))).toEqual(UPRIGHT);
  });

  test('all of them: the first, and the job says so', async () => {
    const { names, degraded } = await render(gifFile(20, 20, [empty, empty]));
    expect(names).toContain('optimized.png');
    expect(degraded).toEqual(['The picture is wholly transparent.']);
  });

  test('a transparent still: the job says so', async () => {
    const source = sharp({ create: { width: 40, height: 40, channels: 4, background: '#0000' } });
    const { degraded } = await render(await source.png().toBuffer());
    expect(degraded).toEqual(['The picture is wholly transparent.']);
  });
});

describe('a GIF whose frames leave gaps is transparent there, not black', () => {
  test('the first frame', async () => {
    const { outputs, metadata, facts } = await render(
      gifFile(20, 20, [
        { ...PART, color: 0 },
        { ...FULL, color: 1 },
      ]),
    );
    expect(metadata).toMatchObject({ frames: 2, hasAlpha: true });
    for (const name of ['optimized.png', 'thumb_large.png', 'webp.webp']) {
      expect([name, (await pixelAt(outputs.get(name), 1, 1))[3]]).toEqual([name, 0]);
      expect([name, (await pixelAt(outputs.get(name), 8, 8))[3]]).toEqual([name, 255]);
    }
    const webp = outputs.get('webp.webp');
    expect(await metadataOf(webp, true)).toMatchObject({ pages: 2, delay: [100, 100] });
    expect(facts.get('webp.webp')).toMatchObject({ frames: 2 });
    expect((await pixelAt(webp, 1, 1, 1))[3]).toBe(255);
  });

  test('the only frame', async () => {
    const { outputs, metadata } = await render(gifFile(20, 20, [{ ...PART, color: 2 }]));
    expect(metadata).toMatchObject({ frames: 1 });
    expect((await pixelAt(outputs.get('optimized.png'), 1, 1))[3]).toBe(0);
    expect(await pixelAt(outputs.get('optimized.png'), 8, 8)).toEqual([0, 0, 255, 255]);
  });

  test('none where all frames cover the screen or stay', () => {
    const sound = gifFile(20, 20, [
      { ...FULL, color: 0 },
      { ...PART, color: 1 },
    ]);
    expect(readGifBlocks(sound).hasGaps).toBe(false);
  });
});

describe('an animated WebP with an orientation', () => {
  test.each([2, 3, 4, 5, 6, 7, 8])(
    '%s is turned in every output, and keeps its timing',
    async (orientation) => {
      // What sharp makes of a still with this orientation is the reference.
      const still = await quarters().withMetadata({ orientation }).png().toBuffer();
      const expected = await readQuarters(await sharp(still).autoOrient().png().toBuffer());
      const pages = [await quarters().png().toBuffer(), await quarters().negate().png().toBuffer()];
      const source = await sharp(pages, { join: { animated: true } })
        .withMetadata({ orientation })
        .webp({ lossless: true, delay: [120, 340], loop: 3 })
        .toBuffer();
      const { outputs, facts } = await render(source);
      const [width, height] = orientation > 4 ? [128, 192] : [192, 128];
      for (const [name, body] of outputs) {
        expect([name, ...(await readQuarters(body))]).toEqual([name, ...expected]);
        if (!name.startsWith('thumb')) expect(facts.get(name)).toMatchObject({ width, height });
      }
      expect(await metadataOf(outputs.get('webp.webp'), true)).toMatchObject({
        ...{ pages: 2, width, pageHeight: height, loop: 3, delay: [120, 340] },
      });
    },
  );
});

describe('image containers of ISO', () => {
  const still = async () =>
    av1(await quarters().avif({ quality: 95, effort: 1, chromaSubsampling: '4:4:4' }).toBuffer(), [192, 128]);

  test('an animated AVIF gives the picture that it also holds, and the job says so', async () => {
    const source = Buffer.concat([heic([await still()], { brand: 'avis', also: ['avis', 'msf1'] }), movie()]);
    const { outputs, degraded } = await render(source, { contentType: 'image/avif' });
    expect(await readQuarters(outputs.get('optimized.jpg'))).toEqual(UPRIGHT);
    expect(degraded).toEqual(['The picture is animated; only its first frame is rendered.']);
  });

  test('a sequence without a still picture is refused by name', async () => {
    const whole = heic([await still()], { brand: 'avis' });
    const source = Buffer.concat([whole.subarray(0, whole.readUInt32BE()), movie()]);
    await expect(render(source)).rejects.toMatchObject({ name: 'UnsupportedMediaType' });
    await expect(render(source)).rejects.toThrow(/image sequence holds animated frames only/);
  });

  test.each(['mif1', 'msf1', 'heis', 'miaf', 'avif'])('an AVIF of brand %s', async (brand) => {
    const source = heic([await still()], { brand });
    const { outputs, metadata } = await render(source);
    expect(metadata).toMatchObject({ format: 'AVIF', width: 192, height: 128 });
    expect(await readQuarters(outputs.get('optimized.jpg'))).toEqual(UPRIGHT);
  });

  // The lower right quarter of the stored picture, which is yellow.
  const PART = clap([96, 64], [48, 32]);
  test.each([
    ['upright', [], [96, 64]],
    ['turned to the left', [turned(1)], [64, 96]],
    ['turned by half', [turned(2)], [96, 64]],
    ['turned to the right', [turned(3)], [64, 96]],
    ['mirrored', [mirrored(0), mirrored(1)], [96, 64]],
    ['turned and mirrored', [turned(3), mirrored(1)], [64, 96]],
  ] as const)('a HEIC that shows a part of its picture, %s', async (_label, more, [width, height]) => {
    const { outputs, metadata } = await render(heic([hevc('quarters', [PART, ...more])]));
    expect(metadata).toMatchObject({ width, height });
    expect(new Set(await readQuarters(outputs.get('optimized.jpg')))).toEqual(new Set(['yellow']));
  });

  test('an AVIF that shows a part of its picture', async () => {
    const item = await still();
    const { outputs } = await render(
      heic([{ ...item, properties: [...item.properties, PART] }], { brand: 'avif' }),
    );
    expect(new Set(await readQuarters(outputs.get('optimized.jpg')))).toEqual(new Set(['yellow']));
  });
});

test('an animated PNG gives its first picture, and the job says so', async () => {
  const png = await quarters().png().toBuffer();
  const { degraded } = await render(png, { contentType: 'image/apng' });
  expect(degraded).toEqual(['The PNG is animated; only its first frame is rendered.']);
});
