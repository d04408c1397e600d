import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaError } from '../../base/errors.ts';
import { type Conversion, runSoffice } from './run-soffice.ts';

const OUT_OF_PROCESSES = /Resource temporarily unavailable|Cannot (?:fork|allocate memory)/;

/**
 * Converts one document to PDF and returns the PDF's path. Throws `CorruptMedia` if LibreOffice
 * fails or takes too long; if it fails for a plain text too, the document is not at fault, and the
 * error is that of the machine.
 */
export async function convertToPdf(conversion: Conversion): Promise<string> {
  try {
    return await runSoffice(conversion);
  } catch (error) {
    if ((error as Error).name === 'CorruptMedia') await checkMachine(conversion);
    throw error;
  }
}

/** Converts a text of one word. Throws if LibreOffice cannot do even that here. */
async function checkMachine({ directory, signal, memory }: Conversion): Promise<void> {
  const control = join(directory, 'control');
  await rm(join(directory, 'profile'), { recursive: true, force: true });
  await mkdir(control);
  const file = join(control, 'source.txt');
  await writeFile(file, 'Control');
  const format = { importFilter: 'Text', exportFilter: 'writer_pdf_Export' };
  try {
    await runSoffice({ file, directory: control, format, signal, memory });
  } catch (error) {
    const { name, message } = error as Error;
    if (name !== 'CorruptMedia') throw error;
    const cause = OUT_OF_PROCESSES.test(message) ? 'OutOfMemory' : 'MissingResource';
    throw new MediaError(cause, `Expected LibreOffice to convert a plain text here. ${message}`);
  }
}
