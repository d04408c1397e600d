export type Value = string | number;
export interface Reader {
  bytes: Buffer;
  bigEndian: boolean;
}

/** Maximum length of a text, in characters. */
export const MAX_TEXT = 128;

/**
 * Reads the wanted tags of one table (IFD) of 12-byte entries: tag, type, count, value or its
 * offset. The first of a repeated tag counts. Not a general EXIF reader, because those keep every
 * value of every tag: a 65 kB block whose 5,000 tags all reference the same 60,000 bytes cost one
 * of them 3 GB and 10 s. This reads only the wanted tags, and one value of each.
 */
export function readTable(
  reader: Reader,
  offset: number | undefined,
  wanted: ReadonlySet<number>,
): Map<number, Value> {
  const found = new Map<number, Value>();
  if (!offset) return found;
  const entries = unsigned(reader, offset, 2) ?? 0;
  for (let at = offset + 2; at < offset + 2 + entries * 12 && at + 12 <= reader.bytes.length; at += 12) {
    const tag = unsigned(reader, at, 2) ?? 0;
    if (!wanted.has(tag) || found.has(tag)) continue;
    const value = readValue(reader, at);
    if (value !== undefined) found.set(tag, value);
  }
  return found;
}

/**
 * Bytes per value, by EXIF type number: ASCII, SHORT, LONG, RATIONAL (two LONGs). The wanted tags
 * have no other.
 */
const VALUE_BYTES: Readonly<Record<number, number>> = { 2: 1, 3: 2, 4: 4, 5: 8 };

function readValue(reader: Reader, entry: number): Value | undefined {
  const type = unsigned(reader, entry + 2, 2) ?? 0;
  const count = unsigned(reader, entry + 4, 4) ?? 0;
  const inPlace = (VALUE_BYTES[type] ?? 0) * count <= 4;
  const start = inPlace ? entry + 8 : (unsigned(reader, entry + 8, 4) ?? 0);
  switch (type) {
    case 2:
      // ASCII according to the standard, UTF-8 in practice.
      return reader.bytes.toString('utf8', start, start + Math.min(count, MAX_TEXT * 4));
    case 3:
      return unsigned(reader, start, 2);
    case 4:
      return unsigned(reader, start, 4);
    case 5: {
      const over = unsigned(reader, start, 4);
      const under = unsigned(reader, start + 4, 4);
      return over === undefined || !under ? undefined : over / under;
    }
  }
}

export function unsigned({ bytes, bigEndian }: Reader, at: number, size: 2 | 4): number | undefined {
  if (at + size > bytes.length) return undefined;
  return bigEndian ? bytes.readUIntBE(at, size) : bytes.readUIntLE(at, size);
}
