import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { partAround } from '../../../../media/image/cover-point.ts';
import { parseProfile } from '../../../../media/profile/profile.ts';
import { type ClipStudio, clipStudio } from '../../../support/clips.ts';
import { madeByProfile } from '../../../support/made-by-profile.ts';
import { changed } from './changed-profile.ts';

const [WIDTH, HEIGHT] = [400, 200];
const SPOT = 20;

let studio: ClipStudio;
beforeAll(async () => {
  studio = await clipStudio();
});
afterAll(() => studio.remove());

/** A blue picture with a red spot at a place in pixels. */
function spotted(x: number, y: number) {
  const create = (width: number, height: number, background: string) => ({
    create: { width, height, channels: 3 as const, background },
  });
  const spot = { input: create(SPOT, SPOT, '#ff0000'), left: x - SPOT / 2, top: y - SPOT / 2 };
  return sharp(create(WIDTH, HEIGHT, '#0000ff')).composite([spot]);
}

const OUTPUTS = [
  { name: 'tile', format: 'png', fit: 'cover', width: 100, height: 100, gravity: 'focal' },
  { name: 'strip', format: 'webp', fit: 'cover', width: 200, height: 25, gravity: 'focal' },
  { name: 'grown', format: 'jpeg', fit: 'cover', width: 900, height: 900, gravity: 'focal' },
  { name: 'middle', format: 'png', fit: 'cover', width: 100, height: 100 },
  { name: 'box', format: 'png', fit: 'contain', width: 100, height: 100, gravity: 'focal' },
];

async function made(file: string, focalPoint?: { x: number; y: number }) {
  const profile = parseProfile(changed('image.outputs', OUTPUTS));
  const { outputs, manifest, hashes } = await madeByProfile(profile, studio.path(file), {
    ...(focalPoint && { focalPoint }),
  });
  /** Center of the spot as shares of the output, or undefined where it is not seen. */
  const spotIn = async (name: string) => {
    const { data, info } = await sharp(outputs.get(name))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    let [count, x, y] = [0, 0, 0];
    for (let at = 0; at < data.length / 3; at++) {
      if ((data[at * 3] ?? 0) < 128 || (data[at * 3 + 2] ?? 0) > 128) continue;
      count++;
      x += at % info.width;
      y += Math.floor(at / info.width);
    }
    const { width, height } = info;
    return { width, height, ...(count && { x: x / count / width, y: y / count / height }) };
  };
  const definition = (name: string) =>
    Object.values(manifest.recipes).find((recipe) => (recipe.definition as { name?: string }).name === name)
      ?.definition as { focalPoint?: object };
  return { spotIn, definition, hashes };
}

const middle = (value: number | undefined) => expect(value).toBeCloseTo(0.5, 1);

describe('the gravity focal', () => {
  test('keeps the focal point in the middle', async () => {
    await studio.save('spot.png', await spotted(300, 90).png().toBuffer());
    const { spotIn } = await made('spot.png', { x: 0.75, y: 0.45 });
    const tile = await spotIn('tile.png');
    expect([tile.width, tile.height]).toEqual([100, 100]);
    middle(tile.x);
    expect(tile.y).toBeCloseTo(0.45, 1);
    const strip = await spotIn('strip.webp');
    expect([strip.width, strip.height]).toEqual([200, 25]);
    expect(strip.x).toBeCloseTo(0.75, 1);
    middle(strip.y);
    const large = await spotIn('grown.jpg');
    expect([large.width, large.height]).toEqual([900, 900]);
    middle(large.x);
    // Half of the spot is cut off.
    expect((await spotIn('middle.png')).x).toBeGreaterThan(0.95);
  });

  test('stays within the picture where the point is at its edge', async () => {
    await studio.save('edge.png', await spotted(390, 190).png().toBuffer());
    const { spotIn } = await made('edge.png', { x: 1, y: 1 });
    const { x, y } = await spotIn('tile.png');
    expect(x).toBeCloseTo(0.95, 1);
    expect(y).toBeCloseTo(0.95, 1);
  });

  test('counts from the picture as it is shown, whatever its EXIF orientation', async () => {
    // As shown, turned by a quarter to the right: what is at the left below is at the left above.
    const turned = await spotted(100, 150).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
    await studio.save('turned.jpg', turned);
    const { spotIn } = await made('turned.jpg', { x: 0.25, y: 0.25 });
    const { x, y } = await spotIn('tile.png');
    expect(x).toBeCloseTo(0.25, 1);
    middle(y);
  });

  test('means the center where the upload has no point', async () => {
    await studio.save('center.png', await spotted(200, 100).png().toBuffer());
    const { spotIn } = await made('center.png');
    const { x, y } = await spotIn('tile.png');
    middle(x);
    middle(y);
  });

  test('has the point in the definition, and no other output has', async () => {
    await studio.save('defined.png', await spotted(300, 90).png().toBuffer());
    const [one, other] = [
      await made('defined.png', { x: 0.75, y: 0.45 }),
      await made('defined.png', { x: 0.25, y: 0.45 }),
    ];
    const without = await made('defined.png');
    expect(one.definition('tile')).toMatchObject({ gravity: 'focal', focalPoint: { x: 0.75, y: 0.45 } });
    for (const name of ['middle', 'box']) expect(one.definition(name)).not.toHaveProperty('focalPoint');
    expect(without.definition('tile')).not.toHaveProperty('focalPoint');
    const differing = Object.keys(one.hashes).filter((name) => one.hashes[name] !== other.hashes[name]);
    expect(differing.sort()).toEqual(['grown.jpg', 'strip.webp', 'tile.png']);
  });
});

test.each([
  [
    { width: 400, height: 200 },
    { width: 100, height: 100 },
    { x: 0.5, y: 0.5 },
    { left: 100, top: 0, width: 200, height: 200 },
  ],
  [
    { width: 400, height: 200 },
    { width: 100, height: 100 },
    { x: 0, y: 1 },
    { left: 0, top: 0, width: 200, height: 200 },
  ],
  [
    { width: 400, height: 200 },
    { width: 200, height: 10 },
    { x: 0.1, y: 0.99 },
    { left: 0, top: 180, width: 400, height: 20 },
  ],
  [
    { width: 1, height: 1 },
    { width: 1000, height: 10 },
    { x: 1, y: 1 },
    { left: 0, top: 0, width: 1, height: 1 },
  ],
  [
    { width: 30_000, height: 2 },
    { width: 10, height: 4000 },
    { x: 1, y: 0 },
    { left: 29_999, top: 0, width: 1, height: 2 },
  ],
])('of %j, %j around %j is %j', (picture, frame, point, part) => {
  expect(partAround(picture, frame, point)).toEqual(part);
});
