import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { convertToPdf } from '../../../../media/office/convert-to-pdf.ts';
import { OFFICE_FORMATS, type OfficeFormat } from '../../../../media/office/office-format.ts';
import { stabilizePdf } from '../../../../media/office/stable-pdf.ts';
import { writeDocx } from '../../../../samples/write-office.ts';
import { writeOdf } from '../../../support/write-odf.ts';
import { processed } from '../document/setup.ts';
import { withOffice } from './with-office.ts';

// Debian's parts; LibreOffice from elsewhere is whole.
const withMath =
  existsSync('/usr/lib/libreoffice/program') && !existsSync('/usr/lib/libreoffice/program/libsmlo.so')
    ? describe.skip
    : withOffice;
if (withMath !== withOffice)
  console.warn('SKIPPED: the test of equations, since LibreOffice Math is not installed (make .office)');

const formatOf = (extension: string) =>
  Object.values(OFFICE_FORMATS).find((known) => known.extension === extension) as OfficeFormat;

async function inDirectory<Result>(work: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'office-test-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function converted(extension: string, content: Buffer, signal?: AbortSignal): Promise<Buffer> {
  return inDirectory(async (directory) => {
    const file = join(directory, `source.${extension}`);
    await writeFile(file, content);
    const pdf = await convertToPdf({ file, directory, format: formatOf(extension), signal });
    await stabilizePdf(pdf, { source: file, date: '2024-03-01T08:30:00.000Z' });
    return readFile(pdf);
  });
}

const docx = writeDocx({
  title: 'Minutes',
  paragraphs: ['Present: the whole board.', 'Überraschung: 日本語.'],
});
const cell = (formula: string) =>
  `<table:table table:name="A"><table:table-row><table:table-cell table:formula="${formula}" office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row></table:table>`;
withOffice('LibreOffice makes a PDF of', () => {
  const slide =
    '<draw:page draw:name="one"><draw:frame svg:x="1cm" svg:y="1cm" svg:width="10cm" svg:height="3cm"><draw:text-box><text:p>Present it</text:p></draw:text-box></draw:frame></draw:page>';
  const cases: [label: string, extension: string, content: Buffer, text: RegExp][] = [
    ['a Word document', 'docx', docx, /^Minutes\nPresent: the whole board\.\nÜberraschung: 日本語\./],
    [
      'an OpenDocument text',
      'odt',
      writeOdf({ kind: 'text', body: '<text:p>Write it</text:p>' }),
      /^Write it\n/,
    ],
    ['a spreadsheet', 'ods', writeOdf({ kind: 'spreadsheet', body: cell('of:=20+22') }), /42|x/],
    ['a presentation', 'odp', writeOdf({ kind: 'presentation', body: slide }), /^Present it\n/],
    ['RTF', 'rtf', Buffer.from('{\\rtf1\\ansi Rich \\b text\\b0 .}'), /^Rich text\.\n/],
  ];
  test.each(cases)('%s', async (_, extension, content, text) => {
    const made = await processed(await converted(extension, content));
    expect(made.text).toMatch(text);
    expect(made.metadata).toMatchObject({
      pages: 1,
      createdAt: '2024-03-01T08:30:00.000Z',
      producer: expect.stringMatching(/^LibreOffice/),
    });
  });

  test('without testing its graphics first, which takes longer than most documents', () =>
    inDirectory(async (directory) => {
      const file = join(directory, 'source.txt');
      await writeFile(file, 'Short');
      await convertToPdf({
        file,
        directory,
        format: { importFilter: 'Text', exportFilter: 'writer_pdf_Export' },
      });
      const profile = await readdir(join(directory, 'profile', 'user'));
      expect(profile).toContain('registrymodifications.xcu');
      expect(profile).not.toContain('GraphicsRenderTests.log');
    }));

  // LibreOffice 7.4 writes several fonts in the order of their memory addresses.
  test('the same bytes each time where the document uses one font', async () => {
    const odt = writeOdf({ kind: 'text', body: '<text:p>Write it</text:p>' });
    const [first, second] = [await converted('odt', odt), await converted('odt', odt)];
    expect(first.equals(second)).toBe(true);
  });
});

withMath('LibreOffice with Math', () => {
  test('keeps the equations of a Word document', async () => {
    const run = (text: string) => `<m:r><m:t>${text}</m:t></m:r>`;
    const fraction = `<m:f><m:num>${run('alpha')}</m:num><m:den>${run('beta')}</m:den></m:f>`;
    const body = `<w:p><m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">${fraction}</m:oMath></w:p>`;
    const made = await processed(
      await converted('docx', writeDocx({ title: 'Equation', paragraphs: [], body })),
    );
    expect(made.text).toMatch(/alpha\s+beta/);
  });
});

withOffice('LibreOffice refuses or survives', () => {
  const refused: [label: string, extension: string, content: Buffer][] = [
    ['an archive that is no document', 'docx', Buffer.from('PK\x03\x04 nonsense', 'latin1')],
    ['HTML that calls itself a Word document', 'docx', Buffer.from('<html><body>hi</body></html>')],
  ];
  test.each(refused)('%s', async (_, extension, content) => {
    await expect(converted(extension, content)).rejects.toMatchObject({ name: 'CorruptMedia' });
  });

  test('being told to stop: it is gone, and the reason comes out', async () => {
    const stop = new AbortController();
    const running = converted('docx', docx, stop.signal);
    setTimeout(() => stop.abort(), 300);
    await expect(running).rejects.toMatchObject({ name: 'Interrupted' });
  });
});

/** A kilobyte of a spreadsheet, of a billion cells. sheet-size.ts would refuse it before LibreOffice. */
const hungry = writeOdf({
  kind: 'spreadsheet',
  body: `<table:table table:name="A"><table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="1000" office:value-type="float" office:value="1"/></table:table-row></table:table>`,
});

withOffice('a document that needs more memory than there is', () => {
  test('is refused as the fault of the document, and nothing is killed for it', async () => {
    const memory = 1024 ** 3;
    await inDirectory(async (directory) => {
      const file = join(directory, 'source.ods');
      await writeFile(file, hungry);
      await expect(convertToPdf({ file, directory, format: formatOf('ods'), memory })).rejects.toMatchObject({
        name: 'CorruptMedia',
        message: expect.stringMatching(/wrote no PDF within 768 MiB of memory/),
      });
    });
  });
});
