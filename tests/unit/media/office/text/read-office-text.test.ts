import { describe, expect, test } from '@jest/globals';
import { writeDocx } from '../../../../../samples/write-office.ts';
import { writeOdf } from '../../../../support/write-odf.ts';
import { writePptx } from '../../../../support/write-pptx.ts';
import { writeWorkbook } from '../../../../support/write-xlsx.ts';
import { textOf } from './setup.ts';

const word = (body: string) => textOf('docx', writeDocx({ title: '', paragraphs: [], body }));
const odt = (body: string) => textOf('odt', writeOdf({ kind: 'text', body }));
const run = (text: string, properties = '') =>
  `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;

describe('the text of a Word document', () => {
  const cases: [label: string, body: string, text: string][] = [
    ['has emoji and their modifiers', `<w:p>${run('Party 🎉 at 8 👍🏽')}</w:p>`, 'Party 🎉 at 8 👍🏽\n'],
    [
      'is the final view of tracked changes',
      `<w:p>${run('Price ')}<w:del>${'<w:r><w:delText>100</w:delText></w:r>'}</w:del><w:ins>${run('250')}</w:ins><w:moveFrom>${run('gone')}</w:moveFrom><w:moveTo>${run(' moved')}</w:moveTo></w:p>`,
      'Price 250 moved\n',
    ],
    [
      'joins paragraphs whose mark is deleted',
      `<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>${run('one ')}</w:p><w:p>${run('line')}</w:p>`,
      'one line\n',
    ],
    [
      'leaves hidden text and field codes out',
      `<w:p>${run('secret', '<w:vanish/>')}${run('page ')}<w:r><w:instrText>PAGE</w:instrText></w:r>${run('7')}</w:p>`,
      'page 7\n',
    ],
    [
      'has cells, and rows that are not deleted',
      `<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p>${run('wide')}</w:p></w:tc><w:tc><w:p>${run('a|b')}</w:p></w:tc></w:tr><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p>${run('gone')}</w:p></w:tc></w:tr></w:tbl>`,
      'wide\t\ta|b\n',
    ],
    [
      'has the text of a box once',
      `<w:p>${run('before')}<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice><w:txbxContent><w:p>${run('boxed')}</w:p></w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p>${run('boxed')}</w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>`,
      'before\nboxed\n',
    ],
  ];
  test.each(cases)('%s', async (_, body, text) => {
    expect((await word(body)).text).toBe(text);
  });

  test('becomes headings, lists and tables in Markdown', async () => {
    const body = `<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr>${run('Head')}</w:p><w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>${run('item')}</w:p><w:tbl><w:tr><w:tc><w:p>${run('a|b')}</w:p></w:tc></w:tr></w:tbl>`;
    expect((await word(body)).markdown).toBe('## Head\n\n- item\n\n| a\\|b |\n| --- |\n\n');
  });
});

describe('the text of a workbook', () => {
  const workbook = (xml: string, more: Partial<Parameters<typeof writeWorkbook>[0]> = {}) =>
    textOf('xlsx', writeWorkbook({ sheets: [{ name: 'S', xml }], ...more }));
  const cells = (...all: string[]) =>
    `<sheetData><row r="1">${all.map((cell, i) => cell.replace('<c', `<c r="${'ABCDEFGH'[i]}1"`)).join('')}</row></sheetData>`;

  test('has cells as they are formatted, and what ### hides', async () => {
    const formats = [
      'General',
      '#,##0.00',
      'yyyy-mm-dd',
      '0.0%',
      '#,##0.00 "€"',
      ';;;',
      '[$-407]d. mmmm yyyy',
    ];
    const numbers = ['1234567890.12', '1234567.5', '45000', '0.125', '9.5', '1', '45000'];
    const { text } = await workbook(
      cells(...numbers.map((number, i) => `<c s="${i}"><v>${number}</v></c>`)),
      { formats },
    );
    expect(text).toBe(
      'S\n1234567890.12\t1,234,567.50 (1234567.5)\t2023-03-15\t12.5%\t9.50 €\t\t15. März 2023\n',
    );
  });

  test('counts days from 1904 where the workbook does', async () => {
    const made = await workbook(cells('<c s="0"><v>43538</v></c>'), {
      formats: ['yyyy-mm-dd'],
      workbook: '<workbookPr date1904="1"/>',
    });
    expect(made.text).toBe('S\n2023-03-15\n');
  });

  test('has strings whole, without their pronunciation', async () => {
    const { text, codePoints } = await workbook(
      cells(
        '<c t="s"><v>0</v></c>',
        '<c t="inlineStr"><is><t>two\nlines</t></is></c>',
        '<c t="b"><v>1</v></c>',
      ),
      { strings: ['<r><t>東</t></r><r><t>京</t></r><rPh><t>トウキョウ</t></rPh>'] },
    );
    expect(text).toBe('S\n東京\ttwo\nlines\tTRUE\n');
    expect([...codePoints]).toEqual([0x6771, 0x4eac]);
  });

  test('leaves out hidden sheets, rows and columns, and what merged cells cover', async () => {
    const text = (value: string) => `t="inlineStr"><is><t>${value}</t></is></c>`;
    const xml = `<cols><col min="2" max="2" hidden="1" width="9"/></cols><sheetData><row r="1"><c r="A1" ${text('shown')}<c r="B1" ${text('column')}<c r="C1" ${text('merged')}<c r="D1" ${text('covered')}</row><row r="2" hidden="1"><c r="A2" ${text('row')}</row></sheetData><mergeCells><mergeCell ref="C1:D1"/></mergeCells>`;
    const sheets = [
      { name: 'S', xml },
      {
        name: 'H',
        xml: `<sheetData><row r="1"><c r="A1" ${text('sheet')}</row></sheetData>`,
        state: 'hidden' as const,
      },
    ];
    expect((await textOf('xlsx', writeWorkbook({ sheets }))).text).toBe('S\nshown\t\tmerged\n');
  });

  test('tells of formulas whose result is not in the file', async () => {
    expect((await workbook(cells('<c><f>1+1</f></c>', '<c><f>1+1</f><v>2</v></c>'))).withoutResult).toBe(1);
  });
});

describe('the text of a presentation', () => {
  test('has the slide, and its number in Markdown', async () => {
    const made = await textOf('pptx', writePptx('Present 😀 it'));
    expect(made.text).toBe('Present 😀 it\n');
    expect(made.markdown).toBe('<!-- page 1 -->\n\nPresent 😀 it\n\n');
  });
});

describe('the text of an OpenDocument file', () => {
  test('has headings, spaces, notes and boxes, without deletions, comments and hidden text', async () => {
    const made = await odt(
      '<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion></text:changed-region></text:tracked-changes><text:h text:outline-level="2">Head</text:h><text:p>one<text:s text:c="2"/>two<text:tab/>three\n   four<office:annotation><text:p>comment</text:p></office:annotation><text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>note</text:p></text:note-body></text:note></text:p><text:section text:display="none"><text:p>hidden</text:p></text:section>',
    );
    expect(made.text).toBe('Head\none  two\tthree four\nnote\n');
    expect(made.markdown).toMatch(/^## Head\n/);
  });

  test('has repeated cells, without hidden rows and covered cells', async () => {
    const cell = (text: string, more = '') =>
      `<table:table-cell ${more}><text:p>${text}</text:p></table:table-cell>`;
    const body = `<table:table table:name="A"><table:table-row table:number-rows-repeated="2">${cell('x', 'table:number-columns-repeated="2"')}<table:covered-table-cell><text:p>covered</text:p></table:covered-table-cell></table:table-row><table:table-row table:visibility="collapse">${cell('row')}</table:table-row></table:table>`;
    const { text } = await textOf('ods', writeOdf({ kind: 'spreadsheet', body }));
    expect(text).toBe('A\nx\tx\nx\tx\n');
  });

  test('has slide after slide, each after a form feed', async () => {
    const slide = (text: string) =>
      `<draw:page draw:name="${text}"><draw:frame presentation:class="title"><draw:text-box><text:p>${text}</text:p></draw:text-box></draw:frame><presentation:notes><draw:frame><draw:text-box><text:p>note</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>`;
    const made = await textOf('odp', writeOdf({ kind: 'presentation', body: slide('one') + slide('two') }));
    expect(made.text).toBe('one\n\ftwo\n');
    expect(made.markdown).toContain('<!-- page 2 -->\n\n# two\n');
  });
});

test('XML that is not well-formed is told, not taken for less text', async () => {
  await expect(word('<w:p><w:r></w:p>')).rejects.toThrow(/Unexpected close tag/);
});

test('elements nested without end are told, before they fill the memory', async () => {
  const deep = '<w:sdt>'.repeat(3000) + '</w:sdt>'.repeat(3000);
  await expect(word(deep)).rejects.toThrow('Expected elements nested at most 1000 deep');
});
