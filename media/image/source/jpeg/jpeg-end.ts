const START_OF_SCAN = 0xda;
const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);
/** Number of trailing zeros that triggers a closer check; entropy-coded data has no such run. */
export const TAIL_BYTES = 64;

/** Returns true if the last bytes look like a download that reserved its space and then stopped. */
export const isBlank = (tail: Buffer): boolean =>
  tail.length === TAIL_BYTES && tail.every((byte) => byte === 0);

/**
 * Returns true if a JPEG's image data has no end marker (EOI). With the Huffman tables that
 * optimizers write, zeros decode as flat gray without a warning. So if a file ends in zeros, only
 * the missing marker shows that they are not image data.
 */
export function hasNoEnd(jpeg: Buffer): boolean {
  let at = 2;
  while (at + 4 <= jpeg.length && jpeg[at + 1] !== START_OF_SCAN) at += 2 + jpeg.readUInt16BE(at + 2);
  return jpeg.indexOf(END_OF_IMAGE, at) === -1;
}
