import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { readConfig } from '../../../../base/config.ts';
import { processDocument, SETTINGS } from '../../../../lambdas/process-document/process-document.ts';
import { convertDocument } from '../../../../media/office/convert-document.ts';
import { OFFICE_FORMATS } from '../../../../media/office/office-format.ts';
import { profileSettings } from '../../../../media/office/soffice-profile.ts';
import { writeDocx } from '../../../../samples/write-office.ts';
import { writePdf } from '../../../../samples/write-pdf.ts';
import { writeZip } from '../../../../samples/write-zip.ts';
import { memoryStores } from '../../../support/memory-stores.ts';
import { writeOdf } from '../../../support/write-odf.ts';
import { writePptx } from '../../../support/write-pptx.ts';
import { writeWorkbook, writeXlsx } from '../../../support/write-xlsx.ts';
import { processed, textAt } from '../document/setup.ts';
import { withOffice } from './with-office.ts';

interface Converted {
  degraded: string[];
  /** Content of text.txt. */
  text: string | undefined;
  /** Text of the pages. */
  pages: string;
}

async function converted(extension: string, content: Buffer, maxPages = 100): Promise<Converted> {
  const format = Object.values(OFFICE_FORMATS).find((known) => known.extension === extension);
  if (!format) throw new Error(`Expected an Office format, got ${extension}`);
  const directory = await mkdtemp(join(tmpdir(), 'convert-test-'));
  try {
    const file = join(directory, `source.${extension}`);
    await writeFile(file, content);
    const { pdf, text, degraded } = await convertDocument({ file, directory, format, maxPages });
    return {
      degraded,
      text: text && (await readFile(text.text, 'utf8')),
      pages: (await processed(await readFile(pdf), { maxPageImages: 1 })).text,
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

const paragraph = (text: string, font: string) =>
  `<w:p><w:r><w:rPr><w:rFonts w:ascii="${font}" w:hAnsi="${font}"/></w:rPr><w:t>${text}</w:t></w:r></w:p>`;
const docx = (body: string) => writeDocx({ title: 'T', paragraphs: [], body });

withOffice('a document comes out with', () => {
  test('its own text, and a note of fonts and characters that the pages lack', async () => {
    const made = await converted(
      'docx',
      docx(paragraph('Set in \u{1F955} \u{16EF0}', 'Unheard Of') + paragraph('plain', 'DejaVu Sans')),
    );
    expect(made.text).toBe('T\nSet in \u{1F955} \u{16EF0}\nplain\n');
    expect(made.degraded).toEqual([
      'The font is not installed, so another stands in: "Unheard Of".',
      expect.stringMatching(/^No installed font has these characters.* \u{1F955}/u),
    ]);
  });

  test('numbers that the pages show as ###, and the results of formulas', async () => {
    const cells = '<c r="A1"><v>1234567890.125</v></c><c r="B1"><f>20+22</f></c>';
    const sheet = `<cols><col min="1" max="1" width="3" customWidth="1"/></cols><sheetData><row r="1">${cells}</row></sheetData>`;
    const made = await converted('xlsx', writeXlsx(sheet));
    expect(made.pages).toMatch(/^###/);
    expect(made.text).toBe('S\n1234567890.125\t42\n');
    expect(made.degraded).toEqual([]);
  });

  test('one page more than are shown of a sheet, so that the rest is noted', async () => {
    const row = (i: number) => `<row r="${i}"><c r="A${i}"><v>${i}</v></c></row>`;
    const rows = Array.from({ length: 400 }, (_, i) => row(i + 1)).join('');
    const made = await converted('xlsx', writeXlsx(`<sheetData>${rows}</sheetData>`), 2);
    expect(made.pages.split('\f')).toHaveLength(3);
    expect(made.text).toMatch(/\n400\n$/);
  });
});

withOffice('pages and text show', () => {
  const deleted = (text: string) =>
    `<w:del w:id="1" w:author="A"><w:r><w:delText>${text}</w:delText></w:r></w:del>`;
  const inserted = (text: string) => `<w:ins w:id="2" w:author="A"><w:r><w:t>${text}</w:t></w:r></w:ins>`;
  const settings = {
    relationships:
      '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings" Target="settings.xml"/>',
    entries: [
      {
        name: 'word/settings.xml',
        data: '<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:revisionView w:markup="1"/><w:trackRevisions/></w:settings>',
      },
    ],
  };
  const revised = `<w:p>${deleted('100')}${inserted('250')}</w:p>`;
  const chunk = (name: string) => ({
    body: '<w:altChunk r:id="rId8"/>',
    relationships: `<Relationship Id="rId8" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk" Target="${name}"/>`,
    entries: [{ name: `word/${name}`, data: '<html><body><p>Größe &amp; more</p><p>two</p></body></html>' }],
  });
  const ods = (body: string) => writeOdf({ kind: 'spreadsheet', body });
  const far = `<table:table table:name="It's"><table:table-row><table:table-cell office:value-type="string"><text:p>top</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1048574"><table:table-cell/></table:table-row><table:table-row><table:table-cell table:number-columns-repeated="16383"/><table:table-cell office:value-type="string"><text:p>far</text:p></table:table-cell></table:table-row></table:table>`;
  const cell = (reference: string, text: string) =>
    `<row r="${/\d+/.exec(reference)}"><c r="${reference}" t="inlineStr"><is><t>${text}</t></is></c></row>`;
  const cases: [
    label: string,
    extension: string,
    content: Buffer,
    pages: string,
    text: string,
    note: RegExp | null,
  ][] = [
    [
      'tracked changes as accepted',
      'docx',
      writeDocx({ title: 'T', paragraphs: [], body: revised }),
      'T 250',
      'T\n250\n',
      null,
    ],
    [
      'tracked changes as accepted, whatever the settings say',
      'docx',
      writeDocx({ title: 'T', paragraphs: [], body: revised, ...settings }),
      'T 250',
      'T\n250\n',
      null,
    ],
    [
      'tracked changes as accepted',
      'odt',
      writeOdf({
        kind: 'text',
        body: '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><text:p>100</text:p></text:deletion></text:changed-region></text:tracked-changes><text:p>It is <text:change text:change-id="c1"/>250</text:p>',
      }),
      'It is 250',
      'It is 250\n',
      null,
    ],
    [
      'a web page inside the document',
      'docx',
      writeDocx({ title: 'T', paragraphs: [], ...chunk('page.html') }),
      'T Größe & more two',
      'T\nGröße & more\ntwo\n',
      /^A part of the document is a web page/,
    ],
    [
      'a sheet up to its stray cell',
      'xlsx',
      writeXlsx(`<sheetData>${cell('A1', 'top')}${cell('XFD1048576', 'far')}</sheetData>`),
      'top',
      'S\ntop\nfar\n',
      /^The pages of sheet "S" end at cell A1/,
    ],
    [
      'a sheet up to its stray cell',
      'ods',
      ods(far),
      "It's Page 1 top",
      "It's\ntop\nfar\n",
      /^The pages of sheet "It's" end/,
    ],
    [
      'what has backslashes in the names of its entries',
      'xlsx',
      writeWorkbook({
        sheets: [{ name: 'S', xml: `<sheetData>${cell('A1', 'top')}</sheetData>` }],
        separator: '\\',
      }),
      'top',
      'S\ntop\n',
      null,
    ],
  ];
  test.each(cases)('%s (%s)', async (_what, extension, content, pages, text, note) => {
    const made = await converted(extension, content);
    expect(made.text?.replace(/\n\t+/g, '\n')).toBe(text);
    expect(made.pages.trim().split(/\s+/).join(' ')).toBe(pages);
    expect(made.degraded).toEqual(note ? [expect.stringMatching(note)] : []);
  });

  test('a missing part of the document, by a note', async () => {
    const made = await converted('docx', writeDocx({ title: 'T', paragraphs: [], ...chunk('page.rtf') }));
    expect(made.degraded).toEqual([
      expect.stringMatching(/file of its own, and is missing: word\/page\.rtf/),
    ]);
  });
});

withOffice('other formats of Microsoft Office are taken', () => {
  const xlsx = writeXlsx(
    '<cols><col min="1" max="1" width="3" customWidth="1"/></cols><sheetData><row r="1"><c r="A1"><v>1234567890.5</v></c></row></sheetData>',
  );
  /** The same document under another content type. */
  const typed = (content: Buffer, type: string) =>
    writeZip(
      Object.entries(unzipSync(content)).map(([name, data]) => ({
        name,
        data: Buffer.from(data)
          .toString()
          .replace(/application\/vnd\.openxmlformats-officedocument\.\w+ml\.\w+(?=\.main)/, type),
      })),
    );
  const macros = (program: string) => `application/vnd.ms-${program}.macroEnabled`;
  const openXml = (type: string) => `application/vnd.openxmlformats-officedocument.${type}`;
  const pptx = () => writePptx('Show it', '', 'hidden');
  const cases: [extension: string, make: () => Buffer | Promise<Buffer>, text: string][] = [
    ['docm', () => typed(docx(''), macros('word.document')), 'T\n'],
    ['xlsm', () => typed(xlsx, macros('excel.sheet')), 'S\n1234567890.5\n'],
    ['dotx', () => typed(docx(''), openXml('wordprocessingml.template')), 'T\n'],
    ['xltx', () => typed(xlsx, openXml('spreadsheetml.template')), 'S\n1234567890.5\n'],
    ['potx', () => typed(pptx(), openXml('presentationml.template')), 'Show it\n'],
    ['ppsx', () => typed(pptx(), openXml('presentationml.slideshow')), 'Show it\n'],
    ['doc', () => saved('docx', docx(''), 'doc', 'MS Word 97'), 'T\n'],
    ['xls', () => saved('xlsx', xlsx, 'xls', 'MS Excel 97'), 'S\n1234567890.5\n'],
    ['ppt', () => saved('pptx', pptx(), 'ppt', 'MS PowerPoint 97'), 'Show it\n'],
  ];
  test.each(cases)('%s', async (extension, make, text) => {
    expect((await converted(extension, await make())).text).toBe(text);
  });

  test('a binary one that is damaged is refused by its name', async () => {
    const damaged = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2000)]);
    await expect(converted('doc', damaged)).rejects.toMatchObject({
      name: 'CorruptMedia',
      message: expect.stringMatching(/^Expected an intact \.doc file\. /),
    });
  });

  /** Changes the bytes behind a mark, which must be there. */
  const changed = (content: Buffer, mark: string, offset: number, change: (byte: number) => number[]) => {
    const at = content.indexOf(Buffer.from(mark, 'hex')) + offset;
    if (at < offset) throw new Error(`Expected ${mark}`);
    content.set(change(content[at] ?? 0), at);
    return content;
  };
  test.each<[extension: string, make: () => Promise<Buffer>]>([
    // FibBase: bit 8 of the flags at 10 is fEncrypted; what follows is not.
    [
      'doc',
      async () => changed(await saved('docx', docx(''), 'doc', 'MS Word 97'), 'eca50101', 11, (b) => [b | 1]),
    ],
    // The record behind BOF (4 + 16 bytes) becomes a FilePass of RC4.
    [
      'xls',
      async () =>
        changed(await saved('xlsx', xlsx, 'xls', 'MS Excel 97'), '0908100000060500', 20, () => [
          ...[0x2f, 0, 54, 0, 1, 0, 1, 0, 1, 0],
        ]),
    ],
    [
      'ppt',
      async () =>
        changed(await saved('pptx', pptx(), 'ppt', 'MS PowerPoint 97'), '5fc091e3', 0, () => [
          ...[0xdf, 0xc4, 0xd1, 0xf3],
        ]),
    ],
  ])('a .%s that says it is encrypted is refused as that', async (extension, make) => {
    await expect(converted(extension, await make())).rejects.toMatchObject({
      name: 'EncryptedDocument',
      message: `Expected a .${extension} file that opens without a password.`,
    });
  });
});

const made = new Map<string, Promise<Buffer>>();

/** What LibreOffice saves of a document in another format. Made once for each format. */
async function saved(extension: string, content: Buffer, to: string, filter: string): Promise<Buffer> {
  const making = made.get(to) ?? save(extension, content, to, filter);
  made.set(to, making);
  return Buffer.from(await making);
}

async function save(extension: string, content: Buffer, to: string, filter: string): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'saved-test-'));
  try {
    const source = join(directory, `source.${extension}`);
    await writeFile(source, content);
    const user = join(directory, 'profile', 'user');
    await mkdir(user, { recursive: true });
    await writeFile(join(user, 'registrymodifications.xcu'), profileSettings());
    const profile = `-env:UserInstallation=${pathToFileURL(dirname(user))}`;
    const options = ['--headless', '--convert-to', `${to}:${filter}`, '--outdir', directory];
    await promisify(execFile)('soffice', [profile, ...options, source]);
    return await readFile(join(directory, `source.${to}`));
  } finally {
    await rm(directory, { recursive: true });
  }
}

describe('ProcessDocument', () => {
  test('publishes the text of the document, not that of the pages, and cuts what is too long', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'own-text-'));
    try {
      const pages = ['one', 'two', 'three'].map((text) => ({ content: textAt(text) }));
      await writeFile(join(directory, 'source.pdf'), writePdf({ pages }));
      await writeFile(join(directory, 'own.txt'), 'whole \u{1F355}\n');
      const { stores, objects } = memoryStores({
        download: (to) => copyFile(join(directory, to.endsWith('source') ? 'source.pdf' : 'own.txt'), to),
      });
      const file = { key: 'intermediate/job_a/text.txt', versionId: 'v1', etag: 'e' };
      const environment = {
        OUTPUT_BUCKET: 'outputs',
        JOB_TABLE: 'jobs',
        QUEUE_TABLE: 'queue',
        MAX_DOCUMENT_PAGES: '2',
      };
      const result = await processDocument(
        { ...stores, config: readConfig(environment, SETTINGS) },
        {
          ...{ jobId: 'job_a', executionArn: 'execution', tenantId: 'acme', userId: 'ann', stem: 'it' },
          ...{ bucket: 'media', key: 'k', versionId: 'v1', etag: 'e1', size: 1, kind: 'DOCUMENT' },
          ...{ contentType: 'application/x', convert: true, timeoutSeconds: 600 },
          converted: {
            ...{ key: 'intermediate/job_a/document.pdf', versionId: 'v1', etag: 'e' },
            texts: { text: file, markdown: file, words: 1, characters: 9 },
            degraded: ['Something stood in.'],
          },
        },
      );
      const of = (name: string) =>
        [...objects].find(([key]) => key.endsWith(`/it_${name}`))?.[1].toString() ?? '';
      expect(of('text.txt')).toBe('whole \u{1F355}\n');
      expect(of('markdown.md')).toBe('whole \u{1F355}\n');
      expect(JSON.parse(of('pages.json')).pages).toMatchObject([{ text: 'one' }, { text: 'two' }]);
      expect(JSON.parse(of('metadata.json'))).toMatchObject({ words: 1, characters: 9, pages: 2 });
      expect(result.degraded).toEqual([
        'Something stood in.',
        'Only the first 2 pages are shown; text.txt has the text of all.',
      ]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
