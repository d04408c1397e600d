import { readFile } from 'node:fs/promises';
import { deflateSync } from 'node:zlib';
import { landscape } from '../../../samples/camera-photo.ts';
import { type PdfObject, writePdf } from '../../../samples/write-pdf.ts';
import { image, PICTURE_PAGE, textAt } from '../../unit/media/document/setup.ts';
import type { MutationSource } from './mutate.ts';

export interface DocumentFile extends MutationSource {
  /** Absent for a PDF. */
  textType?: string;
  /** Length of an earlier version at the start of the file: cut to that, it is a whole file. */
  earlierLength?: number;
}

const fixture = (name: string) => readFile(new URL(`../../fixtures/documents/${name}`, import.meta.url));
const packed = (text: string): PdfObject => ({
  dict: '/Filter /FlateDecode',
  stream: deflateSync(Buffer.from(text)),
});

/** Small documents of several writers and features, and text in every format that is read. */
export async function documentSources(): Promise<DocumentFile[]> {
  const photo = await (await landscape(240, 160)).jpeg().toBuffer();
  const pixels = await (await landscape(60, 40)).raw().toBuffer();
  const lines = Array.from(
    { length: 30 },
    (_, i) => `BT /F1 11 Tf 72 ${760 - i * 20} Td (Line ${i}: Grün) Tj ET`,
  );
  const plain = writePdf({ pages: [{ content: lines.join('\n') }, { content: textAt('Second page') }] });
  const pdfs: Record<string, Buffer> = {
    'plain pdf': plain,
    'packed pdf with an outline': writePdf({
      pages: [{ content: '', more: '/Contents [@first @second]' }, { content: textAt('Chapter two') }],
      objects: { first: packed(lines.join('\n')), second: packed('0.3 0.5 0.7 rg 90 80 40 72 re f') },
      info: '/Title (Report) /CreationDate (D:20240229120000Z)',
      outline: [
        { title: 'One', page: 1 },
        { title: 'Two', page: 2 },
      ],
    }),
    'pdf of a photo': writePdf({
      pages: [PICTURE_PAGE],
      objects: { picture: image(photo, { width: 240, height: 160 }) },
    }),
    'pdf of packed pixels': writePdf({
      pages: [PICTURE_PAGE],
      objects: {
        picture: image(deflateSync(pixels), { width: 60, height: 40, more: '/Filter /FlateDecode' }),
      },
    }),
    'pdf with an empty password': writePdf({
      pages: [{ content: lines.join('\n') }],
      password: { user: '', owner: 'owner' },
    }),
    'pdf that was changed': updated(plain, 'Third version'),
    'pdf by pdfTeX': await fixture('latex.pdf'),
    'pdf by LibreOffice': await fixture('scripts.pdf'),
  };
  const prose = 'Überraschung für 12 € im Café, naïve façade. 日本語のテキスト. ';
  const texts: [name: string, extension: string, textType: string, bytes: Buffer][] = [
    ['text', 'txt', 'text/plain', Buffer.from(prose.repeat(30))],
    ['UTF-16 text', 'txt', 'text/plain', Buffer.from(`\ufeff${prose.repeat(10)}`, 'utf16le')],
    ['Markdown', 'md', 'text/markdown', Buffer.from(`# Title\n\n${prose.repeat(9)}\n\n- one\n- two\n`)],
    ['CSV', 'csv', 'text/csv', Buffer.from(`name,price\n${'Café,12\n"a ""b""",3\n'.repeat(30)}`)],
    [
      ...(['HTML', 'html', 'text/html'] as const),
      Buffer.from(
        `<!doctype html><html><head><meta charset="utf-8"><title>T</title><script>x<1</script></head><body><h1>Title</h1>${`<p>${prose}&amp; <b>bold</b></p>`.repeat(12)}</body></html>`,
      ),
    ],
  ];
  return [
    ...Object.entries(pdfs).map(([name, bytes]) => ({
      ...{ name, extension: 'pdf', bytes },
      ...(name === 'pdf that was changed' ? { earlierLength: plain.length } : {}),
    })),
    ...texts.map(([name, extension, textType, bytes]) => ({ name, extension, textType, bytes })),
  ];
}

/** A PDF whose second page was replaced as editors do it: the new object and a second table are appended. */
function updated(pdf: Buffer, text: string): Buffer {
  const table = Number(/startxref\s+(\d+)/.exec(pdf.toString('latin1'))?.[1]);
  const content = /(\d+) 0 obj\n<<[^>]*>>\nstream\nBT \/F1 24/.exec(pdf.toString('latin1'))?.[1];
  const root = /\/Root (\d+ 0 R)/.exec(pdf.toString('latin1'))?.[1];
  const stream = textAt(text);
  const object = `${content} 0 obj\n<< /Length ${stream.length} >>\nstream\n${stream}\nendstream\nendobj\n`;
  const at = String(pdf.length).padStart(10, '0');
  return Buffer.concat([
    pdf,
    Buffer.from(
      `${object}xref\n${content} 1\n${at} 00000 n \ntrailer\n<< /Size 20 /Root ${root} /Prev ${table} >>\nstartxref\n${pdf.length + object.length}\n%%EOF\n`,
    ),
  ]);
}
