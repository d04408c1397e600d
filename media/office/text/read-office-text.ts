import type { OfficeFormat } from '../office-format.ts';
import { askedFonts } from './asked-fonts.ts';
import { readOdfText } from './odf/odf-text.ts';
import { openParts } from './package-parts.ts';
import { readSheetsText } from './sheets/sheets-text.ts';
import { readSlidesText } from './slides/slides-text.ts';
import { TextWriter, type WrittenText } from './text-writer.ts';
import { readWordText } from './word/word-text.ts';

export interface OfficeText extends WrittenText {
  /** Names of the fonts that its text asks for. */
  fonts: ReadonlySet<string>;
  /** Number of formulas whose result the file does not hold: their cells are missing in the text. */
  withoutResult: number;
}

const READERS = { word: readWordText, sheets: readSheetsText, slides: readSlidesText, odf: readOdfText };

/**
 * Writes the visible text of a document, as its own XML has it, to text.txt and markdown.md in the
 * directory. A PDF would lack what is cut at the edge of a cell and what no font can show. Expects
 * an archive that `checkArchive` has accepted; throws if its XML cannot be read.
 */
export async function readOfficeText(
  file: string,
  reader: NonNullable<OfficeFormat['reader']>,
  directory: string,
): Promise<OfficeText> {
  const parts = await openParts(file);
  const writer = await TextWriter.open(directory);
  const fonts = askedFonts();
  try {
    const withoutResult = (await READERS[reader](parts, writer, fonts)) ?? 0;
    return { ...(await writer.end()), fonts: fonts.names, withoutResult };
  } finally {
    parts.close();
    await writer.release();
  }
}
