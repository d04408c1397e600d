import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { convertDocument } from '../../media/office/convert-document.ts';
import { OFFICE_FORMATS } from '../../media/office/office-format.ts';
import { attack, type Made } from '../support/mutation/attack.ts';
import type { MutationSource } from '../support/mutation/mutate.ts';
import { officeSources } from '../support/mutation/office-sources.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { type Processed, processed } from '../unit/media/document/setup.ts';

const FILES = proofSize(15);
/** The converter's own limit, and the reading of what it made. */
const BOUND_SECONDS = 180;

/** Converts a document as ConvertOfficeDocument does, and reads the PDF as ProcessDocument does. */
async function convert(bytes: Buffer, { extension }: MutationSource): Promise<Processed> {
  const format = Object.values(OFFICE_FORMATS).find((known) => known.extension === extension);
  if (!format) throw new Error(`Expected an Office format, got ${extension}`);
  const directory = await mkdtemp(join(tmpdir(), 'mutated-office-'));
  try {
    const file = join(directory, `source.${extension}`);
    await writeFile(file, bytes);
    const { pdf, text, degraded } = await convertDocument({ file, directory, format, maxPages: 2000 });
    const made = await processed(await readFile(pdf), { maxPageImages: 1 });
    return {
      ...made,
      text: text ? await readFile(text.text, 'utf8') : made.text,
      closing: { ...made.closing, degraded: [...degraded, ...made.closing.degraded] },
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

function missing({ result: made, whole }: Made<Processed, MutationSource>): string | undefined {
  if (made.closing.degraded.length > whole.closing.degraded.length) return undefined;
  if (made.text !== whole.text) return `its text is ${made.text.length} characters of ${whole.text.length}`;
  return picture(made) === picture(whole) ? undefined : 'its first page looks different';
}

const picture = ({ outputs }: Processed) =>
  createHash('sha256')
    .update(outputs.get('page_0001.webp')?.content ?? '')
    .digest('hex');

test(`${FILES} damaged Office documents are converted whole, with what they lack, or rejected`, async () => {
  const { faults, ...facts } = await attack({
    ...{ sources: officeSources(), seed: proofSeed(), size: FILES, atOnce: 2 },
    ...{ boundSeconds: BOUND_SECONDS, process: convert, missing },
  });
  reportProof(18, { kind: 'office', ...facts });
  expect(faults).toEqual([]);
}, 3_600_000);
