import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { DEFAULT_PROFILE } from '../../../media/profile/default-profile.ts';
import { parseProfile } from '../../../media/profile/profile.ts';
import { type ClipStudio, clipStudio, colorAt, H264 } from '../../support/clips.ts';
import { LOGO_COLOR, logoPng } from '../../support/logo.ts';
import { outputsOf } from '../../support/made-outputs.ts';

const GREEN = [0, 255, 80];
const WATERMARK = { image: 'logo', position: 'northwest', scale: 0.5 };
const profile = parseProfile({
  ...DEFAULT_PROFILE,
  image: { outputs: [{ name: 'shown', format: 'png', watermark: WATERMARK }] },
  video: { ...DEFAULT_PROFILE.video, watermark: WATERMARK },
});

const hashOf = (png: Buffer) => createHash('sha256').update(png).digest('hex');

let studio: ClipStudio;
let logos: Record<'acme' | 'globex', Buffer>;
let stored: Map<string, Buffer>;
beforeAll(async () => {
  studio = await clipStudio();
  await sharp({ create: { width: 400, height: 300, channels: 3, background: '#204060' } })
    .png()
    .toFile(studio.path('picture.png'));
  await studio.make('film.mp4', ['color=c=0x204060:s=640x480:r=10:d=1'], ...H264);
  logos = { acme: await logoPng(), globex: await logoPng({ color: GREEN }) };
  stored = new Map(
    Object.entries(logos).map(([tenant, png]) => [`watermarks/${tenant}/${hashOf(png)}.png`, png]),
  );
});
afterAll(() => studio.remove());

/** Runs the job of a file as a tenant's, with a frozen image. Gives the color where the watermark lies. */
async function colorFor(file: string, tenantId: string, hash: string, images = stored): Promise<number[]> {
  const outputs = await outputsOf(
    studio.path(file),
    { tenantId, watermarks: { logo: hash } },
    { profile, stored: images },
  );
  const name = file === 'film.mp4' ? '480p.mp4' : 'shown.png';
  const path = await studio.save(`${tenantId}-${name}`, outputs.get(name) ?? Buffer.alloc(0));
  return colorAt(path, '8:8:iw*0.25:ih*0.1', 0);
}

describe.each(['picture.png', 'film.mp4'])('the job of %s', (file) => {
  test.each([
    ['acme', LOGO_COLOR],
    ['globex', GREEN],
  ] as const)('has the watermark of %s', async (tenant, color) => {
    const found = await colorFor(file, tenant, hashOf(logos[tenant]));
    expect(found.every((value, i) => Math.abs(value - (color[i] ?? 0)) <= 14)).toBe(true);
  });

  test.each<[label: string, hash: () => string, images: () => Map<string, Buffer>, message: RegExp]>([
    [
      'the image of another tenant',
      () => hashOf(logos.globex),
      () => stored,
      /Expected watermarks\/acme\/.* in the output/,
    ],
    [
      'an image whose hash is another',
      () => hashOf(logos.acme),
      () => new Map([[`watermarks/acme/${hashOf(logos.acme)}.png`, logos.globex]]),
      /Expected watermarks\/acme\/.* to have this SHA-256/,
    ],
    [
      'no image',
      () => hashOf(logos.acme),
      () => new Map(),
      /Expected watermarks\/acme\/.* in the output bucket/,
    ],
  ])('does not use %s', async (_label, hash, images, message) => {
    await expect(colorFor(file, 'acme', hash(), images())).rejects.toMatchObject({
      ...{ name: 'InvalidConfiguration', message: expect.stringMatching(message) },
    });
  });

  test('of an order without the watermark of its profile is an error of the configuration', async () => {
    await expect(outputsOf(studio.path(file), {}, { profile })).rejects.toMatchObject({
      ...{ name: 'InvalidConfiguration', message: expect.stringContaining('image of the watermark logo') },
    });
  });
});
