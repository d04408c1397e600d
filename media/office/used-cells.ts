/** Last row and column, from 1. */
export interface Corner {
  row: number;
  column: number;
}

const MAX_COLUMN = 16_384;
/** Cells behind this many empty rows or columns are far from the rest. */
const FAR_ROWS = 10_000;
const FAR_COLUMNS = 500;
/**
 * A sheet is cut only if more cells lie between its first and last. LibreOffice looks at each page of
 * them: 100 million take it a few seconds, a whole sheet longer than its time limit.
 */
const MAX_WHOLE = 100_000_000;

/** Notes which cells of a sheet are in use; its rows are expected in ascending order. */
export function usedCells() {
  const columns = new Uint8Array(MAX_COLUMN + 1);
  let last: Corner = { row: 0, column: 0 };
  let nearRow: number | undefined;
  return {
    /** Adds the cells between two rows and two columns; all numbers count from 1. */
    add(rows: [from: number, to: number], [from, to]: [from: number, to: number]): void {
      columns.fill(1, from, to + 1);
      if (rows[0] - last.row > FAR_ROWS && last.row > 0) nearRow ??= last.row;
      last = { row: Math.max(last.row, rows[1]), column: Math.max(last.column, to) };
    },
    /** Returns the cells that are printed: `isCut` if others are too far from these. */
    printed(): Corner & { isCut: boolean } {
      if (last.row * last.column <= MAX_WHOLE) return { ...last, isCut: false };
      const column = nearColumn(columns) ?? last.column;
      const row = nearRow ?? last.row;
      return { row, column, isCut: row < last.row || column < last.column };
    },
    reset(): void {
      columns.fill(0, 0, last.column + 1);
      last = { row: 0, column: 0 };
      nearRow = undefined;
    },
  };
}

/** Returns the last column before the first wide gap, if there is one. */
function nearColumn(columns: Uint8Array): number | undefined {
  let before = columns.indexOf(1);
  for (let at = columns.indexOf(1, before + 1); at > 0; at = columns.indexOf(1, at + 1)) {
    if (at - before > FAR_COLUMNS) return before;
    before = at;
  }
  return undefined;
}
