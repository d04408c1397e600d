import { type PdfCipher, type PdfPassword, pdfCipher } from './encrypt-pdf.ts';

/** `@name` is replaced by a reference to that object. */
export type PdfObject = string | { dict: string; stream: Buffer };

interface PdfPage {
  /** Size in points (1/72 inch). */
  width?: number;
  height?: number;
  /** The page's drawing operators. */
  content: string;
  /** Entries of the resource dictionary; by default `/F1` is Helvetica. */
  resources?: string;
  /** Additional entries of the page's dictionary. */
  more?: string;
}

export interface PdfFile {
  pages: readonly PdfPage[];
  /** Entries of the information dictionary, such as `/Title (…)`. */
  info?: string;
  /** Entries of the catalog. */
  catalog?: string;
  outline?: readonly { title: string; page: number }[];
  objects?: Record<string, PdfObject>;
  /** Encrypts streams, but not strings: leave `info` and `outline` out of an encrypted file. */
  password?: PdfPassword;
  /** Encrypts in another way than `password`. */
  cipher?: PdfCipher;
}

const HELVETICA = '/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>';

/** Writes a PDF 1.4 by hand: small, valid and always the same bytes, for samples and tests. */
export function writePdf(file: PdfFile): Buffer {
  const objects = new Map<string, PdfObject>(Object.entries(allObjects(file)));
  const numbers = new Map([...objects.keys()].map((name, index) => [name, index + 1]));
  const resolve = (text: string) =>
    text.replace(/@(\w+)/g, (_, name: string) => {
      const number = numbers.get(name);
      if (number === undefined) throw new Error(`Expected an object of the file, got @${name}`);
      return `${number} 0 R`;
    });
  const cipher = file.password ? pdfCipher(file.password) : file.cipher;
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
  const offsets: number[] = [];
  for (const [name, object] of objects) {
    offsets.push(length(parts));
    parts.push(body(numbers.get(name) ?? 0, object, resolve, cipher?.encrypt));
  }
  const start = length(parts);
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  const trailer = [
    `/Size ${offsets.length + 1} /Root ${resolve('@catalog')}`,
    file.info ? `/Info ${resolve('@info')}` : '',
    cipher?.trailer ?? '',
  ].join(' ');
  parts.push(
    Buffer.from(
      `xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${rows.join('')}trailer\n<< ${trailer} >>\nstartxref\n${start}\n%%EOF\n`,
      'latin1',
    ),
  );
  return Buffer.concat(parts);
}

function allObjects({ pages, info, catalog = '', outline = [], objects = {} }: PdfFile) {
  const all: Record<string, PdfObject> = {
    catalog: `<< /Type /Catalog /Pages @pages ${outline.length > 0 ? '/Outlines @outline' : ''} ${catalog} >>`,
    pages: `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, i) => `@page${i + 1}`).join(' ')}] >>`,
    ...(info ? { info: `<< ${info} >>` } : {}),
    ...outlineObjects(outline),
    ...objects,
  };
  pages.forEach(({ width = 595, height = 842, content, resources = HELVETICA, more = '' }, i) => {
    all[`page${i + 1}`] =
      `<< /Type /Page /Parent @pages /MediaBox [0 0 ${width} ${height}] /Resources << ${resources} >> /Contents @content${i + 1} ${more} >>`;
    all[`content${i + 1}`] = { dict: '', stream: Buffer.from(content, 'latin1') };
  });
  return all;
}

function outlineObjects(outline: NonNullable<PdfFile['outline']>): Record<string, PdfObject> {
  if (outline.length === 0) return {};
  const items = outline.map(({ title, page }, i) => {
    const siblings = `${i > 0 ? `/Prev @item${i - 1}` : ''} ${i + 1 < outline.length ? `/Next @item${i + 1}` : ''}`;
    return [
      `item${i}`,
      `<< /Title (${title}) /Parent @outline ${siblings} /Dest [@page${page} /XYZ null null null] >>`,
    ];
  });
  const root = `<< /Type /Outlines /First @item0 /Last @item${outline.length - 1} /Count ${outline.length} >>`;
  return { outline: root, ...Object.fromEntries(items) };
}

function body(
  number: number,
  object: PdfObject,
  resolve: (text: string) => string,
  encrypt?: (number: number, data: Buffer) => Buffer,
): Buffer {
  if (typeof object === 'string')
    return Buffer.from(`${number} 0 obj\n${resolve(object)}\nendobj\n`, 'latin1');
  const data = encrypt ? encrypt(number, object.stream) : object.stream;
  return Buffer.concat([
    Buffer.from(`${number} 0 obj\n<< ${resolve(object.dict)} /Length ${data.length} >>\nstream\n`, 'latin1'),
    data,
    Buffer.from('\nendstream\nendobj\n'),
  ]);
}

const length = (parts: readonly Buffer[]) => parts.reduce((sum, part) => sum + part.length, 0);
