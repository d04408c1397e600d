import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { landscape } from '../../../samples/camera-photo.ts';
import { writeDocx } from '../../../samples/write-office.ts';
import { writePdf } from '../../../samples/write-pdf.ts';
import { textAt } from '../../unit/media/document/setup.ts';
import { frames } from '../../unit/media/image/pictures.ts';
import { writeOdf } from '../write-odf.ts';

/** A black grayscale PNG: 256 million pixels are 250 kB. */
export function blackPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8 + body.length);
    frame.writeUInt32BE(data.length, 0);
    body.copy(frame, 4);
    frame.writeUInt32BE(crc32(body), 4 + body.length);
    return frame;
  };
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc((width + 1) * height))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A GIF whose last frame is there this many times more. */
export async function longGif(count: number): Promise<Buffer> {
  const gif = await (await frames(2)).gif().toBuffer();
  // The last graphic control extension starts the last frame; the trailer is one byte.
  const last = gif.subarray(gif.lastIndexOf(Buffer.from([0x21, 0xf9, 0x04])), -1);
  return Buffer.concat([gif.subarray(0, -1), ...Array<Buffer>(count).fill(last), gif.subarray(-1)]);
}

/** A progressive JPEG whose last scan is there this many times more. */
export async function manyScans(count: number): Promise<Buffer> {
  const pixels = await (await landscape(2400, 1600)).png().toBuffer();
  const jpeg = await sharp(pixels).jpeg({ progressive: true }).toBuffer();
  const scan = jpeg.subarray(jpeg.lastIndexOf(Buffer.from([0xff, 0xda])), -2);
  return Buffer.concat([jpeg.subarray(0, -2), ...Array<Buffer>(count).fill(scan), jpeg.subarray(-2)]);
}

/** A document of which 1 byte unpacks to 1,000. */
export const zipBomb = (): Buffer =>
  writeDocx({
    ...{ title: 'T', paragraphs: ['p'] },
    entries: [{ name: 'word/media/bomb', data: Buffer.alloc(400 * 1024 ** 2) }],
  });

/** A kilobyte of a spreadsheet, of a billion cells. */
export const billionCells = (): Buffer =>
  writeOdf({
    kind: 'spreadsheet',
    body: `<table:table table:name="A"><table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="1000" office:value-type="float" office:value="1"/></table:table-row></table:table>`,
  });

/** A PDF of this many pages with the same content. */
export function longPdf(pages: number): Buffer {
  const numbers = Array.from({ length: pages }, (_, i) => i + 4);
  const bodies = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages} /Kids [${numbers.map((number) => `${number} 0 R`).join(' ')}] >>`,
    '<< /Length 18 >>\nstream\n90 80 40 72 re f  \nendstream',
    ...numbers.map(
      () => '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents 3 0 R >>',
    ),
  ];
  let at = '%PDF-1.4\n'.length;
  const objects = bodies.map((body, i) => {
    const text = `${i + 1} 0 obj\n${body}\nendobj\n`;
    const row = `${String(at).padStart(10, '0')} 00000 n \n`;
    at += text.length;
    return { text, row };
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${objects.map(({ row }) => row).join('')}`;
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`;
  return Buffer.from(`%PDF-1.4\n${objects.map(({ text }) => text).join('')}${table}${trailer}`);
}

/** A PDF of one page, whose sides have this many points. */
export const hugePage = (points: number): Buffer =>
  writePdf({ pages: [{ width: points, height: points, content: textAt('x', points / 2) }] });
