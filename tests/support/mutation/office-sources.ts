import { writeDocx } from '../../../samples/write-office.ts';
import { writeOdf } from '../write-odf.ts';
import { writePptx } from '../write-pptx.ts';
import { writeXlsx } from '../write-xlsx.ts';
import type { MutationSource } from './mutate.ts';

const LINES = Array.from({ length: 12 }, (_, i) => `Line ${i}: received, put away in box ${i * 7}.`);

/** Small documents in every Office format that is read. */
export function officeSources(): MutationSource[] {
  const paragraphs = LINES.map((line) => `<text:p>${line}</text:p>`).join('');
  const cell = (text: string) =>
    `<table:table-cell office:value-type="string"><text:p>${text}</text:p></table:table-cell>`;
  const rows = LINES.map((line) => `<table:table-row>${cell(line)}${cell('12')}</table:table-row>`).join('');
  const inline = (row: number, text: string) =>
    `<row r="${row}"><c r="A${row}" t="inlineStr"><is><t>${text}</t></is></c><c r="B${row}"><v>${row}</v></c></row>`;
  const files: Record<string, Buffer> = {
    docx: writeDocx({ title: 'Minutes', paragraphs: LINES }),
    xlsx: writeXlsx(`<sheetData>${LINES.map((line, i) => inline(i + 1, line)).join('')}</sheetData>`),
    pptx: writePptx(LINES.join(' ')),
    odt: writeOdf({ kind: 'text', body: paragraphs }),
    ods: writeOdf({
      kind: 'spreadsheet',
      body: `<table:table table:name="A">${rows}</table:table>`,
    }),
    odp: writeOdf({
      kind: 'presentation',
      body: `<draw:page draw:name="one"><draw:frame svg:x="1cm" svg:y="1cm" svg:width="20cm" svg:height="9cm"><draw:text-box>${paragraphs}</draw:text-box></draw:frame></draw:page>`,
    }),
    rtf: Buffer.from(
      `{\\rtf1\\ansi ${LINES.map((line) => `${line}\\par`).join('\n')}\n{\\b The end \\{x\\}.}}`,
    ),
  };
  return Object.entries(files).map(([extension, bytes]) => ({ name: extension, extension, bytes }));
}
