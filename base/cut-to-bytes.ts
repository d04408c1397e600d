/** Returns the longest beginning of a text that has at most so many bytes in UTF-8, in whole characters. */
export function cutToBytes(text: string, bytes: number): string {
  let cut = '';
  let used = 0;
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    cut += character;
  }
  return cut;
}
