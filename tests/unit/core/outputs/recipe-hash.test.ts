import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type MadeBy, madeBy, recipeHash } from '../../../../core/outputs/recipe-hash.ts';
import { type Profile, parseProfile } from '../../../../media/profile/profile.ts';
import { RECIPES } from '../../../../media/recipes.ts';
import document from '../../../../profiles/default.json' with { type: 'json' };
import { type ClipStudio, clipStudio, H264 } from '../../../support/clips.ts';
import { LOGO_COLOR, logoPng, watermarksOf } from '../../../support/logo.ts';
import { type Manifest, madeByProfile } from '../../../support/made-by-profile.ts';
import { quarters } from '../../media/image/pictures.ts';

const MADE: MadeBy = {
  ...{ recipe: 'image', version: 1 },
  definition: { name: 'hero', width: 10, frame: { fit: 'cover', sides: [1, 2] } },
};
const COMMON = { tools: { sharp: '1', libvips: '2' }, etag: 'e1' };

describe('the hash of a recipe', () => {
  const usual = recipeHash(MADE, COMMON);

  test('is of 32 hexadecimal digits', () => {
    expect(usual).toMatch(/^[0-9a-f]{32}$/);
  });

  test('does not depend on the order of fields, nor on those that are undefined', () => {
    const { definition, version, recipe } = MADE;
    const turned = {
      ...{ definition: { frame: { sides: [1, 2], fit: 'cover' }, gone: undefined, width: 10, name: 'hero' } },
      ...{ version, recipe },
    };
    expect(Object.keys(turned.definition)).not.toEqual(Object.keys(definition));
    expect(recipeHash(turned, { etag: 'e1', tools: { libvips: '2', sharp: '1' } })).toBe(usual);
  });

  test.each<[label: string, made: MadeBy, common?: typeof COMMON]>([
    ['the definition', { ...MADE, definition: { ...MADE.definition, width: 11 } }],
    ['a type in the definition', { ...MADE, definition: { ...MADE.definition, width: '10' } }],
    ['a field more', { ...MADE, definition: { ...MADE.definition, height: 10 } }],
    [
      'a field within',
      { ...MADE, definition: { ...MADE.definition, frame: { fit: 'cover', sides: [1, 3] } } },
    ],
    [
      'the order of a list',
      { ...MADE, definition: { ...MADE.definition, frame: { fit: 'cover', sides: [2, 1] } } },
    ],
    ['the recipe', { ...MADE, recipe: 'cover' }],
    ['the version of the code', { ...MADE, version: 2 }],
    ['the version of a tool', MADE, { ...COMMON, tools: { sharp: '1', libvips: '3' } }],
    ['the upload', MADE, { ...COMMON, etag: 'e2' }],
  ])('depends on %s', (_label, made, common = COMMON) => {
    expect(recipeHash(made, common)).not.toBe(usual);
  });

  test('has the version in RECIPES', () => {
    for (const name of Object.keys(RECIPES) as (keyof typeof RECIPES)[])
      expect(madeBy({ name, definition: { a: 1 } })).toEqual({
        ...{ recipe: name, version: RECIPES[name], definition: { a: 1 } },
      });
  });
});

let studio: ClipStudio;
beforeAll(async () => {
  studio = await clipStudio();
  await quarters().png().toFile(studio.path('picture.png'));
  await studio.make('tone.wav', ['sine=d=1']);
  await studio.make('film.mp4', ['testsrc2=s=320x180:r=10:d=1', 'sine=d=1'], ...H264, '-c:a', 'aac');
});
afterAll(() => studio.remove());

/** The default profile with changes to a copy of it. */
function profileWith(change: (profile: typeof document) => void): Profile {
  const copy = structuredClone(document);
  change(copy);
  return parseProfile(copy);
}

/** Hashes that a manifest lists without what they stand for. */
const unmatched = ({ outputs, recipes }: Manifest): string[] =>
  outputs.map(({ recipeHash: hash }) => hash).filter((hash) => !Object.hasOwn(recipes, hash));

/** Names of the outputs whose hash is another by a changed profile, and of those that are new. */
async function stale(file: string, change: (profile: typeof document) => void): Promise<string[]> {
  const before = await madeByProfile(parseProfile(document), studio.path(file));
  const after = await madeByProfile(profileWith(change), studio.path(file));
  expect([unmatched(before.manifest), unmatched(after.manifest)]).toEqual([[], []]);
  const names = Object.keys(after.hashes).filter((name) => before.hashes[name] !== after.hashes[name]);
  // A hash that is the same promises the same bytes.
  const same = Object.keys(after.hashes).filter((name) => before.hashes[name] === after.hashes[name]);
  const other = same.filter(
    (name) => !before.outputs.get(name)?.equals(after.outputs.get(name) ?? Buffer.alloc(0)),
  );
  expect(other).toEqual([]);
  return names.sort();
}

describe('what a change of the profile makes stale', () => {
  test.each<[label: string, file: string, change: (profile: typeof document) => void, expected: string[]]>([
    ['nothing', 'picture.png', () => {}, []],
    ['the title', 'picture.png', (profile) => Object.assign(profile, { title: 'Other' }), []],
    [
      'the quality of the AVIF',
      'picture.png',
      ({ image }) => Object.assign(image.outputs[5] ?? {}, { quality: 20 }),
      ['avif.avif'],
    ],
    [
      'the quality of a thumbnail',
      'picture.png',
      ({ image }) => Object.assign(image.outputs[1] ?? {}, { quality: 50 }),
      ['thumb_medium.jpg'],
    ],
    [
      'the size of a thumbnail, of which a smaller one and the placeholder are made',
      'picture.png',
      ({ image }) => Object.assign(image.outputs[1] ?? {}, { width: 170, height: 170 }),
      ['metadata.json', 'thumb_medium.jpg', 'thumb_small.jpg'],
    ],
    [
      'an output more',
      'picture.png',
      ({ image }) => image.outputs.push({ name: 'hero', format: 'webp', width: 50, height: 40 }),
      ['hero.webp'],
    ],
    ['another kind', 'picture.png', ({ audio }) => audio.outputs.pop(), []],
    [
      'the bitrate of the MP3',
      'tone.wav',
      ({ audio }) => Object.assign(audio.outputs[0] ?? {}, { kilobitsPerChannel: 32 }),
      ['audio.mp3'],
    ],
    [
      'the storyboard',
      'film.mp4',
      ({ video }) => Object.assign(video.storyboard, { tileSide: 80 }),
      ['storyboard.jpg', 'storyboard.vtt'],
    ],
    [
      'a thumbnail of a video',
      'film.mp4',
      ({ video }) => Object.assign(video.thumbnails[2] ?? {}, { side: 60 }),
      ['thumb_small.jpg'],
    ],
  ])('by %s: %s', async (_label, file, change, expected) => {
    expect(await stale(file, change)).toEqual(expected);
  });
});

describe('what a watermark makes stale', () => {
  const PLAIN = { image: 'logo', position: 'southeast', opacity: 1, scale: 0.2 };
  /** Recipe hashes of a picture and of a film, by the name of the output, with a watermark on one picture and on films. */
  async function hashesWith(watermark: object | undefined, color: readonly number[] = LOGO_COLOR) {
    const profile = profileWith(({ image, video }) => {
      Object.assign(image.outputs[0] ?? {}, { watermark });
      Object.assign(video, { watermark });
    });
    const images = watermarksOf({ logo: await logoPng({ color }), other: await logoPng({ color }) });
    const made = [];
    for (const file of ['picture.png', 'film.mp4'])
      made.push((await madeByProfile(profile, studio.path(file), {}, { watermarks: images })).hashes);
    const [picture = {}, film = {}] = made;
    return Object.fromEntries([
      ...Object.entries(picture).map(([name, hash]) => [`picture ${name}`, hash]),
      ...Object.entries(film).map(([name, hash]) => [`film ${name}`, hash]),
    ]);
  }
  const SHOWN = [
    ...['00000.m4s', 'index.m3u8', 'init.mp4'].map((name) => `film hls/480p/${name}`),
    ...['film 480p.mp4', 'film hls/master.m3u8', 'picture thumb_large.jpg'],
  ].sort();

  let usual: Record<string, string>;
  beforeAll(async () => {
    usual = await hashesWith(PLAIN);
  });
  const staleOf = (hashes: Record<string, string>) =>
    Object.keys(hashes)
      .filter((name) => hashes[name] !== usual[name])
      .sort();

  test('by none: all of a film, since sharp is no longer among its tools, and may be copied', async () => {
    const without = await hashesWith(undefined);
    const films = Object.keys(without).filter((name) => name.startsWith('film '));
    expect(staleOf(without)).toEqual([...films, 'picture thumb_large.jpg'].sort());
  });

  test.each<[label: string, watermark: object, color: readonly number[]]>([
    ['the image', {}, [0, 255, 0]],
    ['the position', { position: 'north' }, LOGO_COLOR],
    ['the opacity', { opacity: 0.5 }, LOGO_COLOR],
    ['the scale', { scale: 0.3 }, LOGO_COLOR],
  ])('by %s: what shows it', async (_label, watermark, color) => {
    expect(staleOf(await hashesWith({ ...PLAIN, ...watermark }, color))).toEqual(SHOWN);
  });

  test('by its name: nothing, where the image is the same', async () => {
    expect(staleOf(await hashesWith({ ...PLAIN, image: 'other' }))).toEqual([]);
  });
});
