import { writeZip, type ZipEntry } from '../../samples/write-zip.ts';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

interface SheetContent {
  name: string;
  /** What stands in its `worksheet`. */
  xml: string;
  state?: 'hidden' | 'veryHidden';
}

/** Writes an Excel workbook with one sheet, around what stands in its `worksheet`. */
export function writeXlsx(sheet: string): Buffer {
  return writeWorkbook({ sheets: [{ name: 'S', xml: sheet }] });
}

/** Writes an Excel workbook of several sheets; the n-th cell style has the n-th format code. */
export function writeWorkbook({
  sheets,
  formats = [],
  strings = [],
  workbook = '',
  names = {},
  entries = [],
  separator = '/',
}: {
  sheets: readonly SheetContent[];
  formats?: readonly string[];
  /** Contents of `si` elements. */
  strings?: readonly string[];
  /** What stands before `sheets` in the workbook. */
  workbook?: string;
  /** Print ranges of sheets, by their positions. */
  names?: Readonly<Record<number, string>>;
  entries?: readonly ZipEntry[];
  /** Between the folders in names of entries; some writers on Windows leave backslashes. */
  separator?: '/' | '\\';
}): Buffer {
  const relationship = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  const relationships = (...all: string[]) =>
    `${XML}<Relationships xmlns="${PACKAGE}/relationships">${all.join('')}</Relationships>`;
  const parts = sheets.map(({ xml }, i) => ({
    name: `xl/worksheets/sheet${i + 1}.xml`,
    data: `${XML}<worksheet xmlns="${MAIN}">${xml}</worksheet>`,
  }));
  const overrides = parts.map(
    ({ name }) => `<Override PartName="/${name}" ContentType="${TYPE}.worksheet+xml"/>`,
  );
  const codes = formats.map((code, i) => `<numFmt numFmtId="${200 + i}" formatCode="${attribute(code)}"/>`);
  const styles = formats.map((_, i) => `<xf numFmtId="${200 + i}" applyNumberFormat="1"/>`);
  const all: ZipEntry[] = [
    {
      name: '[Content_Types].xml',
      data: `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="${TYPE}.sharedStrings+xml"/>${overrides.join('')}</Types>`,
    },
    { name: '_rels/.rels', data: relationships(relationship('rId1', 'officeDocument', 'xl/workbook.xml')) },
    {
      name: 'xl/_rels/workbook.xml.rels',
      data: relationships(
        ...sheets.map((_, i) => relationship(`rId${i + 1}`, 'worksheet', `worksheets/sheet${i + 1}.xml`)),
        relationship('rIdStyles', 'styles', 'styles.xml'),
        relationship('rIdStrings', 'sharedStrings', 'sharedStrings.xml'),
      ),
    },
    {
      name: 'xl/workbook.xml',
      data: `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}">${workbook}<sheets>${sheets.map(({ name, state }, i) => `<sheet name="${attribute(name)}" sheetId="${i + 1}"${state ? ` state="${state}"` : ''} r:id="rId${i + 1}"/>`).join('')}</sheets>${printRanges(names)}</workbook>`,
    },
    {
      name: 'xl/styles.xml',
      data: `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="${formats.length}">${codes.join('')}</numFmts><fonts count="1"><font/></fonts><cellXfs count="${formats.length}">${styles.join('') || '<xf numFmtId="0"/>'}</cellXfs></styleSheet>`,
    },
    {
      name: 'xl/sharedStrings.xml',
      data: `${XML}<sst xmlns="${MAIN}">${strings.map((string) => `<si>${string}</si>`).join('')}</sst>`,
    },
    ...parts,
    ...entries,
  ];
  return writeZip(all.map((entry) => ({ ...entry, name: entry.name.replaceAll('/', separator) })));
}

function printRanges(names: Readonly<Record<number, string>>): string {
  const all = Object.entries(names).map(
    ([index, range]) => `<definedName name="_xlnm.Print_Area" localSheetId="${index}">${range}</definedName>`,
  );
  return all.length > 0 ? `<definedNames>${all.join('')}</definedNames>` : '';
}

const attribute = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
