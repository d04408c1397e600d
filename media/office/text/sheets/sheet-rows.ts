import { splitReference } from '../../cell-reference.ts';
import type { AskedFonts } from '../asked-fonts.ts';
import { type Attributes, isOn, type XmlHandler } from '../read-xml.ts';
import type { TextWriter } from '../text-writer.ts';
import { type CellFormats, hiddenNumber, numberText, stringText } from './cell-format.ts';
import type { IsCovered } from './merged-cells.ts';

/** A wider gap between two cells of a row is not kept: the sheet may have 16,384 columns. */
const MAX_GAP = 50;
const MAX_COLUMN = 16_384;
/** Of columns, in characters, where a sheet names none. */
const USUAL_WIDTH = 8.43;

export interface Workbook {
  formats: CellFormats;
  shared: readonly string[];
  is1904: boolean;
}

interface Cell {
  column: number;
  type: string;
  style: number;
  value: string;
  hasFormula: boolean;
  hasValue: boolean;
}

/** Returns a handler that writes the visible cells of a sheet of an Excel workbook row by row. */
export function sheetRows({
  workbook: { formats, shared, is1904 },
  writer,
  fonts,
  isCovered,
}: {
  workbook: Workbook;
  writer: TextWriter;
  fonts: AskedFonts;
  isCovered: IsCovered;
}): { handler: XmlHandler; withoutResult(): number } {
  /** By column; 0 is hidden. */
  const widths = new Map<number, number>();
  let usualWidth = USUAL_WIDTH;
  let row = { index: 0, isHidden: false, cells: [] as string[], column: 0 };
  let cell: Cell | undefined;
  let cellColumn = 0;
  let inText = false;
  let phonetic = 0;
  let missing = 0;

  const shown = ({ column, type, style, value }: Cell): string => {
    const code = formats.codes[style] ?? 'General';
    if (type === 's') return stringText(shared[Number(value)] ?? '', code);
    if (type === 'str' || type === 'inlineStr') return stringText(value, code);
    if (type === 'b') return value === '1' || value === 'true' ? 'TRUE' : 'FALSE';
    if (type === 'e' || type === 'd') return value;
    const text = numberText(value, code, is1904);
    const width = widths.get(column) ?? usualWidth;
    const number = hiddenNumber(value, code, text, width);
    return number === undefined ? text : `${text} (${number})`;
  };
  const endCell = () => {
    const ended = cell;
    cell = undefined;
    if (!ended || row.isHidden || isCovered(row.index, ended.column)) return;
    if (widths.get(ended.column) === 0) return;
    if (ended.hasFormula && !ended.hasValue) missing++;
    if (!ended.hasValue) return;
    const text = shown(ended);
    if (!text) return;
    fonts.add(text, { ascii: formats.fonts[ended.style], eastAsia: formats.fonts[ended.style] });
    const gap = Math.min(MAX_GAP, ended.column - row.column - 1);
    for (let empty = 0; empty < gap; empty++) row.cells.push('');
    row.cells.push(text);
    row.column = ended.column;
  };
  const readColumns = (attributes: Attributes) => {
    const isHidden = attributes.hidden !== undefined && isOn(attributes, 'hidden');
    const width = isHidden ? 0 : Number(attributes.width ?? usualWidth);
    const to = Math.min(MAX_COLUMN, Number(attributes.max));
    for (let column = Math.max(1, Number(attributes.min)); column <= to; column++) widths.set(column, width);
  };
  const startRow = (attributes: Attributes) => {
    const index = Number(attributes.r ?? row.index + 1);
    const isZero = attributes.ht !== undefined && Number(attributes.ht) === 0;
    const isHidden = isZero || (attributes.hidden !== undefined && isOn(attributes, 'hidden'));
    row = { index, isHidden, cells: [], column: 0 };
    cellColumn = 0;
  };
  const startCell = (attributes: Attributes) => {
    cellColumn = attributes.r ? splitReference(attributes.r).column : cellColumn + 1;
    cell = {
      column: cellColumn,
      type: attributes.t ?? 'n',
      style: Number(attributes.s ?? 0),
      ...{ value: '', hasFormula: false, hasValue: false },
    };
  };

  return {
    withoutResult: () => missing,
    handler: {
      open(name, attributes) {
        if (name === 'c') startCell(attributes);
        else if (name === 'row') startRow(attributes);
        else if (name === 'v' || name === 't') inText = cell !== undefined && phonetic === 0;
        else if (name === 'f' && cell) cell.hasFormula = true;
        else if (name === 'rPh') phonetic++;
        else if (name === 'col') readColumns(attributes);
        else if (name === 'sheetFormatPr') usualWidth = Number(attributes.defaultColWidth ?? USUAL_WIDTH);
      },
      close(name) {
        if (name === 'v' || name === 't') inText = false;
        else if (name === 'rPh') phonetic--;
        else if (name === 'c') endCell();
        else if (name === 'row' && row.cells.length > 0) writer.row(row.cells);
      },
      text(text) {
        if (!inText || !cell) return;
        cell.value += text;
        cell.hasValue = true;
      },
    },
  };
}
