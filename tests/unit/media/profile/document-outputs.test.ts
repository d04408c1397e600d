import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { processText } from '../../../../media/document/process-text.ts';
import { startPageReader } from '../../../../media/document/reader/page-reader.ts';
import { parseProfile } from '../../../../media/profile/profile.ts';
import { writePdf } from '../../../../samples/write-pdf.ts';
import { type ClipStudio, clipStudio } from '../../../support/clips.ts';
import { madeByProfile } from '../../../support/made-by-profile.ts';
import { changed } from './changed-profile.ts';

let studio: ClipStudio;
beforeAll(async () => {
  studio = await clipStudio();
  const page = (word: string) => ({
    content: `BT /F1 48 Tf 72 600 Td (${word}) Tj ET`,
    width: 600,
    height: 800,
  });
  await studio.save('report.pdf', writePdf({ pages: ['One', 'Two', 'Three', 'Four'].map(page) }));
});
afterAll(() => studio.remove());

/** Publishes the document's outputs, with the size and format of each picture. */
async function made(pages: object, thumbnails: object[] = [], switches: object = {}) {
  const profile = parseProfile(changed('document', { thumbnails, pages, ...switches }));
  const { outputs, manifest } = await madeByProfile(profile, studio.path('report.pdf'));
  const pictures: Record<string, string> = {};
  for (const [name, body] of [...outputs].sort()) {
    if (!/\.(webp|jpg|png)$/.test(name)) continue;
    const { format, width, height } = await sharp(body).metadata();
    pictures[name] = `${format} ${width}×${height}`;
  }
  const metadata = JSON.parse(outputs.get('metadata.json')?.toString() ?? '');
  return { outputs, pictures, manifest, metadata };
}

describe('a document by a profile of its own', () => {
  test('has as many pages as it shall, of its size, and its thumbnails', async () => {
    const thumbnails = [
      { name: 'thumb_small', side: 40 },
      { name: 'thumb_large', side: 400 },
    ];
    const { pictures } = await made({ most: 2, side: 200, quality: 60 }, thumbnails);
    expect(pictures).toEqual({
      ...{ 'page_0001.webp': 'webp 150×200', 'page_0002.webp': 'webp 150×200' },
      ...{ 'thumb_large.jpg': 'jpeg 300×400', 'thumb_small.jpg': 'jpeg 30×40' },
    });
  });

  test.each([
    ['jpeg', 'jpg'],
    ['png', 'png'],
  ])('has pages as %s', async (format, extension) => {
    const { pictures, manifest } = await made({ most: 1, side: 200, quality: 60, format });
    expect(pictures).toEqual({ [`page_0001.${extension}`]: `${format} 150×200` });
    const [page] = manifest.outputs.filter(({ key }) => key.includes('page_'));
    expect(page).toMatchObject({ contentType: `image/${format}` });
    expect(manifest.recipes[page?.recipeHash ?? '']?.definition).toEqual({ side: 200, quality: 60, format });
  });

  test('has no pictures of pages, nor thumbnails, where it shall have none, and all of its text', async () => {
    const { pictures, outputs } = await made({ most: 0, side: 200, quality: 60 });
    expect(pictures).toEqual({});
    expect(outputs.get('text.txt')?.toString()).toMatch(/One[\s\S]*Two[\s\S]*Three[\s\S]*Four/);
  });

  test('has pictures of more bytes by a higher quality', async () => {
    const bytes = async (quality: number) =>
      (await made({ most: 1, side: 1600, quality })).outputs.get('page_0001.webp')?.length ?? 0;
    const [low, high] = [await bytes(5), await bytes(95)];
    expect(low).toBeGreaterThan(0);
    expect(high).toBeGreaterThan(low);
  });

  test.each([
    [{ text: false }, ['markdown.md']],
    [{ markdown: false }, ['pages.json', 'text.txt']],
    [{ text: false, markdown: false }, []],
  ])('with %j has the texts %j, and its words are counted', async (switches, names) => {
    const { outputs, manifest, metadata, pictures } = await made(
      { most: 1, side: 200, quality: 60 },
      [],
      switches,
    );
    const texts = ['markdown.md', 'pages.json', 'text.txt'].filter((name) => outputs.has(name));
    expect(texts).toEqual(names);
    expect(metadata).toMatchObject({ pages: 4, words: 4, pagesWithoutText: 0 });
    expect(Object.keys(pictures)).toEqual(['page_0001.webp']);
    expect(manifest.degraded).toEqual([]);
  });
});

test('a text file without its text has counts and thumbnails', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'text-'));
  const reader = startPageReader(directory);
  try {
    const outputs: string[] = [];
    const { document: profile } = parseProfile(changed('document.text', false));
    await writeFile(join(directory, 'source'), 'Some words of text');
    const closing = await processText({
      ...{
        file: join(directory, 'source'),
        directory,
        reader,
        contentType: 'text/plain',
        profile,
        maxPageImages: 20,
      },
      put: async ({ name }) => void outputs.push(name),
    });
    expect(outputs.sort()).toEqual(['thumb_large.jpg', 'thumb_medium.jpg', 'thumb_small.jpg']);
    expect(closing.metadata).toMatchObject({ words: 4, characters: 18, lines: 1 });
  } finally {
    reader.kill();
    await rm(directory, { recursive: true });
  }
});
