import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { inspectOfficeFile } from '../../media/office/inspect-office-file.ts';
import { OFFICE_FORMATS } from '../../media/office/office-format.ts';
import { prepareDocument } from '../../media/office/prepare/prepare-document.ts';
import { readOfficeText } from '../../media/office/text/read-office-text.ts';
import { OFFICE_TEXT_EXTENSIONS, type OfficeTextCase, officeTextCase } from '../support/office-texts.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';

const FILES = proofSize(12);

/** The text as the conversion task reads it. */
async function textOf({ extension, content }: OfficeTextCase): Promise<string> {
  const format = Object.values(OFFICE_FORMATS).find((known) => known.extension === extension);
  if (!format?.reader) throw new Error(`Expected a format with a reader, got ${extension}`);
  const directory = await mkdtemp(join(tmpdir(), 'office-texts-'));
  try {
    const file = join(directory, `source.${extension}`);
    await writeFile(file, content);
    const { archive } = await inspectOfficeFile(file, format);
    if (!archive) throw new Error('Expected an archive');
    await mkdir(join(directory, 'copy'));
    const prepared = await prepareDocument(file, format, archive, join(directory, 'copy'));
    const { text } = await readOfficeText(prepared.file, format.reader, directory);
    return await readFile(text, 'utf8');
  } finally {
    await rm(directory, { recursive: true });
  }
}

test(`${FILES} Office documents keep every visible string whole, and no hidden one`, async () => {
  const random = seededRandom(proofSeed());
  const missing: string[] = [];
  const leaked: string[] = [];
  let visible = 0;
  for (let file = 0; file < FILES; file++) {
    const extension = OFFICE_TEXT_EXTENSIONS[file % OFFICE_TEXT_EXTENSIONS.length] ?? '';
    const made = officeTextCase(extension, random);
    const text = await textOf(made);
    visible += made.visible.length;
    missing.push(...made.visible.filter((string) => !text.includes(string)));
    leaked.push(...made.hidden.filter((string) => text.includes(string)));
  }
  reportProof(33, { files: FILES, strings: visible, missing: missing.length });
  expect(visible).toBeGreaterThan(FILES * 5);
  expect(missing).toEqual([]);
  expect(leaked).toEqual([]);
}, 600_000);
