import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseManifest } from '../../../../core/outputs/manifest.ts';
import { staleOutputs } from '../../../../core/outputs/staleness.ts';
import { plannedRecipes } from '../../../../media/planned-recipes.ts';
import { parseProfile } from '../../../../media/profile/profile.ts';
import document from '../../../../profiles/default.json' with { type: 'json' };
import { writePdf } from '../../../../samples/write-pdf.ts';
import { type ClipStudio, clipStudio, H264 } from '../../../support/clips.ts';
import { logoPng, watermarksOf } from '../../../support/logo.ts';
import { type Manifest, madeByProfile } from '../../../support/made-by-profile.ts';
import { quarters } from '../../media/image/pictures.ts';

/** As the runs have them. */
const SETTINGS = {
  ENABLE_AVIF: true,
  ENABLE_HLS_TRANSCODING: true,
  ENABLE_LOUDNESS_NORMALIZATION: false,
  MAX_PAGE_IMAGES: 20,
};
const KINDS = {
  'picture.png': 'IMAGE',
  'tone.wav': 'AUDIO',
  'film.mp4': 'VIDEO',
  'paper.pdf': 'DOCUMENT',
} as const;
type File = keyof typeof KINDS;
type Change = (profile: typeof document) => void;

let studio: ClipStudio;
const wholes = new Map<File, ReturnType<typeof madeByProfile>>();
/** All outputs by a profile that has one of everything. */
const whole = (file: File) => {
  const made = wholes.get(file) ?? madeByProfile(profileWith(), studio.path(file));
  wholes.set(file, made);
  return made;
};
beforeAll(async () => {
  studio = await clipStudio();
  await quarters().png().toFile(studio.path('picture.png'));
  await studio.make('tone.wav', ['sine=d=1']);
  await studio.make('film.mp4', ['testsrc2=s=320x180:r=10:d=2', 'sine=d=2'], ...H264, '-c:a', 'aac');
  const page = (text: string) => ({ content: `BT /F1 24 Tf 72 700 Td (${text}) Tj ET` });
  await writeFile(studio.path('paper.pdf'), writePdf({ pages: [page('one'), page('two'), page('three')] }));
});
afterAll(() => studio.remove());

const HOVER = { name: 'hover', format: 'webp', seconds: 1, side: 100, framesPerSecond: 5 };
const GIVEN = { previews: [HOVER] };

function profileWith(change: Change = () => {}) {
  const copy = structuredClone(document);
  Object.assign(copy.video, structuredClone(GIVEN));
  change(copy);
  return parseProfile(copy);
}

const found = (file: File, manifest: Buffer | undefined, change?: Change) => {
  const planned = plannedRecipes(KINDS[file], profileWith(change), SETTINGS);
  const parsed = parseManifest(manifest ?? Buffer.alloc(0));
  const prefix = (parsed.outputs[0]?.key ?? '').replace(/it_.*$/, 'it_');
  return staleOutputs(parsed, { prefix, planned });
};

describe('what is made again after a change of the profile', () => {
  test.each<[label: string, file: File, change: Change, made: string[]]>([
    ['nothing', 'picture.png', () => {}, []],
    [
      'the quality of one image',
      'picture.png',
      ({ image }) => Object.assign(image.outputs[1] ?? {}, { quality: 50 }),
      ['thumb_medium.jpg'],
    ],
    [
      'the size of one that others are scaled from',
      'picture.png',
      ({ image }) => Object.assign(image.outputs[1] ?? {}, { width: 170, height: 170 }),
      ['thumb_medium.jpg', 'thumb_small.jpg'],
    ],
    [
      'an image more, and one less',
      'picture.png',
      ({ image }) => image.outputs.splice(0, 1, { name: 'hero', format: 'webp', width: 50, height: 40 }),
      ['hero.webp', 'thumb_medium.jpg', 'thumb_small.jpg'],
    ],
    [
      'the bitrate of one recording',
      'tone.wav',
      ({ audio }) => Object.assign(audio.outputs[0] ?? {}, { kilobitsPerChannel: 32 }),
      ['audio.mp3'],
    ],
    ['a recording less', 'tone.wav', ({ audio }) => audio.outputs.pop(), []],
    [
      'the storyboard alone, without the renditions',
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
    [
      'a preview, of a rendition that was made before',
      'film.mp4',
      ({ video }) => Object.assign(video, { previews: [{ ...HOVER, framesPerSecond: 8 }] }),
      ['hover.webp'],
    ],
    [
      'a thumbnail of a document',
      'paper.pdf',
      ({ document: paper }) => Object.assign(paper.thumbnails[2] ?? {}, { side: 60 }),
      ['thumb_small.jpg'],
    ],
    [
      'the number of pages',
      'paper.pdf',
      ({ document: paper }) => Object.assign(paper.pages, { most: 2 }),
      [],
    ],
    [
      'the pages',
      'paper.pdf',
      ({ document: paper }) => Object.assign(paper.pages, { side: 300 }),
      ['page_0001.webp', 'page_0002.webp', 'page_0003.webp'],
    ],
  ])('by %s', async (_label, file, change, expected) => {
    const before = await whole(file);
    const after = await madeByProfile(profileWith(change), studio.path(file), {}, before);
    // Metadata and manifest describe the set, and are written with each.
    const made = after.made.filter((name) => name !== 'metadata.json' && name !== 'manifest.json');
    expect(made.sort()).toEqual(expected);
    const afresh = await madeByProfile(profileWith(change), studio.path(file));
    expect([...after.outputs.keys()].sort()).toEqual([...afresh.outputs.keys()].sort());
    for (const [name, bytes] of afresh.outputs)
      if (name !== 'manifest.json')
        expect([name, after.outputs.get(name)?.equals(bytes)]).toEqual([name, true]);
    expect(withoutVersions(after.manifest)).toEqual(withoutVersions(afresh.manifest));

    const stale = found(file, before.outputs.get('manifest.json'), change);
    // Whoever lists what is stale says of each file that is made that it is, and of nothing else.
    const said = expected.filter((name) => !stale.some((one) => isSaid(one.name, name)));
    expect(said).toEqual([]);
    if (_label === 'nothing') expect(stale).toEqual([]);
    else expect(stale).not.toEqual([]);
    expect(found(file, after.outputs.get('manifest.json'), change)).toEqual([]);
  });
});

const withoutVersions = ({ outputs, ...rest }: Manifest) => ({
  ...rest,
  outputs: outputs.map((output) => ({ ...output, versionId: undefined })),
});
const isSaid = (said: string, name: string) => said === name || name.startsWith(`${said}.`);

describe('outputs made again by name', () => {
  test.each<[file: File, only: string[], made: string[]]>([
    ['picture.png', ['webp'], ['webp.webp']],
    ['picture.png', ['thumb_small.jpg', 'avif.avif'], ['avif.avif', 'thumb_small.jpg']],
    ['tone.wav', ['audio.m4a'], ['audio.m4a']],
    ['film.mp4', ['poster'], ['poster.jpg']],
    ['film.mp4', ['hover.webp'], ['hover.webp']],
    ['paper.pdf', ['page_0002.webp', 'text'], ['page_0002.webp', 'text.txt']],
  ])('of %s: %j', async (file, only, expected) => {
    const before = await whole(file);
    // Whatever else has changed meanwhile.
    const change: Change = ({ image, audio }) => {
      Object.assign(image.outputs[0] ?? {}, { quality: 30 });
      Object.assign(audio.outputs[0] ?? {}, { kilobitsPerChannel: 32 });
    };
    const { made, outputs } = await madeByProfile(
      profileWith(change),
      studio.path(file),
      {},
      { ...before, only },
    );
    expect(made.filter((name) => name !== 'metadata.json' && name !== 'manifest.json').sort()).toEqual(
      expected,
    );
    expect([...outputs.keys()].sort()).toEqual([...before.outputs.keys()].sort());
  });
});

test('what nobody named stays: an output that the profile has no more; and a new one is still missing', async () => {
  const before = await whole('picture.png');
  const change: Change = ({ image }) =>
    image.outputs.splice(0, 1, { name: 'hero', format: 'webp', width: 50, height: 40 });
  const file = studio.path('picture.png');
  const after = await madeByProfile(profileWith(change), file, {}, { ...before, only: ['webp'] });
  expect(after.made.sort()).toEqual(['manifest.json', 'metadata.json', 'webp.webp']);
  expect([...after.outputs.keys()].sort()).toEqual([...before.outputs.keys()].sort());
  const stale = found('picture.png', after.outputs.get('manifest.json'), change).map(({ name }) => name);
  expect(stale).toEqual(expect.arrayContaining(['hero', 'thumb_large.jpg']));
  const { objects } = after;
  const { outputs } = await madeByProfile(profileWith(change), file, {}, { objects });
  const afresh = await madeByProfile(profileWith(change), file);
  expect([...outputs.keys()].sort()).toEqual([...afresh.outputs.keys()].sort());
});

test('outputs of earlier code, which did not say by what they were made, are all made again', async () => {
  const { objects } = await whole('picture.png');
  const older = new Map(objects);
  for (const [key, bytes] of older) {
    if (!key.endsWith('manifest.json')) continue;
    const { recipes: _recipes, outputs, ...rest } = JSON.parse(bytes.toString());
    const plain = outputs.map(({ recipeHash: _hash, ...output }: { recipeHash: string }) => output);
    older.set(key, Buffer.from(JSON.stringify({ ...rest, outputs: plain })));
  }
  const file = studio.path('picture.png');
  const { made } = await madeByProfile(profileWith(), file, {}, { objects: older, only: ['webp'] });
  expect(made).toEqual(expect.arrayContaining(['thumb_small.jpg', 'webp.webp', 'thumb_large.jpg']));
});

test('renditions of a video are made together', async () => {
  const { made } = await madeByProfile(
    profileWith(),
    studio.path('film.mp4'),
    {},
    {
      ...(await whole('film.mp4')),
      only: ['480p'],
    },
  );
  expect(made).toEqual(expect.arrayContaining(['480p.mp4', 'hls/master.m3u8', 'hls/480p/00000.m4s']));
  expect(made).not.toContain('poster.jpg');
});

test('texts that were not asked for are made when they are', async () => {
  const without = profileWith(({ document: paper }) => Object.assign(paper, { text: false }));
  const file = studio.path('paper.pdf');
  const before = await madeByProfile(without, file);
  expect([...before.outputs.keys()]).toContain('markdown.md');
  const stale = found('paper.pdf', before.outputs.get('manifest.json'));
  expect(stale.map(({ name }) => name)).toEqual(['choice of texts']);
  const { made, outputs } = await madeByProfile(profileWith(), file, {}, { objects: before.objects });
  expect(made.sort()).toEqual(['manifest.json', 'metadata.json', 'pages.json', 'text.txt']);
  const again = await madeByProfile(without, file, {}, { objects: new Map([...before.objects]) });
  expect([...again.outputs.keys()].sort()).toEqual([...before.outputs.keys()].sort());
  expect([...outputs.keys()]).toEqual(expect.arrayContaining(['text.txt', 'pages.json', 'markdown.md']));
});

test('a text that is no longer asked for goes, and comes again', async () => {
  const without = profileWith(({ document: paper }) => Object.assign(paper, { text: false }));
  const file = studio.path('notes.txt');
  await writeFile(file, 'Some words of text\n');
  const before = await madeByProfile(profileWith(), file);
  const names = [...before.outputs.keys()].filter((name) => name !== 'text.txt').sort();
  const after = await madeByProfile(without, file, {}, { objects: before.objects });
  expect([...after.outputs.keys()].sort()).toEqual(names);
  const again = await madeByProfile(profileWith(), file, {}, { objects: after.objects });
  expect(again.made.sort()).toEqual(['manifest.json', 'metadata.json', 'text.txt']);
});

test('another image of a watermark makes stale what shows it', async () => {
  const marked = profileWith(({ image }) =>
    Object.assign(image.outputs[1] ?? {}, { watermark: { image: 'logo' } }),
  );
  const file = studio.path('picture.png');
  const [red, blue] = [
    watermarksOf({ logo: await logoPng({ color: [200, 0, 0] }) }),
    watermarksOf({ logo: await logoPng({ color: [0, 0, 200] }) }),
  ];
  const before = await madeByProfile(marked, file, {}, { watermarks: red });
  const manifest = parseManifest(before.outputs.get('manifest.json') ?? Buffer.alloc(0));
  const stale = (images: typeof red) => {
    const watermarks = Object.fromEntries([...images].map(([name, { sha256 }]) => [name, sha256]));
    const planned = plannedRecipes('IMAGE', marked, SETTINGS, { watermarks });
    const prefix = (manifest.outputs[0]?.key ?? '').replace(/it_.*$/, 'it_');
    return staleOutputs(manifest, { prefix, planned });
  };
  expect(stale(red)).toEqual([]);
  expect(stale(blue)).toEqual([
    { name: 'thumb_medium.jpg', reason: 'The profile or a setting has changed: watermark.' },
  ]);
  const { objects } = before;
  const { made } = await madeByProfile(marked, file, {}, { objects, watermarks: blue });
  expect(made.sort()).toEqual(['manifest.json', 'metadata.json', 'thumb_medium.jpg']);
});

test('another upload takes over nothing', async () => {
  const { objects } = await whole('picture.png');
  const { made } = await madeByProfile(
    profileWith(),
    studio.path('picture.png'),
    { etag: 'e2' },
    { objects },
  );
  expect(made).toContain('thumb_small.jpg');
});

test('an output whose object is gone is made again', async () => {
  const { objects } = await whole('picture.png');
  const rest = new Map([...objects].filter(([key]) => !key.endsWith('thumb_small.jpg')));
  const { made } = await madeByProfile(profileWith(), studio.path('picture.png'), {}, { objects: rest });
  expect(made).toContain('thumb_small.jpg');
  expect(made).not.toContain('thumb_large.jpg');
});
