import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { FUNCTION_SECONDS, TIME_LIMITS } from '../../../../media/document/limits.ts';
import { writePdf } from '../../../../samples/write-pdf.ts';
import { image, PICTURE_PAGE, processed, textAt } from './setup.ts';

const jpeg = (width: number, height: number) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: 'teal',
      noise: { type: 'gaussian', mean: 120, sigma: 40 },
    },
  })
    .jpeg()
    .toBuffer();

/** A font that the file names but does not bring. */
const absentFont = (name: string) =>
  `<< /Type /Font /Subtype /TrueType /BaseFont /${name} /Encoding /WinAnsiEncoding /FirstChar 32 /LastChar 126 /Widths [${'500 '.repeat(95)}] /FontDescriptor << /Type /FontDescriptor /FontName /${name} /Flags 32 /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 /FontBBox [0 0 1000 1000] >> >>`;

/** Japanese in a font of the reader's, by one of the predefined character maps. */
const HEISEI =
  '<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiMin-W3 /Encoding /UniJIS-UTF16-H /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiMin-W3 /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 4 >> /FontDescriptor << /Type /FontDescriptor /FontName /HeiseiMin-W3 /Flags 4 /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 /FontBBox [0 -200 1000 800] >> >>] >>';
const utf16 = (text: string) => `<${Buffer.from(text, 'utf16le').swap16().toString('hex')}>`;

const SCAN = 'No page has text, only pictures, as in a scan; text in pictures is not read.';

describe('what a page lacks is said, by page', () => {
  const cases: [
    label: string,
    make: () => Promise<Buffer> | Buffer,
    reasons: (string | RegExp)[],
    text?: string,
  ][] = [
    [
      'a font that is not embedded',
      () =>
        writePdf({
          pages: [
            { content: textAt('Plain') },
            { content: textAt('Fancy'), resources: '/Font << /F1 @fancy >>' },
          ],
          objects: { fancy: absentFont('FancyFace') },
        }),
      ['Page 2: font FancyFace is not embedded; a substitute was used.'],
      'Plain\n\fFancy\n',
    ],
    [
      "Japanese in the reader's own font: its text comes out all the same, by the character maps",
      () =>
        writePdf({
          pages: [
            {
              content: `BT /F1 24 Tf 72 700 Td ${utf16('日本語のテキスト')} Tj ET`,
              resources: '/Font << /F1 @heisei >>',
            },
          ],
          objects: { heisei: HEISEI },
        }),
      [/^Page 1: font HeiseiMin is not embedded/],
      '日本語のテキスト\n',
    ],
    [
      'an image that is too large to decode',
      () =>
        writePdf({
          pages: [PICTURE_PAGE],
          objects: { picture: image(Buffer.alloc(100), { width: 20_000, height: 20_000 }) },
        }),
      ['Page 1: an image of more than 80 million pixels was omitted.'],
    ],
    [
      'an image that is no image',
      () =>
        writePdf({
          pages: [PICTURE_PAGE],
          objects: { picture: image(Buffer.from('no JPEG'), { width: 80, height: 60 }) },
        }),
      ['Page 1: an image could not be decoded.', 'Page 1: the page rendered blank although it has content.'],
    ],
    [
      'an image that was cut off',
      async () => {
        const whole = await jpeg(400, 300);
        return writePdf({
          pages: [PICTURE_PAGE],
          objects: { picture: image(whole.subarray(0, whole.length / 2), { width: 400, height: 300 }) },
        });
      },
      [SCAN, 'Page 1: an image is truncated.'],
    ],
    [
      'a blank page that should show text',
      () => writePdf({ pages: [{ content: `1 1 1 rg ${textAt('White on white')}` }] }),
      ['Page 1: the page rendered blank although it has content.'],
      'White on white\n',
    ],
    [
      'an update whose end is missing',
      () =>
        Buffer.concat([writePdf({ pages: [{ content: textAt('Old') }] }), Buffer.from('4 0 obj\n<< /Le')]),
      ['The end of the file is missing; it may show an earlier version.'],
      'Old\n',
    ],
    [
      'a form that only Adobe shows',
      () =>
        writePdf({
          pages: [{ content: textAt('Please wait') }],
          catalog: '/AcroForm << /XFA @xfa /Fields [] >>',
          objects: { xfa: { dict: '', stream: Buffer.from('<xdp/>') } },
        }),
      ['The document is an XFA form, which only Adobe software displays.'],
    ],
  ];
  test.each(cases)('%s', async (...[, make, reasons, text]) => {
    const { closing, text: found, outputs } = await processed(await make());
    expect(closing.degraded).toEqual(
      reasons.map((reason) => (typeof reason === 'string' ? reason : expect.stringMatching(reason))),
    );
    if (text !== undefined) expect(found).toBe(text);
    expect(outputs.has('thumb_large.jpg')).toBe(true);
  });

  test('but nothing is said of a page that is meant to be blank', async () => {
    const { closing } = await processed(writePdf({ pages: [{ content: '1 1 1 rg 0 0 595 842 re f' }] }));
    expect(closing.degraded).toEqual([]);
  });

  test('and nothing but that there is no text of images that are sound: RGB, gray, shared by many pages', async () => {
    const rgb = image(await jpeg(400, 300), { width: 400, height: 300 });
    const { closing, outputs } = await processed(
      writePdf({ pages: Array.from({ length: 12 }, () => PICTURE_PAGE), objects: { picture: rgb } }),
    );
    expect(closing.degraded).toEqual([SCAN]);
    const means = await Promise.all(
      ['page_0001.webp', 'page_0012.webp'].map(
        async (name) => (await sharp(outputs.get(name)?.content).stats()).channels[0]?.mean,
      ),
    );
    expect(means[0]).toBeLessThan(235);
    expect(means[1]).toBeCloseTo(means[0] ?? 0, 0);
  });
});

describe('pages that fight back', () => {
  /** Half a gigabyte of drawing in 8 kB: one packed stream, many times over. */
  const bomb = {
    dict: '/Filter /FlateDecode',
    stream: deflateSync(Buffer.alloc(8_000_000, '0 0 9 9 re f ')),
  };
  const bombed = { content: '', more: `/Contents [${'@bomb '.repeat(60)}]` };
  const poisoned = (before: string, after: string) =>
    writePdf({ pages: [{ content: textAt(before) }, bombed, { content: textAt(after) }], objects: { bomb } });

  test('a page that never ends is given up; the next one is read by a new child', async () => {
    const { closing, pages, outputs } = await processed(poisoned('Before', 'After'), {
      times: { ...TIME_LIMITS, pageText: 3_000, pagePicture: 3_000 },
    });
    expect(pages.map(({ text }) => text)).toEqual(['Before', '', 'After']);
    expect(closing.degraded).toEqual([
      expect.stringMatching(
        /^Page 2: the page could not be read: it (took longer than 3 s|ran out of memory|needed more than)/,
      ),
      expect.stringMatching(
        /^Page 2: the page could not be rendered: it (took longer than 3 s|ran out of memory|needed more than)/,
      ),
    ]);
    expect([...outputs.keys()]).toEqual(
      expect.arrayContaining(['page_0001.webp', 'page_0003.webp', 'thumb_small.jpg']),
    );
  });

  /** Text that is read at once, under thousands of gradients as large as the page. */
  const hard = {
    content: `${textAt('Hard')} /Pattern cs ${'/P1 scn 0 0 595 842 re f '.repeat(60_000)}`,
    resources:
      '/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> /Pattern << /P1 << /PatternType 2 /Shading << /ShadingType 3 /ColorSpace /DeviceRGB /Coords [300 400 0 300 400 500] /Function << /FunctionType 2 /Domain [0 1] /C0 [1 0 0] /C1 [0 0 1] /N 1 >> /Extend [true true] >> >> >>',
  };
  const easy = { content: textAt('Easy') };

  test('pages that are hard to draw lose their pictures, and only these', async () => {
    const started = Date.now();
    const { closing, pages, outputs } = await processed(
      writePdf({ pages: [easy, ...Array(11).fill(hard), easy, easy] }),
      { times: { ...TIME_LIMITS, pagePicture: 3_000, allPictures: 28_000 } },
    );
    // Within the function's time, also on a busy machine.
    expect(Date.now() - started).toBeLessThan(FUNCTION_SECONDS * 1000 * 0.7);
    expect(pages.map(({ text }) => text)).toEqual(['Easy', ...Array(11).fill('Hard'), 'Easy', 'Easy']);
    expect([...outputs.keys()].filter((name) => name.startsWith('page_'))).toEqual([
      'page_0001.webp',
      'page_0013.webp',
      'page_0014.webp',
    ]);
    expect(closing.degraded.join('\n')).toMatch(
      /^Pages? 2.*: the page could not be rendered: it took longer than \d+ s\./,
    );
    expect(closing.degraded.join('\n')).not.toMatch(/crashed|could not be read/);
  });

  test('a document whose every page does so is refused', async () => {
    const pdf = writePdf({ pages: [bombed], objects: { bomb } });
    await expect(
      processed(pdf, { times: { ...TIME_LIMITS, pageText: 1_000, pagePicture: 1_000 } }),
    ).rejects.toMatchObject({
      name: 'CorruptMedia',
      message: expect.stringMatching(/at least one readable page/),
    });
  });

  test('once the time of the document is used up, the rest is left out and said so', async () => {
    const pages = Array.from({ length: 400 }, (_, i) => ({ content: textAt(`Page ${i + 1}`) }));
    const made = await processed(writePdf({ pages }), {
      maxPageImages: 400,
      times: { ...TIME_LIMITS, allPages: 4_000 },
    });
    expect(made.pages).toHaveLength(400);
    expect(made.closing.degraded.join('\n')).toMatch(
      /–400: the page could not be read: the limit of 4 s for one document was reached\./,
    );
  });

  const sizes: [label: string, width: number, height: number, expected: [number, number]][] = [
    ['a page of a million points', 1_000_000, 1_000_000, [1600, 1600]],
    ['a page as long as a street', 600, 600_000, [2, 1600]],
    ['a page of one point', 1, 1, [1600, 1600]],
  ];
  test.each(sizes)('%s gets a picture of usual size', async (_, width, height, expected) => {
    const { outputs } = await processed(
      writePdf({ pages: [{ width, height, content: textAt('x', height / 2) }] }),
    );
    const { width: w, height: h } = await sharp(outputs.get('page_0001.webp')?.content).metadata();
    expect([w, h]).toEqual(expected);
  });
});
