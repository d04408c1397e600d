import { withReader } from '../../../base/read-at.ts';

const BLOCK = 1024 * 1024;

/**
 * Returns the bytes of a text file that tell its encoding: the first mebibyte that is not plain
 * ASCII, else the first that is not NULs only, as a log may begin with any number of them.
 */
export function readSample(file: string): Promise<Buffer> {
  return withReader(file, async (read, size) => {
    let plain: Buffer | undefined;
    for (let at = 0; at < size; at += BLOCK) {
      const block = await read(at, BLOCK);
      if (isTelling(block)) return block;
      if (block.some((byte) => byte !== 0)) plain ??= block;
    }
    return plain ?? Buffer.alloc(0);
  });
}

/** Looks at 4 bytes at a time. */
function isTelling(block: Buffer): boolean {
  const words = new Uint32Array(block.buffer, block.byteOffset, block.length >> 2);
  return (
    words.some((word) => (word & 0x80808080) !== 0) ||
    block.subarray(words.length * 4).some((byte) => byte >= 0x80)
  );
}
