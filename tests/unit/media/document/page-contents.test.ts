import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { type PdfFile, writePdf } from '../../../../samples/write-pdf.ts';
import { image, PICTURE_PAGE, processed, textAt } from './setup.ts';

/** Draws one page of 400 × 300 points; its picture is 1600 × 1200 pixels. */
async function read({ content = '', more = '', resources, ...file }: Partial<PdfFile> & Page) {
  const page = { width: 400, height: 300, content, more, ...(resources ? { resources } : {}) };
  const made = await processed(writePdf({ pages: [page], ...file }));
  const picture = sharp(made.outputs.get('page_0001.webp')?.content);
  /** Mean color of an area in points, from the top left. */
  const color = async (left: number, top: number, width: number, height: number) => {
    const area = { left: left * 4, top: top * 4, width: width * 4, height: height * 4 };
    const { channels } = await sharp(await picture.clone().extract(area).png().toBuffer()).stats();
    return channels.slice(0, 3).map(({ mean }) => Math.round(mean));
  };
  return { ...made, degraded: made.closing.degraded, color };
}

interface Page {
  content?: string;
  more?: string;
  resources?: string;
}

const FONT = '/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>';
const label = 'BT /F1 14 Tf 20 250 Td (Name:) Tj ET';

describe('text typed onto a page', () => {
  const typed = (more: string) =>
    `<< /Type /Annot /Subtype /FreeText /Contents (TYPED ON TOP\\nof two lines) /DA (/Helv 14 Tf 1 0 0 rg) /Rect [20 100 380 140] ${more} >>`;

  test('is read and drawn without a picture of its own', async () => {
    const { text, degraded, color } = await read({
      content: label,
      more: '/Annots [@typed]',
      objects: { typed: typed('/F 4') },
    });
    expect(text).toBe('Name:\nTYPED ON TOP\nof two lines\n');
    expect(degraded).toEqual([]);
    const [red = 0, green = 0] = await color(20, 160, 120, 20);
    expect(red).toBeGreaterThan(250);
    expect(green).toBeLessThan(230);
  });

  test('is read if it brings its picture, and not if it is hidden', async () => {
    const appearance = {
      dict: `/Type /XObject /Subtype /Form /BBox [0 0 360 40] /Resources << ${FONT} >>`,
      stream: Buffer.from('0 0 1 rg 0 0 360 40 re f'),
    };
    const shown = await read({
      content: label,
      more: '/Annots [@typed]',
      objects: { typed: typed('/F 4 /AP << /N @appearance >>'), appearance },
    });
    expect(shown.text).toContain('TYPED ON TOP');
    expect(await shown.color(100, 165, 100, 30)).toEqual([0, 0, 255]);
    const hidden = await read({
      content: label,
      more: '/Annots [@typed]',
      objects: { typed: typed('/F 2') },
    });
    expect(hidden.text).toBe('Name:\n');
    expect(await hidden.color(20, 160, 120, 20)).toEqual([255, 255, 255]);
  });
});

test('form fields without pictures are read and drawn: text, choice and list box', async () => {
  const field = (name: string, y: number, more: string) =>
    `<< /Type /Annot /Subtype /Widget /F 4 /T (${name}) /Rect [20 ${y} 380 ${y + 40}] /DA (/Helv 14 Tf 0 g) ${more} >>`;
  const { pages, text, color, degraded } = await read({
    content: label,
    more: '/Annots [@a @b @c]',
    catalog: `/AcroForm << /Fields [@a @b @c] /DA (/Helv 0 Tf 0 g) /DR << /Font << /Helv << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>`,
    objects: {
      a: field('given', 200, '/FT /Tx /V (Ada Lovelace)'),
      b: field('land', 150, '/FT /Ch /Ff 131072 /Opt [[(DE) (Germany)] [(FR) (France)]] /V (FR)'),
      c: field(
        'colors',
        20,
        '/FT /Ch /Ff 2097152 /Opt [(red) (green) (blue)] /V [(red) (blue)] /I [0 2]',
      ).replace('60]', '120]'),
    },
  });
  expect(pages[0]?.fields).toEqual([
    { name: 'given', value: 'Ada Lovelace' },
    { name: 'land', value: 'France' },
    { name: 'colors', value: 'red, blue' },
  ]);
  expect(text).toContain('given: Ada Lovelace\nland: France\ncolors: red, blue');
  for (const top of [60, 110, 180]) expect((await color(20, top, 90, 40))[0]).toBeLessThan(254);
  expect(degraded).toEqual([]);
});

describe('layers that are hidden', () => {
  const catalog = '/OCProperties << /OCGs [@off @on] /D << /OFF [@off] /Order [@off @on] >> >>';
  const group = (name: string) => `<< /Type /OCG /Name (${name}) >>`;
  const objects = { off: group('off'), on: group('on') };
  const at = (y: number, text: string) => `BT /F1 14 Tf 20 ${y} Td (${text}) Tj ET`;
  const form = (text: string, more: string) => ({
    dict: `/Type /XObject /Subtype /Form /BBox [0 0 400 300] /Resources << ${FONT} >> ${more}`,
    stream: Buffer.from(at(120, text)),
  });
  const cases: [label: string, content: string, text: string, more: PdfFile['objects']][] = [
    [
      'between visible text',
      `${at(250, 'before')} /OC /Off BDC ${at(220, 'HIDDEN')} EMC /OC /On BDC ${at(190, 'shown')} EMC ${at(160, 'after')}`,
      'before\nshown\nafter\n',
      {},
    ],
    [
      'the same words, visible and hidden',
      `/OC /Off BDC ${at(250, 'price')} EMC ${at(220, 'price')} /OC /Off BDC ${at(190, 'price')} EMC`,
      'price\n',
      {},
    ],
    [
      'as a form within the page',
      `${at(250, 'before')} /Fm Do ${at(90, 'after')}`,
      'before\nafter\n',
      { form: form('HIDDEN', '/OC @off') },
    ],
    [
      'text off the page before it',
      `${at(900, 'beyond')} /OC /Off BDC ${at(220, 'HIDDEN')} EMC ${at(160, 'after')}`,
      'after\n',
      {},
    ],
    [
      'by membership of several groups',
      `/OC /Any BDC ${at(220, 'HIDDEN')} EMC ${at(160, 'after')}`,
      'after\n',
      {},
    ],
  ];
  test.each(cases)('have no text: %s', async (_, content, expected, more) => {
    const { text, degraded } = await read({
      content,
      resources: `${FONT} /Properties << /Off @off /On @on /Any << /Type /OCMD /OCGs [@off] /P /AnyOn >> >> ${more?.form ? '/XObject << /Fm @form >>' : ''}`,
      catalog,
      objects: { ...objects, ...more },
    });
    expect(text).toBe(expected);
    expect(degraded).toEqual([]);
  });
});

test('runs of text from right to left are parted where there is a gap', async () => {
  const letters = { A: '05D0', B: '05D1', C: '05D2', D: '05D3', E: '0634', F: '0633' };
  const map = Object.entries(letters).map(
    ([code, unicode]) => `<${code.charCodeAt(0).toString(16)}> <${unicode}>`,
  );
  const toUnicode = `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def 1 begincodespacerange <00> <ff> endcodespacerange ${map.length} beginbfchar\n${map.join('\n')}\nendbfchar endcmap end end`;
  const run = (x: number, y: number, text: string) => `BT /F1 20 Tf ${x} ${y} Td (${text}) Tj ET`;
  const { text } = await read({
    content: [
      ...[
        run(300, 250, 'BA'),
        run(240, 250, '250'),
        run(200, 250, 'DC'),
        run(160, 250, 'A'),
        run(146.5, 250, 'B'),
      ],
      ...[run(300, 200, 'EF'), run(250, 200, 'FE')],
    ].join('\n'),
    resources: '/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode @map >> >>',
    objects: { map: { dict: '', stream: Buffer.from(toUnicode) } },
  });
  expect(text).toBe('אב 250 גד אב\n\u0633\u0634 \u0634\u0633\n');
});

describe('documents that are not what they show', () => {
  const cases: [label: string, file: Partial<PdfFile> & Page, reason: string][] = [
    [
      'a portfolio',
      {
        content: textAt('Open this portfolio', 200),
        catalog: '/Collection << /View /D >> /Names << /EmbeddedFiles << /Names [(a.csv) @file] >> >>',
        objects: { file: '<< /Type /Filespec /F (a.csv) >>' },
      },
      'The document is a portfolio: the files attached to it were not read.',
    ],
    [
      'a dynamic XFA form that says so',
      {
        content: textAt('Bitte warten', 200),
        catalog: '/NeedsRendering true /AcroForm << /Fields [@field] /XFA @xfa >>',
        objects: { field: '<< /FT /Tx /T (a) >>', xfa: { dict: '', stream: Buffer.from('<xdp/>') } },
      },
      'The document is a dynamic XFA form, which only Adobe software displays; its page is a placeholder.',
    ],
    [
      'a dynamic XFA form by its placeholder',
      {
        content: textAt('Please wait... If this message is not eventually replaced', 200),
        catalog: '/AcroForm << /Fields [@field] /XFA @xfa >>',
        objects: { field: '<< /FT /Tx /T (a) >>', xfa: { dict: '', stream: Buffer.from('<xdp/>') } },
      },
      'Page 1: the document is a dynamic XFA form, which only Adobe software displays; its page is a placeholder.',
    ],
  ];
  test.each(cases)('%s is called one', async (_, file, reason) => {
    expect((await read(file)).degraded).toEqual([reason]);
  });

  test('a scan is called one, but not a page without anything', async () => {
    const photo = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'teal' } })
      .jpeg()
      .toBuffer();
    const scan = writePdf({
      pages: [PICTURE_PAGE],
      objects: { picture: image(photo, { width: 40, height: 30 }) },
    });
    expect((await processed(scan)).closing.degraded).toEqual([
      'No page has text, only pictures, as in a scan; text in pictures is not read.',
    ]);
    expect((await read({})).degraded).toEqual([]);
  });

  test('a static XFA form, whose pages are its own, is not called one', async () => {
    const { degraded } = await read({
      content: textAt('Name', 200),
      catalog: '/AcroForm << /Fields [@field] /XFA @xfa >>',
      objects: { field: '<< /FT /Tx /T (a) >>', xfa: { dict: '', stream: Buffer.from('<xdp/>') } },
    });
    expect(degraded).toEqual([]);
  });
});
