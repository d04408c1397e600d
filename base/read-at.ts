import { open } from 'node:fs/promises';

/** Reads up to `length` bytes at a position, which counts as 0 below that; fewer at the end of the file. */
export type ReadAt = (position: number, length: number) => Promise<Buffer>;

/** Opens a file, passes a reader and its size in bytes to `use`, and closes it. */
export async function withReader<T>(
  file: string,
  use: (read: ReadAt, size: number) => Promise<T>,
): Promise<T> {
  const handle = await open(file);
  try {
    const read: ReadAt = async (position, length) => {
      const from = Math.max(0, position);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from);
      return buffer.subarray(0, bytesRead);
    };
    return await use(read, (await handle.stat()).size);
  } finally {
    await handle.close();
  }
}
