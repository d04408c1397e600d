import { MediaError } from '../../../../base/errors.ts';
import type { ReadAt } from '../../../../base/read-at.ts';
import { cameraRawError } from '../../../kinds/camera-raw.ts';
import { GPS_TAGS, isPlace } from '../image-exif.ts';
import { openTiff, type TiffReader, type TiffTags } from './tiff-directory.ts';

export interface TiffFacts {
  /** Channels that are neither color nor alpha, such as a printer's spot colors. */
  hasSpareChannels: boolean;
  hasLocation: boolean;
}

const TAG = {
  bits: 258,
  compression: 259,
  photometric: 262,
  make: 271,
  samples: 277,
  subTables: 330,
  extraSamples: 338,
  sampleFormat: 339,
  gps: 0x8825,
  dngVersion: 50_706,
} as const;
const WANTED = new Set<number>(Object.values(TAG));

const YCBCR = 6;
const LAB = 8;
const OLD_JPEG = 6;
const JPEG = 7;
/** Samples of one pixel that are color, by photometric interpretation. */
const COLORS: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3, 8: 3 };
/** Photometric interpretations of a sensor's values. */
const SENSOR = new Set([32_803, 34_892]);
const MAX_SAMPLES = 5;

/**
 * Refuses what the decoder would show black, white, transparent or in wrong colors, and camera raw
 * files, of which it would show the small preview. Undefined if the file is no TIFF. Throws
 * `UnsupportedMediaType`.
 */
export async function inspectTiff(read: ReadAt): Promise<TiffFacts | undefined> {
  const tiff = await openTiff(read);
  if (!tiff) return undefined;
  const tags = await tiff.table(tiff.first, WANTED);
  if (await isCameraRaw(tiff, tags)) throw cameraRawError(rawFormat(tags));
  const samples = tags.get(TAG.samples)?.[0] ?? 1;
  const found = unsupported(tags, samples);
  if (found)
    throw new MediaError(
      'UnsupportedMediaType',
      `Expected a TIFF of whole numbers without sign, of 1, 2, 4, 8 or 16 bits, in gray, RGB, CMYK or a palette; got ${found}. Save it so, or as PNG, and upload that.`,
    );
  const extra = tags.get(TAG.extraSamples) ?? [];
  const isAlpha = extra[0] === 1 || extra[0] === 2;
  const colors = COLORS[tags.get(TAG.photometric)?.[0] ?? 1] ?? samples;
  const place = await tiff.table(tags.get(TAG.gps)?.[0] ?? 0, GPS_TAGS);
  return {
    hasSpareChannels: samples > colors + (isAlpha ? 1 : 0),
    hasLocation: isPlace(tags.has(TAG.gps), place),
  };
}

/** Names what the decoder gets wrong. */
function unsupported(tags: TiffTags, samples: number): string | undefined {
  const [format = 1] = tags.get(TAG.sampleFormat) ?? [];
  const [bits = 1] = tags.get(TAG.bits) ?? [];
  const [photometric = 1] = tags.get(TAG.photometric) ?? [];
  const [compression = 1] = tags.get(TAG.compression) ?? [];
  if (format === 3) return `${bits}-bit floating point samples`;
  if (format === 2) return `${bits}-bit signed samples`;
  if (format === 5 || format === 6) return 'complex samples';
  if (photometric === LAB && bits !== 16) return `Lab colors of ${bits} bits`;
  if (photometric === 9 || photometric === 10) return 'Lab colors of the ICC or the ITU';
  if (compression === OLD_JPEG) return 'old-style JPEG compression';
  if (photometric === YCBCR && compression !== JPEG) return 'YCbCr colors without JPEG compression';
  if (![1, 2, 4, 8, 16].includes(bits) || (samples > 1 && bits < 8)) return `${bits}-bit samples`;
  return samples > MAX_SAMPLES ? `${samples} channels` : undefined;
}

async function isCameraRaw(tiff: TiffReader, tags: TiffTags): Promise<boolean> {
  if (tags.has(TAG.dngVersion) || isSensor(tags)) return true;
  for (const offset of tags.get(TAG.subTables) ?? [])
    if (isSensor(await tiff.table(offset, WANTED))) return true;
  return false;
}

const isSensor = (tags: TiffTags) => SENSOR.has(tags.get(TAG.photometric)?.[0] ?? 0);

const MAKERS: readonly [RegExp, string][] = [
  [/^nikon/i, 'Nikon NEF'],
  [/^sony/i, 'Sony ARW'],
  [/^(?:pentax|ricoh)/i, 'Pentax PEF'],
  [/^phase one/i, 'Phase One IIQ'],
  [/^samsung/i, 'Samsung SRW'],
  [/^hasselblad/i, 'Hasselblad 3FR'],
];

function rawFormat(tags: TiffTags): string {
  if (tags.has(TAG.dngVersion)) return 'DNG';
  const make = String.fromCharCode(...(tags.get(TAG.make) ?? []));
  return MAKERS.find(([pattern]) => pattern.test(make))?.[1] ?? 'TIFF of a sensor';
}
