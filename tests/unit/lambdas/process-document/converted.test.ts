import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { DocumentOrder } from '../../../../contract/work-order.ts';
import { writePdf } from '../../../../samples/write-pdf.ts';
import { outputsOf } from '../../../support/made-outputs.ts';

const content = 'BT /F1 24 Tf 72 720 Td (Quarterly report) Tj ET';

/** The recipe hashes of an Office document's outputs by name, where a LibreOffice of this version made its PDF. */
async function hashesWith(libreoffice: string): Promise<Record<string, string>> {
  const directory = await mkdtemp(join(tmpdir(), 'converted-'));
  try {
    const file = join(directory, 'report.pdf');
    await writeFile(file, writePdf({ pages: [{ content }] }));
    const converted = { key: 'intermediate/job_a/document.pdf', etag: '"pdf"', tools: { libreoffice } };
    const order: Partial<DocumentOrder> = { contentType: 'application/msword', convert: true, converted };
    const manifest = JSON.parse(String((await outputsOf(file, order)).get('manifest.json')));
    expect(manifest.tools).toMatchObject({ libreoffice });
    return Object.fromEntries(
      manifest.outputs.map(({ key, recipeHash }: { key: string; recipeHash: string }) => [key, recipeHash]),
    );
  } finally {
    await rm(directory, { recursive: true });
  }
}

test('outputs of an Office document are stale once another LibreOffice would make its PDF', async () => {
  const [before, again, after] = [
    await hashesWith('7.4.7.2'),
    await hashesWith('7.4.7.2'),
    await hashesWith('24.2.1.1'),
  ];
  expect(again).toEqual(before);
  expect(Object.keys(after)).toEqual(Object.keys(before));
  for (const [key, hash] of Object.entries(after))
    expect({ key, hash }).not.toEqual({ key, hash: before[key] });
});
