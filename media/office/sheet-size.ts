import { MediaError } from '../../base/errors.ts';
import { splitReference } from './cell-reference.ts';
import { type Corner, usedCells } from './used-cells.ts';

/**
 * Maximum number of cells with content in a document, as its repetitions expand. A million take
 * LibreOffice about 20 s and fill some 2,000 pages.
 */
const MAX_CELLS = 5_000_000;
/**
 * Maximum number of cells, empty ones included, between the first and the last that are printed
 * (used-cells.ts), or in a merged range: LibreOffice looks at each page of them.
 */
const MAX_SPAN = 1_000_000_000;
/** Maximum length of a tag that is cut by the end of a chunk. */
const MAX_CARRY = 64 * 1024;

const TAG =
  /<(\/?)(?:[\w.-]+:)?(table|table-row|table-cell|covered-table-cell|p|c|f|mergeCell)(?=[\s/>])([^<>]*)>/g;
const HAS_VALUE = /(?:^|[\s:])(?:formula|value|value-type)\s*=/;

export interface SheetScanner {
  scan(chunk: Buffer): void;
  /**
   * Call it at the end of the part. Returns the last cell that is printed of tables that have others
   * too far from it, by their number in the part, from 0.
   */
  cut(): Map<number, Corner>;
}

/**
 * Returns a scanner that reads the XML of a part of a document, chunk by chunk, and throws
 * `FileTooLarge` if its tables expand to more cells than LibreOffice can convert: in an
 * OpenDocument by the repetition of rows and columns, in an Excel sheet by array formulas and merged
 * ranges. A document may hide from it, and then meets the memory limit of LibreOffice
 * (run-soffice.ts).
 */
export function sheetScanner(): SheetScanner {
  const table = tableCounter();
  let carry = '';
  const scan = (chunk: Buffer) => {
    // Only ASCII matters, so one character per byte is enough.
    const text = carry + chunk.toString('latin1');
    for (const [, end = '', name = '', attributes = ''] of text.matchAll(TAG))
      table.read(name, attributes, end === '/');
    const open = text.lastIndexOf('<');
    carry = open > text.lastIndexOf('>') ? text.slice(open, open + MAX_CARRY) : '';
  };
  return { scan, cut: table.cut };
}

function tableCounter() {
  let cells = 0;
  let row = { index: 0, repeated: 1, column: 0, cells: 0 };
  let cell = { columns: 0, counted: true };
  const used = usedCells();
  const tables = new Map<number, Corner>();
  let table = 0;

  const add = (count: number) => {
    cells += count;
    if (cells > MAX_CELLS) throw tooLarge(`${MAX_CELLS} cells with content`, cells);
  };
  const span = (area: number) => {
    if (area > MAX_SPAN) throw tooLarge(`${MAX_SPAN} cells between the first and the last`, area);
  };
  const countCell = () => {
    if (cell.counted) return;
    cell.counted = true;
    row.cells += cell.columns;
    used.add([row.index + 1, row.index + row.repeated], [row.column - cell.columns + 1, row.column]);
  };
  const endTable = () => {
    const { isCut, ...corner } = used.printed();
    span(corner.row * corner.column);
    if (isCut) tables.set(table, corner);
    table++;
    used.reset();
  };
  const endRow = () => {
    row.index += row.repeated;
    add(row.cells * row.repeated);
    row = { ...row, repeated: 0, cells: 0 };
  };

  const read = (name: string, attributes: string, isEnd: boolean) => {
    const isEmpty = attributes.endsWith('/');
    const number = (attribute: string) => numberIn(attributes, attribute);
    if (name === 'table') {
      row = { index: 0, repeated: 0, column: 0, cells: 0 };
      if (isEnd || isEmpty) endTable();
    } else if (name === 'table-row') {
      if (!isEnd) row = { ...row, repeated: number('number-rows-repeated'), column: 0, cells: 0 };
      if (isEnd || isEmpty) endRow();
    } else if (name === 'table-cell' || name === 'covered-table-cell') {
      if (isEnd) cell.counted = true;
      else {
        const columns = number('number-columns-repeated');
        row.column += columns;
        cell = { columns, counted: false };
        span(number('number-columns-spanned') * number('number-rows-spanned'));
        if (HAS_VALUE.test(attributes)) countCell();
        if (isEmpty) cell.counted = true;
      }
    } else if (name === 'p') countCell();
    else if (!isEnd) readExcel(name, attributes);
  };
  const readExcel = (name: string, attributes: string) => {
    if (name === 'c') {
      const { column, row: line } = splitReference(attributeOf(attributes, 'r'));
      if (column > 0 && line > 0) used.add([line, line], [column, column]);
      add(1);
    } else if (name === 'mergeCell') span(areaOf(attributeOf(attributes, 'ref')));
    else if (/array|dataTable/.test(attributeOf(attributes, 't')))
      add(areaOf(attributeOf(attributes, 'ref')));
  };
  const cut = () => {
    endTable();
    return tables;
  };
  return { read, cut };
}

/** Returns the area of an Excel range such as `A1:XFD1048576`. */
function areaOf(range: string): number {
  const [from = '', to = from] = range.split(':');
  const [first, last] = [splitReference(from), splitReference(to)];
  return (Math.abs(last.column - first.column) + 1) * (Math.abs(last.row - first.row) + 1);
}

function numberIn(attributes: string, name: string): number {
  return Number(/^\d{1,9}$/.exec(attributeOf(attributes, name))?.[0] ?? 1);
}

/** Returns an attribute's value, whatever its prefix; numeric character references are resolved. */
function attributeOf(attributes: string, name: string): string {
  const value = new RegExp(`(?:^|[\\s:])${name}\\s*=\\s*["']([^"']*)["']`).exec(attributes)?.[1] ?? '';
  return value.replace(/&#(x?)([0-9a-f]{1,6});/gi, (_, hex: string, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, hex ? 16 : 10)),
  );
}

const tooLarge = (most: string, got: number) =>
  new MediaError('FileTooLarge', `Expected a document with at most ${most}, got ${got}.`);
