/** What a camera says about a picture. Where it was taken is read as a yes or no only. */
export interface ExifFacts {
  camera?: { make?: string; model?: string; lens?: string };
  exposure?: {
    seconds?: number;
    /** f-number. */
    aperture?: number;
    iso?: number;
    focalLengthMm?: number;
    focalLength35mm?: number;
  };
  /** Local time of the camera, ISO 8601, with its offset from UTC where it knew one. */
  takenAt?: string;
  hasLocation: boolean;
}

const TAG = {
  make: 0x010f,
  model: 0x0110,
  exifFolder: 0x8769,
  gpsFolder: 0x8825,
  exposureTime: 0x829a,
  fNumber: 0x829d,
  iso: 0x8827,
  dateTimeOriginal: 0x9003,
  offsetTimeOriginal: 0x9011,
  focalLength: 0x920a,
  focalLength35mm: 0xa405,
  lensModel: 0xa434,
} as const;

/** Characters of a text that are worth keeping. */
const MAX_TEXT = 128;
const HEADER = Buffer.from('Exif\0\0');

type Value = string | number;
type Reader = { bytes: Buffer; bigEndian: boolean };

/**
 * Reads the few EXIF tags that metadata.json publishes. Never throws: cameras' tables are often broken, and no picture is worse for it.
 * Own code because the general readers keep every value of every tag: a 65 kB block whose 5,000 tags all name the same 60,000 bytes
 * cost one of them 3 GB and 10 s. This one looks at a tag only if it is in the table above, and at one value of it.
 */
export function readExif(block: Buffer): ExifFacts {
  const bytes = block.subarray(0, HEADER.length).equals(HEADER) ? block.subarray(HEADER.length) : block;
  const order = bytes.toString('latin1', 0, 2);
  if (bytes.length < 8 || (order !== 'MM' && order !== 'II')) return { hasLocation: false };
  const reader = { bytes, bigEndian: order === 'MM' };
  const image = readFolder(reader, unsigned(reader, 4, 4));
  const photo = readFolder(reader, number(image.get(TAG.exifFolder)));
  const seconds = positive(photo.get(TAG.exposureTime));
  return {
    ...section('camera', {
      make: text(image.get(TAG.make)),
      model: text(image.get(TAG.model)),
      lens: text(photo.get(TAG.lensModel)),
    }),
    ...section('exposure', {
      seconds,
      aperture: positive(photo.get(TAG.fNumber)),
      iso: positive(photo.get(TAG.iso)),
      focalLengthMm: positive(photo.get(TAG.focalLength)),
      focalLength35mm: positive(photo.get(TAG.focalLength35mm)),
    }),
    ...section(
      'takenAt',
      takenAt(text(photo.get(TAG.dateTimeOriginal)), text(photo.get(TAG.offsetTimeOriginal))),
    ),
    hasLocation: image.has(TAG.gpsFolder),
  };
}

/** `{[name]: value}` without what is undefined, or nothing at all. */
function section<Name extends string, Content extends object | string>(
  name: Name,
  value: Content | undefined,
) {
  const known =
    typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined))
      : value;
  const empty = known === undefined || (typeof known === 'object' && Object.keys(known).length === 0);
  return (empty ? {} : { [name]: known }) as { [N in Name]?: Content };
}

const WANTED = new Set<number>(Object.values(TAG));

/** The wanted tags of one table of 12-byte entries: tag, type, count, value or its offset. The first of a repeated tag counts. */
function readFolder(reader: Reader, offset: number | undefined): Map<number, Value> {
  const found = new Map<number, Value>();
  if (!offset) return found;
  const entries = unsigned(reader, offset, 2) ?? 0;
  for (let at = offset + 2; at < offset + 2 + entries * 12 && at + 12 <= reader.bytes.length; at += 12) {
    const tag = unsigned(reader, at, 2) ?? 0;
    if (!WANTED.has(tag) || found.has(tag)) continue;
    const value = readValue(reader, at);
    if (value !== undefined) found.set(tag, value);
  }
  return found;
}

/** Bytes of one value, by EXIF's type number: text, 16 bits, 32 bits, a fraction of two 32 bits. Tags of interest have no other. */
const VALUE_BYTES: Readonly<Record<number, number>> = { 2: 1, 3: 2, 4: 4, 5: 8 };

function readValue(reader: Reader, entry: number): Value | undefined {
  const type = unsigned(reader, entry + 2, 2) ?? 0;
  const count = unsigned(reader, entry + 4, 4) ?? 0;
  const inPlace = (VALUE_BYTES[type] ?? 0) * count <= 4;
  const start = inPlace ? entry + 8 : (unsigned(reader, entry + 8, 4) ?? 0);
  switch (type) {
    case 2:
      // ASCII by the standard, UTF-8 in practice.
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

function unsigned({ bytes, bigEndian }: Reader, at: number, size: 2 | 4): number | undefined {
  if (at + size > bytes.length) return undefined;
  return bigEndian ? bytes.readUIntBE(at, size) : bytes.readUIntLE(at, size);
}

const number = (value: Value | undefined) => (typeof value === 'number' ? value : undefined);

/** Six digits are more than any camera measures, and keep 1/3 readable. */
function positive(value: Value | undefined): number | undefined {
  return typeof value === 'number' && value > 0 ? Number(value.toPrecision(6)) : undefined;
}

/** Up to the terminator, in one line, without what no terminal or page should print. */
function text(value: Value | undefined): string | undefined {
  if (typeof value !== 'string') return undefined;
  const [content = ''] = value.split('\0');
  const clean = content.replace(/[\p{C}\p{Zl}\p{Zp}\uFFFD]/gu, '').trim();
  return clean.slice(0, MAX_TEXT) || undefined;
}

function takenAt(date: string | undefined, offset: string | undefined): string | undefined {
  const [, year, month, day, time] = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$/.exec(date ?? '') ?? [];
  // A camera whose clock was never set says 0000:00:00.
  if (!year || Number(year) === 0) return undefined;
  const local = `${year}-${month}-${day}T${time}`;
  if (Number.isNaN(Date.parse(`${local}Z`))) return undefined;
  return /^[+-]\d\d:\d\d$/.test(offset ?? '') ? local + offset : local;
}
