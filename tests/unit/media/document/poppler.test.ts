import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { outputsOf } from '../../../../bench/documents/outputs.ts';
import { pictureDifference, textSimilarity } from '../../../../bench/documents/similarity.ts';
import { landscape } from '../../../../samples/camera-photo.ts';
import { reportPdf, scanPdf } from '../../../../samples/sample-pdfs.ts';

const hasPoppler = (() => {
  try {
    execFileSync('pdftotext', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
if (!hasPoppler)
  console.warn('SKIPPED: comparison with poppler, since poppler-utils is not installed (make .tools)');

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'poppler-test-'));
  await writeFile(join(directory, 'report.pdf'), reportPdf());
  const jpeg = await (await landscape(1240, 1754)).jpeg().toBuffer();
  await writeFile(join(directory, 'scan.pdf'), scanPdf(jpeg, 1240, 1754));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const poppler = (program: string, ...args: string[]) => execFileSync(program, args, { maxBuffer: 1e9 });

(hasPoppler ? describe : describe.skip)('beside poppler, on the same file', () => {
  const cases: [label: string, file: () => string][] = [
    ['a report in the standard fonts', () => join(directory, 'report.pdf')],
    ['a scanned page', () => join(directory, 'scan.pdf')],
    ['a paper by LaTeX', () => 'tests/fixtures/documents/latex.pdf'],
    ['five languages by LibreOffice', () => 'tests/fixtures/documents/scripts.pdf'],
  ];
  test.each(cases)('%s has the same words and looks the same', async (label, file) => {
    const outputs = await outputsOf(file(), 0);
    const words = textSimilarity(
      outputs.get('text.txt')?.toString() ?? '',
      poppler('pdftotext', file(), '-').toString(),
    );
    const page = poppler('pdftoppm', '-png', '-scale-to', '1200', '-l', '1', '-singlefile', file());
    const difference = await pictureDifference(outputs.get('thumb_large.jpg') ?? Buffer.alloc(0), page);
    process.stderr.write(
      `${label}: text similarity ${words.toFixed(4)}, picture difference ${difference.toFixed(4)}\n`,
    );
    expect(words).toBeGreaterThan(0.95);
    expect(difference).toBeLessThan(0.05);
  });

  test('another page is told apart: the measure is worth something', async () => {
    const outputs = await outputsOf(join(directory, 'report.pdf'), 0);
    const other = poppler(
      'pdftoppm',
      '-png',
      '-scale-to',
      '1200',
      '-singlefile',
      join(directory, 'scan.pdf'),
    );
    expect(await pictureDifference(outputs.get('thumb_large.jpg') ?? Buffer.alloc(0), other)).toBeGreaterThan(
      0.1,
    );
    expect(textSimilarity('one two three', 'four five six')).toBe(0);
  });
});
