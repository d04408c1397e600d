import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { reportPdf } from '../../../../samples/sample-pdfs.ts';
import { writePdf } from '../../../../samples/write-pdf.ts';
import { processed, textAt } from './setup.ts';

const FIXTURES = 'tests/fixtures/documents';

describe('the outputs of a PDF', () => {
  test('are thumbnails, a picture a page, text, Markdown and a description', async () => {
    const { outputs, closing, metadata, text, pages } = await processed(reportPdf());
    const sizes = await Promise.all(
      [...outputs.values()]
        .filter(({ contentType }) => contentType.startsWith('image/'))
        .map(async ({ name, content }) => {
          const { format, width, height } = await sharp(content).metadata();
          return [name, format, width, height];
        }),
    );
    expect(sizes.sort()).toEqual([
      ['page_0001.webp', 'webp', 1131, 1600],
      ['page_0002.webp', 'webp', 1131, 1600],
      ['page_0003.webp', 'webp', 1131, 1600],
      ['thumb_large.jpg', 'jpeg', 848, 1200],
      ['thumb_medium.jpg', 'jpeg', 283, 400],
      ['thumb_small.jpg', 'jpeg', 106, 150],
    ]);
    expect([...outputs.keys()].filter((name) => !/webp|jpg/.test(name)).sort()).toEqual([
      'markdown.md',
      'pages.json',
      'text.txt',
    ]);
    expect(metadata).toMatchObject({
      title: 'Yearly report',
      author: 'Media Pipeline',
      subject: 'What was kept',
      createdAt: '2024-02-29T12:00:00.000Z',
      modifiedAt: '2024-03-01T07:30:00.000Z',
      pdfVersion: '1.4',
      encrypted: false,
      repaired: false,
      pages: 3,
      pagesWithoutText: 0,
    });
    expect(text.split('\f')).toHaveLength(3);
    expect(text).toContain('Most photographs come from telephones');
    expect(pages.map(({ page, width, height }) => [page, width, height])).toEqual([
      [1, 595, 842],
      [2, 595, 842],
      [3, 595, 842],
    ]);
    expect(pages.reduce((sum, { words }) => sum + words, 0)).toBe(metadata.words);
    expect(closing.degraded).toEqual([]);
    expect(Object.keys(closing.tools)).toEqual(['pdfjs-dist', '@napi-rs/canvas', 'sharp', 'libvips']);
  });

  test('are drawn: ink where the text stands, none where it does not', async () => {
    const { outputs } = await processed(writePdf({ pages: [{ content: textAt('Hello', 700) }] }));
    const picture = sharp(outputs.get('page_0001.webp')?.content);
    const darkness = async (top: number, height: number) => {
      const area = picture.clone().extract({ left: 100, top, width: 400, height }).grayscale();
      return 255 - Math.min(...(await area.raw().toBuffer()));
    };
    expect(await darkness(220, 70)).toBeGreaterThan(200);
    expect(await darkness(600, 200)).toBeLessThan(10);
  });

  test('are the same bytes each time', async () => {
    const hashes = async () =>
      [...(await processed(reportPdf())).outputs.values()].map(({ name, content }) => [
        name,
        content.toString('base64'),
      ]);
    expect(await hashes()).toEqual(await hashes());
  });

  test('have pictures up to the cap only, but the text of every page, of 600 as of one', async () => {
    const pages = Array.from({ length: 600 }, (_, i) => ({ content: textAt(`This is page ${i + 1}`) }));
    const made = await processed(writePdf({ pages }), { maxPageImages: 2 });
    expect([...made.outputs.keys()].filter((name) => name.startsWith('page_'))).toEqual([
      'page_0001.webp',
      'page_0002.webp',
    ]);
    expect(made.pages).toHaveLength(600);
    expect(made.pages.at(-1)).toMatchObject({ page: 600, text: 'This is page 600', words: 4 });
    expect(made.metadata).toMatchObject({ pages: 600, words: 2400 });
  });

  test('keep their thumbnails where no page is to have a picture of its own', async () => {
    const { outputs } = await processed(writePdf({ pages: [{ content: textAt('One') }] }), {
      maxPageImages: 0,
    });
    expect([...outputs.keys()].filter((name) => /jpg|webp/.test(name)).sort()).toEqual([
      'thumb_large.jpg',
      'thumb_medium.jpg',
      'thumb_small.jpg',
    ]);
  });
});

describe('real documents', () => {
  test('by LaTeX: text, outline with pages, the form as filled in', async () => {
    const { outputs, closing, metadata, text, pages } = await processed(
      await readFile(`${FIXTURES}/latex.pdf`),
    );
    expect(text).toContain(
      'Efficient filing, as office workers\nknow, is difficult; the first affordable flash',
    );
    expect(pages[1]?.fields).toEqual([
      { name: 'fullname', value: 'Ada Lovelace' },
      { name: 'agree', value: 'Yes' },
    ]);
    expect(JSON.parse(outputs.get('pages.json')?.content.toString() ?? '').outline).toEqual([
      { title: 'Introduction', page: 1 },
      { title: 'A little mathematics', page: 1, items: [{ title: 'Footnotes', page: 1 }] },
      { title: 'A form', page: 2 },
      { title: 'The end', page: 2 },
    ]);
    expect(outputs.get('markdown.md')?.content.toString()).toContain('\n# 2 A little mathematics\n');
    expect(metadata).toMatchObject({
      title: 'On the Keeping of Pictures',
      form: true,
      producer: 'pdfTeX-1.40.24',
    });
    expect(closing.degraded).toEqual([]);
  });

  test('by LibreOffice, with embedded fonts: Japanese, Chinese, Arabic, Russian, German', async () => {
    const { closing, text, metadata } = await processed(await readFile(`${FIXTURES}/scripts.pdf`));
    expect(text.trim().split('\n')).toEqual([
      '日本語の文書を処理する。',
      '中文文件的处理流程。',
      'مرحبا بالعالم',
      'Привет, мир',
      'Grüße, naïve café',
    ]);
    expect(metadata.words).toBe(18);
    expect(closing.degraded).toEqual([]);
  });
});

const CUT_OFF = ['The end of the file is missing; only recovered content is shown.'];

describe('documents that open although something is odd', () => {
  const plain = writePdf({ pages: [{ content: textAt('Still readable') }] });
  const text = plain.toString('latin1');
  const cases: [label: string, pdf: Buffer, repaired: boolean, degraded?: string[]][] = [
    [
      'a cross-reference table that points nowhere',
      Buffer.from(text.replace(/startxref\n\d+/, 'startxref\n99'), 'latin1'),
      true,
    ],
    [
      'no cross-reference table at all',
      Buffer.from(text.slice(0, text.indexOf('xref\n0')), 'latin1'),
      true,
      CUT_OFF,
    ],
    [
      'offsets that are off',
      Buffer.from(text.replace(/^(\d{10}) 00000 n/gm, '0000000017 00000 n'), 'latin1'),
      true,
    ],
    ['an end that was cut off', plain.subarray(0, plain.length - 120), true, CUT_OFF],
    ['junk before its header', Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), plain]), false],
    [
      'an owner password only',
      writePdf({ pages: [{ content: textAt('Still readable') }], password: { user: '', owner: 'o' } }),
      false,
    ],
  ];
  test.each(cases)('%s', async (_, pdf, repaired, degraded = []) => {
    const made = await processed(pdf);
    expect(made.text).toBe('Still readable\n');
    expect(made.metadata).toMatchObject({ repaired });
    expect(made.closing.degraded).toEqual(degraded);
  });
});

describe('documents that are refused', () => {
  const page = { content: textAt('x') };
  const cases: [label: string, pdf: Buffer, name: string, message: RegExp][] = [
    [
      'with a password',
      writePdf({ pages: [page], password: { user: 'u', owner: 'o' } }),
      'EncryptedDocument',
      /without a password/,
    ],
    ['empty', Buffer.alloc(0), 'CorruptMedia', /can be opened/],
    ['no PDF', Buffer.from('Dear team'), 'CorruptMedia', /can be opened/],
    ['of no pages', writePdf({ pages: [] }), 'CorruptMedia', /page/],
    [
      'of too many pages',
      writePdf({ pages: Array.from({ length: 31 }, () => page) }),
      'TooManyPages',
      /at most 30 pages, got 31/,
    ],
  ];
  test.each(cases)('%s', async (_, pdf, name, message) => {
    await expect(processed(pdf, { maxPages: 30 })).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });
});
