import type { ReadAt } from '../../../../base/read-at.ts';

/** Values of the wanted tags of one table, by tag number. */
export type TiffTags = ReadonlyMap<number, readonly number[]>;

/** Real tables have under 100 entries. */
const MAX_ENTRIES = 4096;
/** More than the samples of any pixel that is decoded, or the tables inside another. */
const MAX_VALUES = 16;
/** Bytes of each value, by the type's number: bytes, texts and whole numbers without sign. */
const VALUE_BYTES: Readonly<Record<number, 1 | 2 | 4 | 8>> = { 1: 1, 2: 1, 3: 2, 4: 4, 13: 4, 16: 8, 18: 8 };

/** Reads tables (IFDs) of a TIFF, classic or BigTIFF. */
export interface TiffReader {
  /** Offset of the first table. */
  first: number;
  /** Reads up to 16 values each of the wanted tags. Of a malformed table it returns what is legible. */
  table: (offset: number, wanted: ReadonlySet<number>) => Promise<TiffTags>;
}

/** Undefined if the file does not begin as a TIFF. */
export async function openTiff(read: ReadAt): Promise<TiffReader | undefined> {
  const head = await read(0, 16);
  const order = head.toString('latin1', 0, 2);
  if (head.length < 16 || (order !== 'II' && order !== 'MM')) return undefined;
  const uint = (bytes: Buffer, at: number, size: 1 | 2 | 4 | 8): number => {
    if (at + size > bytes.length) return 0;
    if (size === 8) return Number(order === 'MM' ? bytes.readBigUInt64BE(at) : bytes.readBigUInt64LE(at));
    return order === 'MM' ? bytes.readUIntBE(at, size) : bytes.readUIntLE(at, size);
  };
  const version = uint(head, 2, 2);
  if (version !== 42 && version !== 43) return undefined;
  const big = version === 43;
  const wide = big ? 8 : 4;
  const entryBytes = big ? 20 : 12;

  async function table(offset: number, wanted: ReadonlySet<number>): Promise<TiffTags> {
    const found = new Map<number, readonly number[]>();
    if (!isOffset(offset)) return found;
    const countBytes = big ? 8 : 2;
    const count = Math.min(uint(await read(offset, countBytes), 0, countBytes), MAX_ENTRIES);
    const entries = await read(offset + countBytes, count * entryBytes);
    for (let at = 0; at + entryBytes <= entries.length; at += entryBytes) {
      const tag = uint(entries, at, 2);
      if (wanted.has(tag) && !found.has(tag))
        found.set(tag, await values(entries.subarray(at, at + entryBytes)));
    }
    return found;
  }

  async function values(entry: Buffer): Promise<number[]> {
    const size = VALUE_BYTES[uint(entry, 2, 2)];
    const count = Math.min(uint(entry, 4, wide), MAX_VALUES);
    if (!size) return [];
    const inPlace = entry.subarray(4 + wide);
    const offset = uint(inPlace, 0, wide);
    const total = uint(entry, 4, wide) * size;
    const bytes =
      total <= wide ? inPlace : isOffset(offset) ? await read(offset, count * size) : Buffer.alloc(0);
    return Array.from({ length: Math.min(count, Math.floor(bytes.length / size)) }, (_, i) =>
      uint(bytes, i * size, size),
    );
  }

  return { first: uint(head, big ? 8 : 4, wide), table };
}

const isOffset = (offset: number) => offset > 0 && Number.isSafeInteger(offset);
