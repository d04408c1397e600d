import { type ReadAt, withReader } from '../../../base/read-at.ts';
import type { ImageSource } from './image-source.ts';

/** Passes a reader of the source, whether file or memory, and its size in bytes to `use`. */
export async function readSource<T>(
  source: ImageSource,
  use: (read: ReadAt, size: number) => Promise<T>,
): Promise<T> {
  if (typeof source === 'string') return withReader(source, use);
  return use(async (at, length) => source.subarray(Math.max(0, at), Math.max(0, at) + length), source.length);
}
