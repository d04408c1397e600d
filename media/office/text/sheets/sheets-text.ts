import { LIMITS } from '../../../document/limits.ts';
import type { AskedFonts } from '../asked-fonts.ts';
import { drawnText } from '../drawn-text.ts';
import { mainPart, type PackageParts, relationshipsOf } from '../package-parts.ts';
import { attribute, isOn, prefixed } from '../read-xml.ts';
import type { TextWriter } from '../text-writer.ts';
import { readCellFormats } from './cell-format.ts';
import { mergedCells } from './merged-cells.ts';
import { sheetRows, type Workbook } from './sheet-rows.ts';

/** As many as a document may have cells. */
const MAX_STRINGS = 5_000_000;

/**
 * Writes the text of an Excel workbook, sheet by sheet: the cells as they are formatted, whole, and
 * the text of drawings and charts; without hidden sheets, rows and columns, and what merged cells
 * cover. Returns the number of formulas whose result the file does not hold.
 */
export async function readSheetsText(
  parts: PackageParts,
  writer: TextWriter,
  fonts: AskedFonts,
): Promise<number> {
  const main = await mainPart(parts);
  const relationships = await relationshipsOf(parts, main);
  const partOf = (wanted: string) => [...relationships.values()].find(({ type }) => type === wanted)?.target;
  const sheets: { title: string; id: string }[] = [];
  let is1904 = false;
  await parts.read(main, {
    open(name, attributes) {
      if (name === 'workbookPr') is1904 = attributes.date1904 !== undefined && isOn(attributes, 'date1904');
      if (name === 'sheet' && (attribute(attributes, 'state') ?? 'visible') === 'visible')
        sheets.push({ title: attribute(attributes, 'name') ?? '', id: prefixed(attributes, 'id') ?? '' });
    },
  });
  const workbook: Workbook = {
    formats: await readCellFormats(parts, partOf('styles')),
    shared: await readSharedStrings(parts, partOf('sharedStrings')),
    is1904,
  };
  let withoutResult = 0;
  for (const { title, id } of sheets) {
    const sheet = relationships.get(id);
    if (!sheet || !parts.has(sheet.target)) continue;
    writer.section({ title });
    const isCovered = await mergedCells(parts, sheet.target);
    const rows = sheetRows({ workbook, writer, fonts, isCovered });
    await parts.read(sheet.target, rows.handler, () => writer.drain());
    withoutResult += rows.withoutResult();
    writer.endTable();
    await drawingsOf(parts, sheet.target, writer);
  }
  return withoutResult;
}

async function drawingsOf(parts: PackageParts, sheet: string, writer: TextWriter): Promise<void> {
  for (const { type, target } of (await relationshipsOf(parts, sheet)).values()) {
    if (type !== 'drawing') continue;
    await drawnText(parts, target, writer);
    for (const inside of (await relationshipsOf(parts, target)).values())
      if (inside.type === 'chart' || inside.type === 'diagramDrawing')
        await drawnText(parts, inside.target, writer);
  }
}

/** Strings beyond the limit of a document's text are empty. */
async function readSharedStrings(parts: PackageParts, part: string | undefined): Promise<string[]> {
  const shared: string[] = [];
  let text = '';
  let characters = 0;
  let phonetic = 0;
  let inText = false;
  await parts.read(part ?? '', {
    open(name) {
      if (name === 'si') text = '';
      else if (name === 'rPh') phonetic++;
      else if (name === 't') inText = phonetic === 0;
    },
    close(name) {
      if (name === 'rPh') phonetic--;
      else if (name === 't') inText = false;
      else if (name === 'si') {
        characters += text.length;
        if (shared.length < MAX_STRINGS) shared.push(characters > LIMITS.documentCharacters ? '' : text);
      }
    },
    text(piece) {
      if (inText) text += piece;
    },
  });
  return shared;
}
