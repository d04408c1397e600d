/** Maximum lines and columns of text in the image of a text file (draw-text.ts). */
export const TEXT_PAGE = { lines: 50, columns: 78 };

const TAB = 4;
/** Characters that take two columns: East Asian wide characters and emoji. */
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Extended_Pictographic}/u;

/** Wraps the beginning of a text into the lines of one page. */
export function textPage(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    if (lines.length >= TEXT_PAGE.lines) break;
    lines.push(...wrapped(line));
  }
  return lines.slice(0, TEXT_PAGE.lines);
}

function wrapped(line: string): string[] {
  const rows = [''];
  let column = 0;
  for (const character of line) {
    const shown = character === '\t' ? ' '.repeat(TAB - (column % TAB)) : character;
    const width = WIDE.test(character) ? 2 : shown.length > 1 && character === '\t' ? shown.length : 1;
    if (column + width > TEXT_PAGE.columns) {
      rows.push('');
      column = 0;
    }
    rows[rows.length - 1] += shown;
    column += width;
  }
  return rows;
}
