import { unzipSync } from 'fflate';
import { writeDocx } from '../../../samples/write-office.ts';
import { writeZip } from '../../../samples/write-zip.ts';
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
  const whole = Object.entries(files).map(([extension, bytes]) => ({ name: extension, extension, bytes }));
  return [...whole, ...whole.flatMap(contentOf)];
}

const CONTENTS: Readonly<Record<string, string>> = {
  ...{ docx: 'word/document.xml', xlsx: 'xl/worksheets/sheet1.xml', pptx: 'ppt/slides/slide1.xml' },
  ...{ odt: 'content.xml', ods: 'content.xml', odp: 'content.xml' },
};

/** The content inside the archive: damage to the archive itself is found by its checksums, before LibreOffice. */
function contentOf({ name, extension, bytes }: MutationSource): MutationSource[] {
  const content = CONTENTS[extension];
  if (!content) return [];
  const entries = Object.entries(unzipSync(bytes)).map(([name, data]) => ({ name, data: Buffer.from(data) }));
  const part = entries.find((entry) => entry.name === content)?.data ?? Buffer.alloc(0);
  const pack = (changed: Buffer) =>
    writeZip(
      entries.map((entry) => ({
        ...{ name: entry.name, data: entry.name === content ? changed : entry.data },
        stored: entry.name === 'mimetype',
      })),
    );
  return [{ name: `content of ${name}`, extension, bytes: part, pack }];
}
