import { type Attributes, attribute } from '../read-xml.ts';
import type { OdfBlock } from './odf-paragraphs.ts';

/** A wider gap between two cells of a row is not kept. */
const MAX_GAP = 50;
/** A sheet has at most as many columns, and rows. */
const MAX_COLUMNS = 16_384;
const MAX_ROWS = 1_048_576;

/** Reads the cells of a table of OpenDocument: repetitions, covered cells, hidden rows and columns. */
export function odfTable() {
  const hidden = new Set<number>();
  let columns = 0;
  let row = { cells: [] as string[], column: 0, filled: 0, times: 1, isHidden: false };
  let cell: { lines: string[]; times: number; isCovered: boolean; value: string } | undefined;
  const isCollapsed = (attributes: Attributes) =>
    ['collapse', 'filter'].includes(attribute(attributes, 'visibility') ?? '');
  const endCell = () => {
    if (!cell) return;
    const text = cell.isCovered ? '' : cell.lines.join('\n') || cell.value;
    if (!text) row.column += cell.times;
    else
      for (let time = 0; time < cell.times && row.column < MAX_COLUMNS; time++, row.column++) {
        if (hidden.has(row.column)) continue;
        const gap = Math.min(MAX_GAP, row.column - row.filled);
        for (let empty = 0; empty < gap; empty++) row.cells.push('');
        row.cells.push(text);
        row.filled = row.column + 1;
      }
    cell = undefined;
  };
  return {
    add(blocks: readonly OdfBlock[]) {
      cell?.lines.push(...blocks.map(({ text }) => text));
    },
    open(name: string, attributes: Attributes) {
      if (name === 'table-column') {
        const from = columns;
        columns = Math.min(MAX_COLUMNS, columns + times(attributes, 'number-columns-repeated', MAX_COLUMNS));
        if (isCollapsed(attributes)) for (let column = from; column < columns; column++) hidden.add(column);
      } else if (name === 'table-row') {
        const repeated = times(attributes, 'number-rows-repeated', MAX_ROWS);
        row = { cells: [], column: 0, filled: 0, times: repeated, isHidden: isCollapsed(attributes) };
      } else if (name === 'table-cell' || name === 'covered-table-cell')
        cell = {
          lines: [],
          times: times(attributes, 'number-columns-repeated', MAX_COLUMNS),
          isCovered: name === 'covered-table-cell',
          value: storedValue(attributes),
        };
    },
    close(name: string) {
      if (name === 'table-cell' || name === 'covered-table-cell') endCell();
    },
    endRow(): { cells: string[]; times: number } {
      return { cells: row.isHidden ? [] : row.cells, times: row.times };
    },
  };
}

/** What a cell without text holds: some writers leave its text out. */
function storedValue(attributes: Attributes): string {
  for (const name of ['string-value', 'date-value', 'time-value', 'boolean-value', 'value']) {
    const value = attribute(attributes, name);
    if (value !== undefined) return value;
  }
  return '';
}

function times(attributes: Attributes, name: string, most: number): number {
  return Math.min(most, Math.max(1, Number(attribute(attributes, name)) || 1));
}
