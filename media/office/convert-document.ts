import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaError } from '../../base/errors.ts';
import { convertToPdf } from './convert-to-pdf.ts';
import { missingGlyphs, substitutedFonts } from './font-notes.ts';
import { inspectOfficeFile, type OfficeDates } from './inspect-office-file.ts';
import { OFFICE_FORMATS, type OfficeFormat } from './office-format.ts';
import { saysEncrypted } from './old-password.ts';
import { prepareDocument } from './prepare/prepare-document.ts';
import { runSoffice } from './run-soffice.ts';
import { stabilizePdf } from './stable-pdf.ts';
import { type OfficeText, readOfficeText } from './text/read-office-text.ts';

interface Work {
  /** Path in the directory, named `source` with the extension of its format. */
  file: string;
  /** Empty but for the file, and removed by the caller. */
  directory: string;
  format: OfficeFormat;
  /** Most pages of a workbook that are shown; the PDF has one more if there are more. */
  maxPages: number;
  signal?: AbortSignal | undefined;
  /** Memory of the container in bytes. */
  memory?: number | undefined;
}

export interface ConvertedOffice extends OfficeDates {
  pdf: string;
  /** The visible text from the document's own XML; absent if that could not be read, or is RTF. */
  text?: OfficeText;
  /** Reasons why pages or text fall short of the document. */
  degraded: string[];
}

/**
 * Makes a PDF of an Office document and reads its text. Throws like `inspectOfficeFile` and
 * `convertToPdf`.
 */
export async function convertDocument(work: Work): Promise<ConvertedOffice> {
  return work.format.modern ? convertDocument(await modernized(work, work.format.modern)) : convert(work);
}

/** Converts a binary format to the one that succeeded it, whose limits can be checked and text read. */
async function modernized(work: Work, modern: NonNullable<OfficeFormat['modern']>): Promise<Work> {
  const { file, format, signal, memory } = work;
  await inspectOfficeFile(file, format);
  // LibreOffice does not notice it in a presentation, and would show whatever it takes for slides.
  if (modern === 'pptx') await refuseEncrypted(work);
  const directory = join(work.directory, 'modern');
  await mkdir(directory);
  const successor = Object.values(OFFICE_FORMATS).find(({ extension }) => extension === modern);
  if (!successor) throw new Error(`Expected a format of .${modern} files`);
  try {
    const made = await runSoffice({ file, directory, format: { ...format, to: modern }, signal, memory });
    const next = join(work.directory, 'next');
    await mkdir(next);
    return { ...work, file: made, directory: next, format: successor };
  } catch (error) {
    if ((error as Error).name !== 'CorruptMedia') throw error;
    await refuseEncrypted(work);
    throw new MediaError(
      'CorruptMedia',
      `Expected an intact .${format.extension} file. ${(error as Error).message}`,
      { cause: error },
    );
  }
}

async function refuseEncrypted({ file, format }: Work): Promise<void> {
  if (await saysEncrypted(file))
    throw new MediaError(
      'EncryptedDocument',
      `Expected a .${format.extension} file that opens without a password.`,
    );
}

async function convert(work: Work): Promise<ConvertedOffice> {
  const { file, directory, format, maxPages, signal, memory } = work;
  const { dates, archive } = await inspectOfficeFile(file, format);
  const copies = join(directory, 'prepared');
  await mkdir(copies);
  const prepared = archive ? await prepareDocument(file, format, archive, copies) : { file, notes: [] };
  const degraded = [...prepared.notes];
  // LibreOffice is the other processor's work.
  const reading = readText(prepared.file, format, join(directory, 'text'));
  // Awaited below; avoids an unhandled rejection until then.
  reading.catch(() => undefined);
  const toPdf = { ...format, maxPages: maxPages + 1 };
  const pdf = await convertToPdf({ file: prepared.file, directory, format: toPdf, signal, memory }).finally(
    () => reading,
  );
  await stabilizePdf(pdf, { source: file, date: dates.modifiedAt ?? dates.createdAt });
  let text = await reading;
  if (text && 'text' in text && text.withoutResult > 0)
    text = await recalculated({ ...work, file: prepared.file }, text);
  if (!text) return { ...dates, pdf, degraded };
  if ('failure' in text) {
    degraded.push(
      `The text is that of the pages, since the document's own could not be read: ${text.failure}`,
    );
    return { ...dates, pdf, degraded };
  }
  if (text.cut) degraded.push(`The text was cut after ${text.characters} characters.`);
  if (text.withoutResult > 0)
    degraded.push(
      `The text lacks the results of ${text.withoutResult} formulas, which the file does not hold.`,
    );
  degraded.push(...(await substitutedFonts(pdf, text.fonts)), ...(await missingGlyphs(text.codePoints)));
  return { ...dates, pdf, text, degraded };
}

/** Reads the text; a problem with it is no reason to refuse the document. */
async function readText(
  file: string,
  { reader }: OfficeFormat,
  directory: string,
): Promise<OfficeText | { failure: string } | undefined> {
  if (!reader) return undefined;
  await mkdir(directory);
  return readOfficeText(file, reader, directory).catch((error: Error & { syscall?: string }) => {
    if (error.syscall || error.name === 'OutOfDisk') throw error;
    return { failure: error.message.split('\n')[0]?.slice(0, 200) ?? '' };
  });
}

/**
 * Reads a workbook once more after LibreOffice has calculated it, since its writer left out the
 * results of formulas. Returns the text as it was if that fails.
 */
async function recalculated(
  { file, directory, format, signal, memory }: Work,
  text: OfficeText,
): Promise<OfficeText> {
  const again = join(directory, 'recalculated');
  await mkdir(again);
  const toXlsx = { ...format, to: 'xlsx', exportFilter: 'Calc MS Excel 2007 XML' } as const;
  const calculated = await runSoffice({ file, directory: again, format: toXlsx, signal, memory }).catch(
    (error: Error) => {
      if (error.name === 'CorruptMedia') return undefined;
      throw error;
    },
  );
  const found = calculated && (await readText(calculated, format, join(again, 'text')));
  return found && 'text' in found ? found : text;
}
