import { join } from 'node:path';
import { readIfPresent, replaceFile } from '../../base/files.ts';

/** Number of values reserved by one write of the file. */
const BLOCK = 1000n;

/**
 * Returns a generator of S3 sequencers: hexadecimal numbers that increase with each event, across
 * restarts and regardless of the clock. A file holds the first number that is not reserved.
 */
export function sequencer(directory: string): () => string {
  const file = join(directory, 'sequencer');
  const stored = BigInt(readIfPresent(file) ?? 0);
  let next = stored || BigInt(Date.now()) * 1_000_000n;
  let reserved = next;
  return () => {
    if (next >= reserved) {
      reserved = next + BLOCK;
      replaceFile(file, reserved.toString());
    }
    return (next++).toString(16).toUpperCase().padStart(18, '0');
  };
}
