import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { lettersOf } from '../../../../media/office/cell-reference.ts';
import { inspectOfficeFile } from '../../../../media/office/inspect-office-file.ts';
import { OFFICE_FORMATS, type OfficeFormat } from '../../../../media/office/office-format.ts';
import { maxAddressBytes } from '../../../../media/office/run-soffice.ts';
import { sheetScanner } from '../../../../media/office/sheet-size.ts';
import { writeOdf } from '../../../support/write-odf.ts';
import { writeXlsx } from '../../../support/write-xlsx.ts';

async function inspected(extension: string, content: Buffer) {
  const directory = await mkdtemp(join(tmpdir(), 'sheet-test-'));
  try {
    const file = join(directory, `source.${extension}`);
    await writeFile(file, content);
    const format = Object.values(OFFICE_FORMATS).find((known) => known.extension === extension);
    return await inspectOfficeFile(file, format as OfficeFormat);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const VALUE = 'office:value-type="float" office:value="1"';
const cell = (columns: number, content = `${VALUE}/>`) =>
  `<table:table-cell table:number-columns-repeated="${columns}" ${content}`;
const row = (rows: number, cells: string) =>
  `<table:table-row table:number-rows-repeated="${rows}">${cells}</table:table-row>`;
const ods = (...rows: string[]) =>
  writeOdf({ kind: 'spreadsheet', body: `<table:table table:name="A">${rows.join('')}</table:table>` });
const xlsx = (cells: string, after = '') => writeXlsx(`<sheetData>${cells}</sheetData>${after}`);
const A1 = '<row r="1"><c r="A1"><v>1</v></c></row>';

describe('a spreadsheet is refused before LibreOffice sees it', () => {
  const cases: [label: string, extension: string, content: Buffer][] = [
    [
      'whose cell is repeated over a million rows and a thousand columns',
      'ods',
      ods(row(1_000_000, cell(1_000))),
    ],
    [
      'whose repeated cell has text',
      'ods',
      ods(row(1_000_000, cell(1_000, '><text:p>x</text:p></table:table-cell>'))),
    ],
    ['whose repeated cell has a formula', 'ods', ods(row(1_000_000, cell(1_000, 'table:formula="of:=1"/>')))],
    [
      'that writes its counts as character references',
      'ods',
      ods(row(1_000_000, cell(1_000)).replaceAll('0"', '&#48;"').replaceAll('0"', '&#x30;"')),
    ],
    ['with many repetitions that are small each', 'ods', ods(row(1_000, cell(1_000)).repeat(6))],
    [
      'whose cells are all over the sheet, each near enough to the next',
      'ods',
      ods(
        row(1, (cell(1) + cell(400, '/>')).repeat(40)),
        (row(9_000, cell(1, '/>')) + row(1, cell(1))).repeat(110),
      ),
    ],
    [
      'with a merged range as large as the sheet',
      'ods',
      ods(
        row(
          1,
          `<table:table-cell table:number-columns-spanned="16384" table:number-rows-spanned="1048576" ${VALUE}/>`,
        ),
      ),
    ],
    [
      'with an array formula as large as the sheet',
      'xlsx',
      xlsx('<row r="1"><c r="A1"><f t="array" ref="A1:XFD1048576">1+1</f></c></row>'),
    ],
    [
      'with a merged range as large as the sheet',
      'xlsx',
      xlsx(A1, '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
    ],
    [
      'whose cells are all over the sheet, each near enough to the next',
      'xlsx',
      xlsx(
        Array.from(
          { length: 110 },
          (_, i) => `<row r="${i * 9_000 + 1}"><c r="${lettersOf(1 + i * 140)}${i * 9_000 + 1}"/></row>`,
        ).join(''),
      ),
    ],
    [
      'with prefixes of its own',
      'ods',
      writeOdf({
        kind: 'spreadsheet',
        body: `<t:table xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0">${row(1_000_000, cell(1_000)).replaceAll('table:', 't:')}</t:table>`,
      }),
    ],
  ];
  test.each(cases)('%s (%s)', async (_what, extension, content) => {
    expect(content.length).toBeLessThan(10_000);
    await expect(inspected(extension, content)).rejects.toMatchObject({
      name: 'FileTooLarge',
      message: expect.stringMatching(/^Expected a document with at most \d+ cells .*, got \d+\.$/),
    });
  });
});

describe('a spreadsheet passes', () => {
  const cases: [label: string, extension: string, content: Buffer][] = [
    // As LibreOffice itself writes the rest of a sheet.
    [
      'whose empty cells are repeated to the end of the sheet',
      'ods',
      ods(row(1, cell(3) + cell(16_381, '/>')), row(1_048_575, cell(16_384, 'table:style-name="ce1"/>'))),
    ],
    ['of a hundred thousand repeated rows', 'ods', ods(row(100_000, cell(10)))],
    [
      'with a last row far down',
      'ods',
      ods(row(1, cell(20)), row(1_000_000, cell(20, '/>')), row(1, cell(20))),
    ],
    [
      'that declares a whole sheet as its dimension',
      'xlsx',
      writeXlsx(`<dimension ref="A1:XFD1048576"/><sheetData>${A1}</sheetData>`),
    ],
    ['with a merged column', 'xlsx', xlsx(A1, '<mergeCells><mergeCell ref="B1:C1048576"/></mergeCells>')],
    [
      'with an ordinary array formula',
      'xlsx',
      xlsx('<row r="1"><c r="A1"><f t="array" ref="A1:D100">1</f></c></row>'),
    ],
  ];
  test.each(cases)('%s (%s)', async (_what, extension, content) => {
    const { dates, archive } = await inspected(extension, content);
    expect(dates).toEqual({});
    expect(archive?.cut.size).toBe(0);
  });
});

describe('a sheet with a cell far from the others ends before it', () => {
  const END = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>';
  const cases: [label: string, extension: string, content: Buffer, part: string][] = [
    ['in both directions', 'xlsx', xlsx(A1 + END), 'xl/worksheets/sheet1.xml'],
    [
      'in both directions',
      'ods',
      ods(row(1, cell(1)), row(1_048_574, cell(1, '/>')), row(1, cell(16_383, '/>') + cell(1))),
      'content.xml',
    ],
  ];
  test.each(cases)('%s (%s)', async (_what, extension, content, part) => {
    const { archive } = await inspected(extension, content);
    expect([...(archive?.cut.get(part) ?? [])]).toEqual([[0, { row: 1, column: 1 }]]);
  });

  test('in the row that its own cells reach', async () => {
    const cells = '<row r="3"><c r="B3"/><c r="KZ3"/></row>';
    const { archive } = await inspected('xlsx', xlsx(A1 + cells + END));
    expect(archive?.cut.get('xl/worksheets/sheet1.xml')?.get(0)).toEqual({ row: 3, column: 312 });
  });
});

test('a sheet is counted the same, wherever its chunks are cut', () => {
  const whole = Buffer.from(`<table:table>${row(2_000, cell(3_000))}</table:table>`);
  for (let size = 1; size < 60; size++) {
    const { scan } = sheetScanner();
    const read = () => {
      for (let at = 0; at < whole.length; at += size) scan(whole.subarray(at, at + size));
    };
    expect(read).toThrow('got 6000000');
  }
});

test.each([
  ['a container of the usual size', undefined, 64 * 1024 ** 3, 3 * 1024 ** 3],
  ['a larger one', 16 * 1024 ** 3, 64 * 1024 ** 3, 12 * 1024 ** 3],
  ['a smaller one', 2 * 1024 ** 3, 64 * 1024 ** 3, 1.5 * 1024 ** 3],
  ['a machine smaller than its container', 16 * 1024 ** 3, 8 * 1024 ** 3, 6 * 1024 ** 3],
])('LibreOffice gets less memory than %s has', (_what, memory, machine, most) => {
  expect(maxAddressBytes(memory, machine)).toBe(most);
});
