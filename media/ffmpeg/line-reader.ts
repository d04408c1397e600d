/**
 * Returns a receiver of text in parts that passes on each whole line. A line without an end is dropped.
 * `longest`: of the beginning of a line that is not whole yet, so many characters are kept, the last.
 */
export function lineReader(
  read: (line: string) => void,
  { longest = Number.POSITIVE_INFINITY } = {},
): (part: Buffer | string) => void {
  let rest = '';
  return (part) => {
    const lines = `${rest}${part}`.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longest) rest = rest.slice(-longest);
    for (const line of lines) read(line);
  };
}
