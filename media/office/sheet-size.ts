import { MediaError } from '../../base/errors.ts';

/**
 * Maximum number of cells with content in a document, as its repetitions expand. A million take
 * LibreOffice about 20 s and fill some 2,000 pages.
 */
const MAX_CELLS = 5_000_000;
/**
 * Maximum number of cells, empty ones included, between the first and the last with content, or in
 * a merged range: LibreOffice looks at each page of them.
 */
const MAX_SPAN = 1_000_000_000;
/** Maximum length of a tag that is cut by the end of a chunk. */
const MAX_CARRY = 64 * 1024;

const TAG =
  /<(\/?)(?:[\w.-]+:)?(table|table-row|table-cell|covered-table-cell|p|c|f|mergeCell)(?=[\s/>])([^<>]*)>/g;
const HAS_VALUE = /(?:^|[\s:])(?:formula|value|value-type)\s*=/;

/**
 * Returns a function that reads the XML of a part of a document, chunk by chunk, and throws
 * `FileTooLarge` if its tables expand to more cells than LibreOffice can convert: in an
 * OpenDocument by the repetition of rows and columns, in an Excel sheet by array formulas and merged
 * ranges. A document may hide from it, and then meets the memory limit of LibreOffice
 * (run-soffice.ts).
 */
export function sheetScanner(): (chunk: Buffer) => void {
  const table = tableCounter();
  let carry = '';
  return (chunk) => {
    // Only ASCII matters, so one character per byte is enough.
    const text = carry + chunk.toString('latin1');
    for (const [, end = '', name = '', attributes = ''] of text.matchAll(TAG))
      table.read(name, attributes, end === '/');
    const open = text.lastIndexOf('<');
    carry = open > text.lastIndexOf('>') ? text.slice(open, open + MAX_CARRY) : '';
  };
}

function tableCounter() {
  let cells = 0;
  let row = { index: 0, repeated: 1, column: 0, cells: 0 };
  let cell = { columns: 0, counted: true };
  let lastColumn = 0;

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
    lastColumn = Math.max(lastColumn, row.column);
  };
  const endRow = () => {
    row.index += row.repeated;
    if (row.cells > 0) span(row.index * lastColumn);
    add(row.cells * row.repeated);
    row = { ...row, repeated: 0, cells: 0 };
  };

  const read = (name: string, attributes: string, isEnd: boolean) => {
    const isEmpty = attributes.endsWith('/');
    const number = (attribute: string) => numberIn(attributes, attribute);
    if (name === 'table') {
      row = { index: 0, repeated: 0, column: 0, cells: 0 };
      lastColumn = 0;
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
      const [column = 0, line = 0] = cornerOf(attributeOf(attributes, 'r'));
      lastColumn = Math.max(lastColumn, column);
      span(line * lastColumn);
      add(1);
    } else if (name === 'mergeCell') span(areaOf(attributeOf(attributes, 'ref')));
    else if (/array|dataTable/.test(attributeOf(attributes, 't')))
      add(areaOf(attributeOf(attributes, 'ref')));
  };
  return { read };
}

/** Returns the area of an Excel range such as `A1:XFD1048576`. */
function areaOf(range: string): number {
  const [from = '', to = from] = range.split(':');
  const [first, last] = [cornerOf(from), cornerOf(to)];
  return (Math.abs(last[0] - first[0]) + 1) * (Math.abs(last[1] - first[1]) + 1);
}

/** Returns column and row of an Excel reference such as `XFD1048576`, from 1. */
function cornerOf(reference: string): [column: number, row: number] {
  const [, letters = '', digits = '0'] = /^\$?([A-Z]{1,3})\$?(\d{1,7})$/.exec(reference) ?? [];
  const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
  return [column, Number(digits)];
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
