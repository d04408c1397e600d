import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { landscape } from './camera-photo.ts';
import type { Sample } from './sample.ts';
import { reportPdf, scanPdf } from './sample-pdfs.ts';
import { writeDocx } from './write-office.ts';
import { writePdf } from './write-pdf.ts';

const LETTER = {
  title: 'Minutes of the spring meeting',
  paragraphs: [
    'Present: the whole board. The minutes of the last meeting were accepted without changes.',
    'The new archive takes photographs, films, recordings and documents alike, and keeps the originals as they came.',
    'Next meeting: the first Monday in June.',
  ],
};

type Maker = () => Promise<Buffer> | Buffer;

/** Sample documents, named after their purpose; the rejected ones are typical of real uploads. */
const SAMPLES: Readonly<Record<string, readonly [Sample['expect'], Maker, Sample['needs']?]>> = {
  'report-with-outline.pdf': ['COMPLETED', reportPdf],
  'scanned-page.pdf': [
    'COMPLETED',
    async () => scanPdf(await (await landscape(1240, 1754)).jpeg().toBuffer(), 1240, 1754),
  ],
  'minutes.docx': ['COMPLETED', () => writeDocx(LETTER), 'LibreOffice'],
  'notes-in-many-scripts.txt': [
    'COMPLETED',
    () => Buffer.from('Notes\n\nCafé, Straße, Ελλάδα, Москва, 東京, 서울, القاهرة\n'.repeat(3)),
  ],
  'prices-from-excel.csv': [
    'COMPLETED',
    () => Buffer.from('Artikel;Größe;Preis\r\nStühle;groß;12,50\r\nTische;klein;99,00\r\n', 'latin1'),
  ],
  'handbook.md': ['COMPLETED', () => Buffer.from('# Handbook\n\nUpload a file, and wait a little.\n')],
  'page.html': [
    'COMPLETED',
    () =>
      Buffer.from(
        '<!doctype html><title>News</title><h1>News</h1><p>The archive is <b>open</b>.</p><script>alert(1)</script>',
      ),
  ],
  'with-password.pdf': [
    'REJECTED',
    () =>
      writePdf({
        pages: [{ content: 'BT /F1 24 Tf 72 700 Td (For your eyes only) Tj ET' }],
        password: { user: 'open sesame', owner: 'archive' },
      }),
  ],
  'not-a-document.pdf': ['REJECTED', () => Buffer.from('Dear team,\nthis is a letter and no PDF.\n')],
};

/** Writes the sample documents into a folder; takes less than a second on one core. */
export async function makeDocuments(folder: string): Promise<Sample[]> {
  await mkdir(folder, { recursive: true });
  const samples: Sample[] = [];
  for (const [name, [expect, make, needs]] of Object.entries(SAMPLES)) {
    const file = join(folder, name);
    await writeFile(file, await make());
    samples.push({ file, expect, ...(needs ? { needs } : {}) });
  }
  return samples;
}
