/** What is used of pdf.js's text items: runs of characters, ends of lines. */
export interface TextItem {
  str: string;
  /** Direction: `ltr`, `rtl` or `ttb`. */
  dir: string;
  hasEOL: boolean;
  width: number;
  height: number;
  transform: number[];
}

/** Share of the font size from which a gap is a space, as in pdf.js. */
const SPACE = 0.1;

/**
 * Returns true if a space was left between two runs of a line that are read from right to left.
 * pdf.js looks for it in the other direction only.
 */
export function needsSpace(last: TextItem, next: TextItem): boolean {
  if (last.dir !== 'rtl' && next.dir !== 'rtl') return false;
  if (/\s$/.test(last.str) || /^\s/.test(next.str) || last.str === '' || next.str === '') return false;
  const [, slant = 0, , , left = 0] = next.transform;
  const [, , , , lastLeft = 0] = last.transform;
  if (slant !== 0) return false;
  const gap = Math.max(lastLeft - (left + next.width), left - (lastLeft + last.width));
  return gap > SPACE * Math.max(last.height, next.height);
}
