import { lettersOf } from '../cell-reference.ts';
import type { OfficeFormat } from '../office-format.ts';
import { mainPart, type PackageParts, relationshipsOf } from '../text/package-parts.ts';
import { attribute, prefixed } from '../text/read-xml.ts';
import type { Corner } from '../used-cells.ts';
import { type Edits, editable } from './rewrite-archive.ts';

type Cut = ReadonlyMap<string, ReadonlyMap<number, Corner>>;

/**
 * Gives sheets with cells far from the others a print range that ends before them: LibreOffice would
 * look at a million empty pages. Returns a note for each.
 */
export async function cutSheets(
  parts: PackageParts,
  reader: OfficeFormat['reader'],
  cut: Cut,
  edits: Edits,
): Promise<string[]> {
  if (reader === 'sheets') return cutInExcel(parts, cut, edits);
  return reader === 'odf' ? cutInOpenDocument(parts, cut.get('content.xml') ?? new Map(), edits) : [];
}

async function cutInExcel(parts: PackageParts, cut: Cut, edits: Edits): Promise<string[]> {
  const main = await mainPart(parts);
  const relationships = await relationshipsOf(parts, main);
  const sheets: { name: string; id: string }[] = [];
  await parts.read(main, {
    open(name, attributes) {
      if (name === 'sheet')
        sheets.push({ name: attribute(attributes, 'name') ?? '', id: prefixed(attributes, 'id') ?? '' });
    },
  });
  const workbook = await editable(parts, edits, main);
  if (workbook === undefined) return [];
  const ranges = new Map<string, string>();
  const notes: string[] = [];
  for (const [index, { name, id }] of sheets.entries()) {
    const corner = cut.get(relationships.get(id)?.target ?? '')?.get(0);
    if (!corner) continue;
    const range = `'${name.replaceAll("'", "''")}'!$A$1:$${lettersOf(corner.column)}$${corner.row}`;
    ranges.set(`${index}`, escapedXml(range));
    notes.push(noteOf(name, corner));
  }
  edits.set(main, withPrintAreas(workbook, ranges));
  return notes;
}

const AREA = '_xlnm.Print_Area';
const DEFINED_NAME = /<([\w.-]+:)?definedName\b([^<>]*)>[^<]*<\/\1?definedName>/g;

/** Sets the print areas of sheets, by their positions, in one pass: a workbook may have thousands. */
function withPrintAreas(workbook: string, ranges: ReadonlyMap<string, string>): string {
  const [, prefix = ''] = /<([\w.-]+:)?workbook\b/.exec(workbook) ?? [];
  const names = [...ranges].map(
    ([index, range]) =>
      `<${prefix}definedName name="${AREA}" localSheetId="${index}">${range}</${prefix}definedName>`,
  );
  const without = workbook
    .replace(DEFINED_NAME, (whole, _prefix, attributes: string) => {
      const index = /localSheetId="(\d+)"/.exec(attributes)?.[1];
      return attributes.includes(`"${AREA}"`) && index !== undefined && ranges.has(index) ? '' : whole;
    })
    .replace(/<(?:[\w.-]+:)?definedNames\s*\/>/, '');
  const end = `</${prefix}definedNames>`;
  if (without.includes(end)) return without.replace(end, () => names.join('') + end);
  const sheets = `</${prefix}sheets>`;
  return without.replace(sheets, () => `${sheets}<${prefix}definedNames>${names.join('')}${end}`);
}

async function cutInOpenDocument(
  parts: PackageParts,
  cut: ReadonlyMap<number, Corner>,
  edits: Edits,
): Promise<string[]> {
  const content = await editable(parts, edits, 'content.xml');
  if (content === undefined) return [];
  const notes: string[] = [];
  let table = 0;
  const edited = content.replace(
    /<([\w.-]+:)table(?=[\s>])([^<>]*)>/g,
    (tag, prefix: string, attributes: string) => {
      const corner = cut.get(table++);
      const title = /:name="([^"]*)"/.exec(attributes)?.[1];
      if (!corner || title === undefined) return tag;
      notes.push(noteOf(title, corner));
      // The name is written as it stands in the file, in XML's own escapes.
      const sheet = `'${title.replaceAll("'", "''").replaceAll('&apos;', '&apos;&apos;')}'`;
      const range = `${sheet}.A1:${sheet}.${lettersOf(corner.column)}${corner.row}`;
      const others = attributes.replace(/\s[\w.-]+:print-ranges="[^"]*"/, '');
      return `<${prefix}table${others} ${prefix}print-ranges="${range}">`;
    },
  );
  edits.set('content.xml', edited);
  return notes;
}

const MAX_NAME = 60;
const noteOf = (name: string, { row, column }: Corner) =>
  `The pages of sheet "${name.slice(0, MAX_NAME)}" end at cell ${lettersOf(column)}${row}: further cells are far away, and only in the text.`;

const escapedXml = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
