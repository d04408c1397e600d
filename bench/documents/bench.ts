// Compares the product's PDF code with poppler and mutool: time, memory, and the similarity of text
// and images. Usage: node bench/documents/bench.ts [runs] [pdf …]; without files, it makes a book
// of 300 pages and a scan of 10.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { landscape } from '../../samples/camera-photo.ts';

import { writePdf } from '../../samples/write-pdf.ts';
import { type Contestant, compare, median, table } from '../measure.ts';
import { outputsOf } from './outputs.ts';
import { pictureDifference, textSimilarity } from './similarity.ts';

const PICTURES = 10;
const SIDE = 1600;

const work = await mkdtemp(join(tmpdir(), 'bench-documents-'));
try {
  const [, , runs = '3', ...own] = process.argv;
  const files = own.length > 0 ? own : await madeFiles();
  console.log(
    `load ${(loadavg()[0] ?? 0).toFixed(1)}; images of the first ${PICTURES} pages, longer side ${SIDE}`,
  );
  for (const file of files) await report(file, Number(runs));
} finally {
  await rm(work, { recursive: true });
}

async function report(file: string, runs: number): Promise<void> {
  console.log(`\n${basename(file)}`);
  const text = await compare(
    [
      product('product: text, Markdown, words, thumbnails', file, 0),
      { name: 'pdftotext', command: 'pdftotext', args: [file, join(work, 'theirs.txt')] },
      {
        name: 'mutool',
        command: 'mutool',
        args: ['draw', '-q', '-F', 'txt', '-o', join(work, 'mutool.txt'), file],
      },
    ],
    runs,
  );
  console.log(`${table(text)}\n${warm(text)}`);
  const pictures = await compare(
    [
      product('product: text and WebP of each page', file, PICTURES),
      {
        name: 'pdftoppm to PNG',
        command: 'pdftoppm',
        args: ['-png', '-scale-to', `${SIDE}`, '-l', `${PICTURES}`, file, join(work, 'poppler')],
      },
      {
        name: 'pdftoppm to JPEG',
        command: 'pdftoppm',
        args: ['-jpeg', '-scale-to', `${SIDE}`, '-l', `${PICTURES}`, file, join(work, 'poppler')],
      },
      {
        name: 'mutool to PNG',
        command: 'mutool',
        args: [
          'draw',
          '-q',
          '-w',
          `${SIDE}`,
          '-h',
          `${SIDE}`,
          '-o',
          join(work, 'mutool%d.png'),
          file,
          `1-${PICTURES}`,
        ],
      },
    ],
    runs,
  );
  console.log(`${table(pictures)}\n${warm(pictures)}\n${await likeness(file)}`);
}

function product(name: string, file: string, pictures: number): Contestant {
  const program = join(import.meta.dirname, 'product.ts');
  return {
    name,
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', program, file, `${pictures}`],
  };
}

/**
 * Formats the time without the startup of two Node processes, which a warm Lambda has already done
 * or overlaps with the download.
 */
function warm(results: Awaited<ReturnType<typeof compare>>): string {
  const [own, ...peers] = results;
  const answers = (own?.outputs ?? []).map(
    (output) => JSON.parse(output) as { milliseconds: number; pages: number },
  );
  const milliseconds = median(answers.map((answer) => answer.milliseconds));
  const ratios = peers.map(({ name, wallMs }) => `${(milliseconds / wallMs).toFixed(2)}× ${name}`);
  return `warm: ${milliseconds.toFixed(0)} ms for ${answers[0]?.pages} pages, ${ratios.join(', ')}`;
}

async function likeness(file: string): Promise<string> {
  const outputs = await outputsOf(file, 1);
  const theirs = execFileSync('pdftotext', [file, '-'], { maxBuffer: 1e9 }).toString();
  const picture = execFileSync('pdftoppm', ['-png', '-scale-to', '1200', '-l', '1', '-singlefile', file], {
    maxBuffer: 1e9,
  });
  const difference = await pictureDifference(outputs.get('thumb_large.jpg') ?? Buffer.alloc(0), picture);
  const similarity = textSimilarity(outputs.get('text.txt')?.toString() ?? '', theirs);
  return `compared to poppler: text similarity ${similarity.toFixed(4)}, difference of the thumbnail ${difference.toFixed(4)}`;
}

async function madeFiles(): Promise<string[]> {
  const [book, scan] = [join(work, 'book.pdf'), join(work, 'scan.pdf')];
  await writeFile(book, bookPdf());
  await writeFile(scan, await scansPdf());
  return [book, scan];
}

/** 300 pages in the style of the sample report. */
function bookPdf(): Buffer {
  const line = (page: number, i: number) =>
    `T* (${page}.${i}: received, looked at, put away in box ${i % 7}, and entered in the book.) Tj`;
  return writePdf({
    pages: Array.from({ length: 300 }, (_, page) => ({
      content: `BT /F1 10 Tf 14 TL 72 780 Td ${Array.from({ length: 48 }, (_, i) => line(page + 1, i + 1)).join('\n')} ET`,
    })),
  });
}

async function scansPdf(): Promise<Buffer> {
  const [width, height] = [2480, 3508];
  const jpeg = await (await landscape(width, height)).jpeg({ quality: 80 }).toBuffer();
  const page = { content: 'q 595 0 0 842 0 0 cm /Im1 Do Q' };
  const scans = Array.from({ length: PICTURES }, (_, i) => ({
    ...page,
    resources: `/XObject << /Im1 @scan${i} >>`,
  }));
  const dict = `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode`;
  return writePdf({
    pages: scans,
    objects: Object.fromEntries(scans.map((_, i) => [`scan${i}`, { dict, stream: jpeg }])),
  });
}
