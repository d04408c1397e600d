const START_OF_SCAN = 0xda;
const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);
/** Zeros at the end from which a file is looked at more closely; entropy-coded data have no such run. */
export const TAIL_BYTES = 64;

/** Whether the last bytes are what a download leaves that had reserved the space and then stopped. */
export const isBlank = (tail: Buffer): boolean =>
  tail.length === TAIL_BYTES && tail.every((byte) => byte === 0);

/**
 * Whether a JPEG's picture data never end by themselves. With the Huffman tables that optimizers write, zeros decode as flat gray without a
 * warning, so where a file ends in zeros only the missing end marker tells that they are no picture.
 */
export function hasNoEnd(jpeg: Buffer): boolean {
  let at = 2;
  while (at + 4 <= jpeg.length && jpeg[at + 1] !== START_OF_SCAN) at += 2 + jpeg.readUInt16BE(at + 2);
  return jpeg.indexOf(END_OF_IMAGE, at) === -1;
}
