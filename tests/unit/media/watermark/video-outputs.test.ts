import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEFAULT_PROFILE } from '../../../../media/profile/default-profile.ts';
import { type Profile, parseProfile } from '../../../../media/profile/profile.ts';
import { type ClipStudio, clipStudio, colorAt, H264, probed } from '../../../support/clips.ts';
import { LOGO_COLOR, logoPng, watermarksOf } from '../../../support/logo.ts';
import { changed } from '../profile/changed-profile.ts';
import { type Transcoded, transcode } from '../video/transcode.ts';

let studio: ClipStudio;
beforeAll(async () => {
  studio = await clipStudio();
});
afterAll(() => studio.remove());

/** The default profile with a watermark on videos, and more of a preview. */
function withWatermark(watermark: object, previews: object[] = []): Profile {
  const { video } = DEFAULT_PROFILE;
  return parseProfile(changed('video', { ...video, previews, watermark: { image: 'logo', ...watermark } }));
}

async function marked(source: string, profile: Profile, logo?: Buffer): Promise<Transcoded> {
  const watermarks = watermarksOf({ logo: logo ?? (await logoPng()) });
  return transcode(studio.directory, source, { MEDIA_PROCESSOR_CONCURRENCY: 1 }, profile, watermarks);
}

const isNear = (pixel: readonly number[], color: readonly number[], tolerance = 14) =>
  color.every((value, i) => Math.abs(value - (pixel[i] ?? 0)) <= tolerance);

/** Colors of 8 × 8 pixels around a point, given as shares of the sides. */
async function colorsAt(file: string, points: readonly (readonly [number, number])[], seconds: number) {
  const colors = [];
  for (const [x, y] of points) colors.push(await colorAt(file, `8:8:iw*${x}-4:ih*${y}-4`, seconds));
  return colors;
}

describe('a watermark on a portrait video', () => {
  let made: Transcoded;
  const RENDITIONS = ['1080p', '720p', '480p'];
  /** The middle of the watermark, a fifth as wide as the video and half as high as that, and places without it. */
  const CORNER = [0.88, 0.96] as const;
  const OTHERS = [
    [0.12, 0.04],
    [0.5, 0.5],
    [0.12, 0.96],
    [0.7, 0.96],
    [0.88, 0.91],
  ] as const;

  beforeAll(async () => {
    // Of one color, so that whatever differs is the watermark.
    const source = await studio.make(
      'portrait.mp4',
      ['color=c=0x204060:s=1080x1920:r=10:d=3', 'sine=d=3'],
      ...H264,
      '-c:a',
      'aac',
    );
    const previews = [{ name: 'hover', format: 'mp4', seconds: 1, side: 640, framesPerSecond: 5 }];
    made = await marked(source, withWatermark({}, previews));
  });

  test.each(RENDITIONS)('is at its place in every frame of %s, once', async (name) => {
    const file = made.file(`${name}.mp4`);
    for (const seconds of [0, 1.5, 2.9]) {
      const [corner = [], ...others] = await colorsAt(file, [CORNER, ...OTHERS], seconds);
      expect([name, seconds, corner, isNear(corner, LOGO_COLOR)]).toEqual([name, seconds, corner, true]);
      for (const color of others)
        expect([name, color, isNear(color, [0x20, 0x40, 0x60])]).toEqual([name, color, true]);
    }
  });

  test.each(RENDITIONS)('is in the HLS segments of %s, too', async (name) => {
    const whole = Buffer.concat([
      await readFile(made.file(`hls/${name}/init.mp4`)),
      await readFile(made.file(`hls/${name}/00000.m4s`)),
    ]);
    const file = await studio.save(`segment-${name}.mp4`, whole);
    const [corner = [], other = []] = await colorsAt(file, [CORNER, OTHERS[1]], 1);
    expect([isNear(corner, LOGO_COLOR), isNear(other, [0x20, 0x40, 0x60])]).toEqual([true, true]);
  });

  test('is on previews, but not on poster, thumbnails and storyboard', async () => {
    const [preview = []] = await colorsAt(made.file('hover.mp4'), [CORNER], 0.5);
    expect(isNear(preview, LOGO_COLOR, 20)).toBe(true);
    for (const name of ['poster.jpg', 'thumb_large.jpg', 'thumb_small.jpg']) {
      const [color = []] = await colorsAt(made.file(name), [CORNER], 0);
      expect([name, isNear(color, [0x20, 0x40, 0x60])]).toEqual([name, true]);
    }
    // A row of three tiles.
    const [tile = []] = [await colorAt(made.file('storyboard.jpg'), '4:4:iw/3*0.88-2:ih*0.96-2')];
    expect(isNear(tile, [0x20, 0x40, 0x60])).toBe(true);
  });

  test('is told by the recipe of what shows it, and of nothing else', () => {
    const shows = [...made.outputs.values()].filter(({ recipe }) => 'watermark' in recipe.definition);
    const names = new Set(shows.map(({ name }) => name.replace(/\d{5}\.m4s/, 'segment')));
    expect([...names].filter((name) => !name.startsWith('hls/')).sort()).toEqual([
      ...['1080p.mp4', '480p.mp4', '720p.mp4', 'hover.mp4'],
    ]);
    expect([...names].filter((name) => name.startsWith('hls/'))).toHaveLength(1 + 3 * 3);
  });

  test('leaves length, frames and sound as they are', async () => {
    const { streams, format } = await probed(made.file('720p.mp4'));
    expect(Number(format.duration)).toBeCloseTo(3, 1);
    expect(
      streams.map(({ codec_type, nb_frames }) => [codec_type, codec_type === 'video' && nb_frames]),
    ).toEqual([
      ['video', '30'],
      ['audio', false],
    ]);
    expect(made.degraded).toEqual([]);
  });
});

/** As a phone may send it, so that nothing need be encoded. */
const SUITABLE = [
  '-c:v',
  'libx264',
  '-crf',
  '30',
  '-g',
  '20',
  '-pix_fmt',
  'yuv420p',
  '-bf',
  '0',
  '-c:a',
  'aac',
  '-b:a',
  '96k',
];

describe('a video that would be copied', () => {
  test('is encoded for a watermark', async () => {
    const source = await studio.make(
      'suitable.mp4',
      ['color=c=0x204060:s=854x480:r=10:d=2', 'sine=d=2'],
      ...SUITABLE,
    );
    const plain = await transcode(studio.directory, source, { MEDIA_PROCESSOR_CONCURRENCY: 1 });
    expect(plain.outputs.get('480p.mp4')?.facts).toMatchObject({ remuxed: true });
    const made = await marked(source, withWatermark({ position: 'northwest', opacity: 0.5, scale: 0.5 }, []));
    expect(made.outputs.get('480p.mp4')?.facts).toMatchObject({ remuxed: false });
    // The mean of both colors.
    const [corner = [], other = []] = await colorsAt(
      made.file('480p.mp4'),
      [
        [0.25, 0.2],
        [0.88, 0.9],
      ],
      1,
    );
    expect([corner, isNear(corner, [144, 32, 148])]).toEqual([corner, true]);
    expect(isNear(other, [0x20, 0x40, 0x60])).toBe(true);
    const recipes = [plain, made].map(({ outputs }) => outputs.get('storyboard.jpg')?.recipe.definition);
    expect(recipes.map((definition) => definition && 'copiesVideo' in definition)).toEqual([false, true]);
  });

  test('whose sound begins first, at a rate with a fraction, has the watermark from its first frame', async () => {
    await studio.make('picture.mp4', ['color=c=0x204060:s=640x480:r=30000/1001:d=2'], ...H264);
    await studio.make('sound.m4a', ['sine=d=3'], '-c:a', 'aac');
    const late = studio.path('late.mkv');
    const { execFile } = await import('node:child_process');
    const { promisify } = await import('node:util');
    const inputs = ['-i', studio.path('sound.m4a'), '-itsoffset', '0.7', '-i', studio.path('picture.mp4')];
    await promisify(execFile)('ffmpeg', [
      '-v',
      'error',
      '-y',
      ...inputs,
      '-map',
      '0',
      '-map',
      '1',
      '-c',
      'copy',
      late,
    ]);
    const made = await marked(late, withWatermark({}));
    for (const seconds of [0, 0.8, 2.6]) {
      const [corner = []] = await colorsAt(made.file('480p.mp4'), [[0.88, 0.92]], seconds);
      expect([seconds, corner, isNear(corner, LOGO_COLOR)]).toEqual([seconds, corner, true]);
    }
  });
});

test('a watermark that cannot be used is an error of the configuration, and nothing is published', async () => {
  const source = await studio.make('short.mp4', ['color=c=0x204060:s=640x480:r=10:d=1'], ...H264);
  const broken = (await logoPng()).subarray(0, -20);
  await expect(marked(source, withWatermark({}), broken)).rejects.toMatchObject({
    ...{
      name: 'InvalidConfiguration',
      message: expect.stringContaining('The watermark logo cannot be used'),
    },
  });
  const nothing = transcode(studio.directory, source, {}, withWatermark({}));
  await expect(nothing).rejects.toMatchObject({ name: 'InvalidConfiguration' });
});
