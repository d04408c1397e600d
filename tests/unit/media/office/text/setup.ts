import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OFFICE_FORMATS } from '../../../../../media/office/office-format.ts';
import { type OfficeText, readOfficeText } from '../../../../../media/office/text/read-office-text.ts';

/** What the product reads of a document: the content of text.txt and markdown.md. */
export async function textOf(extension: string, content: Buffer): Promise<OfficeText> {
  const reader = Object.values(OFFICE_FORMATS).find((known) => known.extension === extension)?.reader;
  if (!reader) throw new Error(`Expected a format with a reader, got ${extension}`);
  const directory = await mkdtemp(join(tmpdir(), 'office-text-test-'));
  try {
    const file = join(directory, `source.${extension}`);
    await writeFile(file, content);
    const found = await readOfficeText(file, reader, directory);
    return {
      ...found,
      text: await readFile(found.text, 'utf8'),
      markdown: await readFile(found.markdown, 'utf8'),
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}
