import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  name: string;
  data: Buffer | string;
  /** Stores the entry uncompressed, which ODF requires for `mimetype`. */
  stored?: boolean;
}

/**
 * 1 January 1980, the earliest date that ZIP supports; a fixed date always gives the same bytes.
 */
const DATE = 0x00210000;

/** Writes a ZIP archive in memory, always with the same bytes. */
export function writeZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, stored = false } of entries) {
    const content = Buffer.from(data);
    const packed = stored ? content : deflateRawSync(content);
    const bytes = Buffer.from(name);
    // Version, flags (UTF-8 names), method, date, checksum, sizes, length of the name, length of
    // the extra field.
    const common = fields(
      [20, 2],
      [0x0800, 2],
      [stored ? 0 : 8, 2],
      [DATE, 4],
      [crc32(content), 4],
      [packed.length, 4],
      [content.length, 4],
      [bytes.length, 2],
      [0, 2],
    );
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, bytes, packed]);
    // Comment length, disk, attributes (internal, external), offset of the entry.
    const rest = fields([0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, rest, bytes]));
    parts.push(local);
    offset += local.length;
  }
  const size = directory.reduce((sum, entry) => sum + entry.length, 0);
  const end = fields(
    [0, 2],
    [0, 2],
    [entries.length, 2],
    [entries.length, 2],
    [size, 4],
    [offset, 4],
    [0, 2],
  );
  return Buffer.concat([...parts, ...directory, Buffer.from('PK\x05\x06', 'latin1'), end]);
}

/** Encodes little-endian numbers, each given as `[value, bytes]`. */
function fields(...values: readonly (readonly [number, number])[]): Buffer {
  const buffer = Buffer.alloc(values.reduce((sum, [, bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [value, bytes] of values) at = buffer.writeUIntLE(value, at, bytes);
  return buffer;
}
