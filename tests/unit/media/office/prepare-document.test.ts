import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { inspectOfficeFile } from '../../../../media/office/inspect-office-file.ts';
import { OFFICE_FORMATS } from '../../../../media/office/office-format.ts';
import { prepareDocument } from '../../../../media/office/prepare/prepare-document.ts';
import { readOfficeText } from '../../../../media/office/text/read-office-text.ts';
import { writeDocx } from '../../../../samples/write-office.ts';
import { writeWorkbook } from '../../../support/write-xlsx.ts';

const REVISED = '<w:p><w:ins w:id="1"><w:r><w:t>new</w:t></w:r></w:ins></w:p>';

/** Prepares a document; gives whether it was copied, and whether the result can be read. */
async function prepared(content: Buffer, type: 'docx' | 'xlsx' = 'docx') {
  const format = Object.values(OFFICE_FORMATS).find(({ extension }) => extension === type);
  if (!format?.reader) throw new Error(`Expected the format of .${type}`);
  const directory = await mkdtemp(join(tmpdir(), 'prepare-test-'));
  try {
    const file = join(directory, `source.${type}`);
    await writeFile(file, content);
    const { archive } = await inspectOfficeFile(file, format);
    if (!archive) throw new Error('Expected an archive');
    await mkdir(join(directory, 'copy'));
    const made = await prepareDocument(file, format, archive, join(directory, 'copy'));
    const text = await readOfficeText(made.file, format.reader, directory).then(
      ({ characters }) => characters,
      (error: Error) => error.message.split('\n')[0],
    );
    const workbook = unzipSync(await readFile(made.file))['xl/workbook.xml'];
    return {
      ...{ isCopied: made.file !== file, notes: made.notes, text },
      workbook: Buffer.from(workbook ?? []).toString(),
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

test('an ordinary document is not copied', async () => {
  const made = await prepared(writeDocx({ title: 'T', paragraphs: [] }));
  expect(made).toMatchObject({ isCopied: false, notes: [], text: 2 });
});

test('one with tracked changes is', async () => {
  const made = await prepared(writeDocx({ title: 'T', paragraphs: [], body: REVISED }));
  expect(made).toMatchObject({ isCopied: true, notes: [], text: 6 });
});

test('one whose relationships are damaged is taken as it stands, with a note', async () => {
  const content = writeDocx({ title: 'T', paragraphs: [], body: REVISED, relationships: '<broken' });
  expect(await prepared(content)).toMatchObject({
    isCopied: false,
    notes: [expect.stringMatching(/^Tracked changes or parts may be shown as they stand: /)],
  });
});

describe('a web page that is a part of the document', () => {
  const pieces = (count: number, page: string) =>
    writeDocx({
      title: 'T',
      paragraphs: [],
      body: '<w:altChunk r:id="rId8"/>'.repeat(count),
      relationships:
        '<Relationship Id="rId8" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk" Target="page.html"/>',
      entries: [{ name: 'word/page.html', data: page }],
    });

  test('stands in each of its places', async () => {
    const made = await prepared(pieces(3, '<p>abc</p>'));
    expect(made).toMatchObject({ isCopied: true, notes: [expect.stringMatching(/^A part/)], text: 14 });
  });

  test('does not, where that would fill the memory', async () => {
    const made = await prepared(pieces(20_000, `<p>${'word '.repeat(100_000)}</p>`));
    expect(made.notes).toContainEqual(expect.stringMatching(/is missing: word\/page\.html/));
    expect(made.text).toBeLessThan(17_000_000);
  });
});

test('a workbook with hundreds of stray cells has as many print ranges, but not as many notes', async () => {
  const cell = (reference: string) =>
    `<row r="${/\d+/.exec(reference)}"><c r="${reference}" t="inlineStr"><is><t>x</t></is></c></row>`;
  const xml = `<sheetData>${cell('A1')}${cell('XFD1048576')}</sheetData>`;
  const sheets = Array.from({ length: 500 }, (_, i) => ({ name: `S${i}`, xml }));
  const content = writeWorkbook({ sheets, names: { 0: "'S0'!$A$1:$B$9" } });
  const made = await prepared(content, 'xlsx');
  const names = [...made.workbook.matchAll(/<definedName [^<>]*localSheetId="(\d+)">([^<]*)</g)];
  expect(names.map(([, index]) => Number(index))).toEqual(sheets.map((_, i) => i));
  expect(new Set(names.map(([, , range]) => range)).size).toBe(500);
  expect(names[0]?.[2]).toBe("'S0'!$A$1:$A$1");
  expect(made.notes).toHaveLength(41);
  expect(made.notes.at(-1)).toBe('460 more notes of this kind.');
});
