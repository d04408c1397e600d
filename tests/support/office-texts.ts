import { writeDocx } from '../../samples/write-office.ts';
import type { Random } from './random.ts';
import { writeOdf } from './write-odf.ts';
import { writePptx } from './write-pptx.ts';
import { writeWorkbook } from './write-xlsx.ts';

export interface OfficeTextCase {
  extension: string;
  content: Buffer;
  /** Strings that a reader of the document sees, as they are formatted. */
  visible: string[];
  /** Strings of its XML that nobody sees. */
  hidden: string[];
}

/** Twelve languages and emoji: words without characters that XML escapes. */
const WORDS = [
  ...['Überraschung', 'naïveté', 'Łódź', 'Ελλάδα', 'Привет', 'שלום עולם', 'مرحبا بالعالم', 'नमस्ते दुनिया'],
  ...['สวัสดีชาวโลก', '日本語の文章', '简体中文', '한국어 문장', 'Tiếng Việt', '👍🏽 👩‍👩‍👧 🍕', '𝔘𝔫𝔦 𠀋'],
];
/** Numbers with their formats, and what Excel and LibreOffice make of them. */
const NUMBERS: readonly (readonly [value: string, format: string, shown: string])[] = [
  ['1234567.891', '#,##0.00', '1,234,567.89'],
  ['0.256', '0.0%', '25.6%'],
  ['45000', 'yyyy-mm-dd', '2023-03-15'],
  ['45000.75', 'yyyy-mm-dd hh:mm', '2023-03-15 18:00'],
  ['12345', '0.00E+00', '1.23E+04'],
  ['-5', '#,##0.00_);(#,##0.00)', '(5.00)'],
  ['1.5', '# ?/?', '1 1/2'],
  ['9.99', '#,##0.00 "EUR"', '9.99 EUR'],
  ['0.30000000000000004', 'General', '0.3'],
  ['1234567890123', 'General', '1234567890123'],
];

/** Makes a document of a format with visible and hidden strings, each of which occurs once. */
export function officeTextCase(extension: string, random: Random): OfficeTextCase {
  let count = 0;
  const visible: string[] = [];
  const hidden: string[] = [];
  const word = () => `${random.pick(WORDS)} ${++count}.`;
  const show = (text = word()) => {
    visible.push(text);
    return text;
  };
  const hide = (text = `secret ${word()}`) => {
    hidden.push(text);
    return text;
  };
  const content = MAKERS[extension]?.({ random, show, hide });
  if (!content) throw new Error(`Expected a format of the generator, got ${extension}`);
  return { extension, content, visible, hidden };
}

interface Maker {
  random: Random;
  show: (text?: string) => string;
  hide: (text?: string) => string;
}

const several = (make: () => string) => Array.from({ length: 8 }, make).join('');

const MAKERS: Readonly<Record<string, (maker: Maker) => Buffer>> = {
  docx({ random, show, hide }) {
    const run = (text: string, properties = '') =>
      `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;
    const blocks = [
      () => `<w:p>${run(show())}</w:p>`,
      () => {
        const [start, end] = [show(), show()];
        return `<w:p>${run(start)}<w:del w:id="1"><w:r><w:delText>${hide()}</w:delText></w:r></w:del><w:ins w:id="2">${run(end)}</w:ins></w:p>`;
      },
      () => `<w:p>${run(hide(), '<w:vanish/>')}${run(show())}</w:p>`,
      () =>
        `<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p>${run(show())}</w:p></w:tc></w:tr><w:tr><w:tc><w:p>${run(show())}</w:p></w:tc><w:tc><w:p>${run(show())}</w:p></w:tc></w:tr></w:tbl>`,
    ];
    const body = several(() => random.pick(blocks)?.() ?? '');
    return writeDocx({ title: show('Title'), paragraphs: [], body });
  },
  xlsx({ random, show, hide }) {
    const formats = NUMBERS.map(([, format]) => format);
    const text = (reference: string, value: string) =>
      `<c r="${reference}" t="inlineStr"><is><t>${value}</t></is></c>`;
    const number = (reference: string) => {
      const style = random.below(NUMBERS.length);
      const [value, , shown] = NUMBERS[style] ?? ['', '', ''];
      show(shown);
      return `<c r="${reference}" s="${style}"><v>${value}</v></c>`;
    };
    const rows = Array.from({ length: 8 }, (_, i) => {
      const row = i + 2;
      if (random.chance(0.2)) return `<row r="${row}" hidden="1">${text(`A${row}`, hide())}</row>`;
      return `<row r="${row}">${text(`A${row}`, show())}${text(`B${row}`, hide())}${number(`C${row}`)}</row>`;
    });
    const merged = `<row r="1">${text('C1', show())}${text('D1', hide())}</row>`;
    const xml = `<cols><col min="2" max="2" hidden="1"/><col min="3" max="3" width="${random.pick([3, 30])}" customWidth="1"/></cols><sheetData>${merged}${rows.join('')}</sheetData><mergeCells><mergeCell ref="C1:D1"/></mergeCells>`;
    return writeWorkbook({
      formats,
      sheets: [
        { name: 'Seen', xml },
        {
          name: 'Unseen',
          xml: `<sheetData><row r="1">${text('A1', hide())}</row></sheetData>`,
          state: 'hidden',
        },
      ],
      separator: random.pick(['/', '\\'] as const) ?? '/',
    });
  },
  pptx: ({ show, hide }) =>
    writePptx(
      several(() => `${show()}</a:t></a:r></a:p><a:p><a:r><a:t>`),
      '',
      hide(),
    ),
  odt({ random, show, hide }) {
    const blocks = [
      () => `<text:p>${show()}</text:p>`,
      () => `<text:p>${show()}<office:annotation><text:p>${hide()}</text:p></office:annotation></text:p>`,
      () => `<text:list><text:list-item><text:p>${show()}</text:p></text:list-item></text:list>`,
      () => `<text:section text:name="h" text:display="none"><text:p>${hide()}</text:p></text:section>`,
    ];
    const changes = `<text:tracked-changes><text:changed-region><text:deletion><text:p>${hide()}</text:p></text:deletion></text:changed-region></text:tracked-changes>`;
    return writeOdf({ kind: 'text', body: changes + several(() => random.pick(blocks)?.() ?? '') });
  },
  ods({ random, show, hide }) {
    const cell = (text: string, name = 'table-cell') =>
      `<table:${name}><text:p>${text}</text:p></table:${name}>`;
    const row = () =>
      random.chance(0.3)
        ? `<table:table-row table:visibility="collapse">${cell(hide())}</table:table-row>`
        : `<table:table-row>${cell(show())}${cell(hide(), 'covered-table-cell')}${cell(show())}</table:table-row>`;
    return writeOdf({
      kind: 'spreadsheet',
      body: `<table:table table:name="A">${several(row)}</table:table>`,
    });
  },
  odp({ show, hide }) {
    const box = (text: string) =>
      `<draw:frame><draw:text-box><text:p>${text}</text:p></draw:text-box></draw:frame>`;
    const slide = () =>
      `<draw:page>${box(show())}<presentation:notes>${box(hide())}</presentation:notes></draw:page>`;
    return writeOdf({ kind: 'presentation', body: several(slide) });
  },
};

export const OFFICE_TEXT_EXTENSIONS = Object.keys(MAKERS);
