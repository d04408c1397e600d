import { MAX_TEXT, readTable, unsigned, type Value } from './tiff/tiff-tags.ts';

/** Camera metadata of an image. The location is only reported as present or absent. */
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
  /** Local time of the camera in ISO 8601, with the UTC offset if the camera recorded one. */
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

/** All tags of the GPS folder, and those of them that are coordinates: of the camera, of its aim. */
export const GPS_TAGS: ReadonlySet<number> = new Set(Array.from({ length: 32 }, (_, tag) => tag));
const COORDINATES = [2, 4, 20, 22];

/**
 * Returns true if a GPS folder holds coordinates. Cameras without reception write its version, or the
 * time, alone. A folder that is not legible may hold them.
 */
export const isPlace = (exists: boolean, folder: ReadonlyMap<number, unknown>): boolean =>
  exists && (folder.size === 0 || COORDINATES.some((tag) => folder.has(tag)));

const WANTED = new Set<number>(Object.values(TAG));
const HEADER = Buffer.from('Exif\0\0');

/**
 * Reads the few EXIF tags that metadata.json publishes. Never throws: cameras' tables are often
 * malformed, which does not make the image worse.
 */
export function readExif(block: Buffer): ExifFacts {
  const bytes = block.subarray(0, HEADER.length).equals(HEADER) ? block.subarray(HEADER.length) : block;
  const order = bytes.toString('latin1', 0, 2);
  if (bytes.length < 8 || (order !== 'MM' && order !== 'II')) return { hasLocation: false };
  const reader = { bytes, bigEndian: order === 'MM' };
  const image = readTable(reader, unsigned(reader, 4, 4), WANTED);
  const photo = readTable(reader, number(image.get(TAG.exifFolder)), WANTED);
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
    hasLocation: isPlace(
      image.has(TAG.gpsFolder),
      readTable(reader, number(image.get(TAG.gpsFolder)), GPS_TAGS),
    ),
  };
}

/** Returns `{[name]: value}` without undefined fields, or an empty object if there are none. */
function section<Name extends string, Content extends object | string>(
  name: Name,
  value: Content | undefined,
) {
  const known =
    typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined))
      : value;
  const empty = known === undefined || (typeof known === 'object' && Object.keys(known).length === 0);
  return (empty ? {} : { [name]: known }) as { [N in Name]?: Known<Content> };
}

type Known<Content> = Content extends object
  ? { [Name in keyof Content]?: Exclude<Content[Name], undefined> }
  : Content;

const number = (value: Value | undefined) => (typeof value === 'number' ? value : undefined);

/**
 * Rounds to six significant digits: more than any camera measures, and enough to keep 1/3
 * recognizable.
 */
function positive(value: Value | undefined): number | undefined {
  return typeof value === 'number' && value > 0 ? Number(value.toPrecision(6)) : undefined;
}

/**
 * Returns the text up to the terminator, on one line, without characters that are unsafe to print.
 */
function text(value: Value | undefined): string | undefined {
  if (typeof value !== 'string') return undefined;
  const [content = ''] = value.split('\0');
  const clean = content.replace(/[\p{C}\p{Zl}\p{Zp}\uFFFD]/gu, '').trim();
  return clean.slice(0, MAX_TEXT) || undefined;
}

function takenAt(date: string | undefined, offset: string | undefined): string | undefined {
  const [, year, month, day, time] = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$/.exec(date ?? '') ?? [];
  // A camera whose clock was never set writes 0000:00:00.
  if (!year || Number(year) === 0) return undefined;
  const local = `${year}-${month}-${day}T${time}`;
  if (Number.isNaN(Date.parse(`${local}Z`))) return undefined;
  return /^[+-]\d\d:\d\d$/.test(offset ?? '') ? local + offset : local;
}
