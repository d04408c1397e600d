/** Returns the number of a column from its letters: 1 for `A`, 16,384 for `XFD`. */
export function columnOf(letters: string): number {
  let column = 0;
  for (let at = 0; at < letters.length; at++) column = column * 26 + letters.charCodeAt(at) - 64;
  return column;
}

/** Splits a reference such as `$B$7`; zeros where it is none. */
export function splitReference(reference: string): { column: number; row: number } {
  const [, letters = '', digits = '0'] = /^\$?([A-Z]{1,3})\$?(\d{1,7})$/.exec(reference) ?? [];
  return { column: columnOf(letters), row: Number(digits) };
}

/** Returns the letters of a column: `A` for 1. */
export function lettersOf(column: number): string {
  let letters = '';
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  return letters;
}
