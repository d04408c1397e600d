import { beforeAll, describe, expect, test } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { renderImage } from '../../../../media/image/render-image.ts';
import { cameraPhoto } from '../../../../samples/camera-photo.ts';
import {
  frames,
  metadataOf,
  OPTIONS,
  quarters,
  type Rendered,
  readQuarters,
  render,
  UPRIGHT,
} from './pictures.ts';

describe('a 12-megapixel camera photo, stored lying on its side', () => {
  let photo: Rendered;
  beforeAll(async () => {
    photo = await render(await cameraPhoto());
  });

  test.each([
    ['thumb_small.jpg', { format: 'jpeg', width: 113, height: 150, isProgressive: false }],
    ['thumb_medium.jpg', { format: 'jpeg', width: 300, height: 400, isProgressive: false }],
    ['thumb_large.jpg', { format: 'jpeg', width: 900, height: 1200, isProgressive: false }],
    ['optimized.jpg', { format: 'jpeg', width: 3024, height: 4032, isProgressive: true }],
    ['webp.webp', { format: 'webp', width: 3024, height: 4032 }],
  ])('gives an upright %s', async (name, expected) => {
    expect(await metadataOf(photo.outputs.get(name))).toMatchObject(expected);
    expect(photo.facts.get(name)).toEqual({ width: expected.width, height: expected.height });
  });

  test('gives nothing else', () => {
    expect(photo.names).toHaveLength(5);
    expect(photo.degraded).toEqual([]);
  });

  test('shows the sky above the land in every output', async () => {
    for (const body of photo.outputs.values()) {
      const rows = await sharp(body).resize(1, 8, { fit: 'fill' }).removeAlpha().raw().toBuffer();
      const blueOver = (row: number) => (rows[row * 3 + 2] ?? 0) - (rows[row * 3 + 1] ?? 0);
      expect([blueOver(0) > 0, blueOver(7) < 0]).toEqual([true, true]);
    }
  });

  test('leaves no EXIF, GPS, XMP, IPTC or color profile in any output', async () => {
    for (const body of photo.outputs.values()) {
      const { exif, xmp, iptc, icc, orientation, comments } = await metadataOf(body);
      expect({ exif, xmp, iptc, icc, orientation, comments }).toEqual({});
      expect(body.toString('latin1')).not.toMatch(/Exif|Sample Optics|Photographer|adobe|GPS|2024:05:17/);
    }
  });

  test('tells camera, lens, exposure, date and orientation, and not the place', () => {
    expect(photo.metadata).toEqual({
      format: 'JPEG',
      width: 3024,
      height: 4032,
      orientation: 6,
      frames: 1,
      hasAlpha: false,
      colorSpace: 'srgb',
      bitsPerChannel: 8,
      iccProfile: 'sRGB',
      progressive: false,
      camera: { make: 'Sample Optics', model: 'Reference 12', lens: 'Sample 35mm f/2.8' },
      exposure: { seconds: 0.004, aperture: 2.8, iso: 200, focalLengthMm: 35, focalLength35mm: 52 },
      takenAt: '2024-05-17T14:03:21+02:00',
      locationRemoved: true,
      placeholder: expect.stringMatching(/^data:image\/webp;base64,[\w+/=]{40,600}$/),
      dominantColor: expect.stringMatching(/^#[0-9a-f]{6}$/),
    });
    expect(JSON.stringify(photo)).not.toMatch(/52\.5|13\.4|latitude/i);
  });

  test('has a placeholder that decodes to a few pixels of the same shape', async () => {
    const { placeholder } = photo.metadata as { placeholder: string };
    const { format, width, height } = await metadataOf(
      Buffer.from(placeholder.split(',')[1] ?? '', 'base64'),
    );
    expect({ format, width, height }).toEqual({ format: 'webp', width: 12, height: 16 });
  });
});

/** How a camera held each way stores the picture that EXIF's value turns upright. */
const STORED: Readonly<Record<number, (upright: Sharp) => Promise<Sharp>>> = {
  1: async (upright) => upright,
  2: async (upright) => upright.flop(),
  3: async (upright) => upright.rotate(180),
  4: async (upright) => upright.flip(),
  5: async (upright) => (await turned(upright, 90)).flop(),
  6: async (upright) => upright.rotate(270),
  7: async (upright) => (await turned(upright, 90)).flip(),
  8: async (upright) => upright.rotate(90),
};
const turned = async (image: Sharp, angle: number) => sharp(await image.rotate(angle).png().toBuffer());

describe('EXIF orientation', () => {
  test.each(Object.entries(STORED))('%s is applied to every output', async (orientation, store) => {
    const stored = await store(quarters());
    const source = await stored
      .withMetadata({ orientation: Number(orientation) })
      .jpeg()
      .toBuffer();
    const { outputs, metadata } = await render(source);
    expect(metadata).toMatchObject({ orientation: Number(orientation), width: 192, height: 128 });
    for (const [name, body] of outputs) {
      const { width = 0, height = 1 } = await metadataOf(body);
      expect([name, ...(await readQuarters(body)), width > height]).toEqual([name, ...UPRIGHT, true]);
    }
  });
});

describe('sizes', () => {
  test('a small picture is never enlarged', async () => {
    const { facts } = await render(await quarters().resize(60, 40).png().toBuffer());
    expect(new Set([...facts.values()].map((fact) => `${fact?.width}×${fact?.height}`))).toEqual(
      new Set(['60×40']),
    );
  });

  test('a picture wider than WebP allows is scaled down there, and says so', async () => {
    const source = await sharp({ create: { width: 20_000, height: 40, channels: 3, background: 'teal' } })
      .png()
      .toBuffer();
    const { facts, degraded } = await render(source);
    expect(facts.get('webp.webp')).toEqual({ width: 16_383, height: 33 });
    expect(facts.get('optimized.jpg')).toEqual({ width: 20_000, height: 40 });
    expect(facts.get('thumb_small.jpg')).toEqual({ width: 150, height: 1 });
    expect(degraded).toEqual(['webp.webp is scaled down to 16383 pixels, the maximum of its format.']);
  });

  test('of a TIFF of three pages the first is rendered, and the job says so', async () => {
    const source = await (await frames(3)).tiff().toBuffer();
    const { degraded, metadata } = await render(source);
    expect(metadata).toMatchObject({ width: 40, height: 40, frames: 1 });
    expect(degraded).toEqual(['Only the first of 3 pages is rendered.']);
  });
});

describe('settings', () => {
  test('AVIF is made where it is switched on', async () => {
    const { names, outputs } = await render(await quarters().png().toBuffer(), { avif: true });
    expect(names).toContain('avif.avif');
    expect(await metadataOf(outputs.get('avif.avif'))).toMatchObject({ mediaType: 'image/avif', width: 192 });
    expect(await readQuarters(outputs.get('avif.avif'))).toEqual(UPRIGHT);
  });

  test('one core makes the same outputs as two, byte for byte', async () => {
    const source = await quarters().jpeg().toBuffer();
    const [one, two] = [await render(source, { concurrency: 1 }), await render(source, { concurrency: 2 })];
    expect({ ...one, facts: null, outputs: sorted(one) }).toEqual({
      ...two,
      facts: null,
      outputs: sorted(two),
    });
  });
});

describe('handing over', () => {
  test('a failed delivery fails the whole, after the others are through', async () => {
    const delivered: string[] = [];

    const rendering = renderImage(await quarters().png().toBuffer(), OPTIONS, async ({ name }) => {
      if (name === 'thumb_medium.jpg') throw new Error('no room in the bucket');
      delivered.push(name);
    });
    await expect(rendering).rejects.toThrow('no room in the bucket');
    expect(delivered.sort()).toEqual(['optimized.jpg', 'thumb_large.jpg', 'thumb_small.jpg', 'webp.webp']);
  });
});

const sorted = ({ outputs }: Rendered) => [...outputs].sort(([a], [b]) => (a < b ? -1 : 1));
