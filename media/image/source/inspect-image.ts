import { stat } from 'node:fs/promises';
import type { Metadata } from 'sharp';
import { MediaError } from '../../../base/errors.ts';
import { checkStructure } from './check-structure.ts';
import { examineSource } from './examine-source.ts';
import type { HeifMeta } from './heif/heif-meta.ts';
import { sourceError } from './image-errors.ts';
import type { ImageFacts, ImageLimits, ImageSource } from './image-source.ts';
import { hasLocation } from './location.ts';
import { type ImageHeader, readHeader } from './read-header.ts';
import { uploadFacts } from './upload-facts.ts';

interface ImageFormat {
  label: string;
  /** Media types that media/kinds/media-type.ts detects for it. */
  mediaTypes: readonly string[];
  animated: boolean;
}

const format = (label: string, mediaTypes: string[], animated = false): ImageFormat => ({
  label,
  mediaTypes,
  animated,
});

/** Supported formats, by sharp's name; HEIF containers by their codec. */
const FORMATS: Readonly<Record<string, ImageFormat>> = {
  jpeg: format('JPEG', ['image/jpeg']),
  png: format('PNG', ['image/png', 'image/apng']),
  webp: format('WebP', ['image/webp'], true),
  gif: format('GIF', ['image/gif'], true),
  av1: format('AVIF', ['image/avif', 'image/heif']),
  hevc: format('HEIC', ['image/heic', 'image/heif']),
  tiff: format('TIFF', ['image/tiff']),
};

const HEIF = ['image/heic', 'image/heif', 'image/avif'];

/**
 * Reads an image's header and, before decoding anything, refuses files that are unsupported or
 * exceed a limit. Returns the source to decode: the file, or a copy of it that the decoder gets
 * right.
 */
export async function inspectImage(
  original: ImageSource,
  limits: ImageLimits,
  contentType?: string,
): Promise<{ source: ImageSource; facts: ImageFacts }> {
  await checkBytes(original, limits);
  const { source, tiff, heif, addedFrames, doubts } = await examineSource(original);
  const { header, colors } = await headerOf(source, heif, contentType);
  const { label, mediaTypes, animated } = formatOf(header, limits);
  // A HEIF's brand may say another codec than its image has.
  const expected = header.format === 'heif' ? HEIF : mediaTypes;
  if (contentType && !expected.includes(contentType)) {
    throw new MediaError('MediaTypeMismatch', `Expected ${contentType}, but the file decodes as ${label}.`);
  }
  const pages = (header.pages ?? 1) - addedFrames;
  const { width, height } = header.autoOrient;
  const hasSpareChannels = tiff?.hasSpareChannels ?? false;
  const facts = {
    label,
    width,
    height,
    frames: animated ? pages : 1,
    otherPages: animated ? 0 : pages - 1,
    orientation: header.orientation ?? 1,
    header: hasSpareChannels ? { ...header, hasAlpha: false } : header,
    colors,
    upload: await uploadFacts(original, header, colors),
    hasLocation: hasLocation(header, tiff?.hasLocation ?? false),
    hasSpareChannels,
    doubts,
  };
  checkSize(facts, limits);
  await checkStructure(source, facts);
  const shown = header.compression === 'hevc' ? heif?.crop?.shown : undefined;
  return { source, facts: shown ? { ...facts, width: shown.width, height: shown.height, shown } : facts };
}

async function checkBytes(source: ImageSource, { maxBytes }: ImageLimits): Promise<void> {
  const bytes = typeof source === 'string' ? (await stat(source)).size : source.length;
  if (bytes === 0) throw new MediaError('EmptyFile', 'Expected an image, got an empty file.');
  if (bytes > maxBytes)
    throw new MediaError('FileTooLarge', `Expected an image of at most ${maxBytes} bytes, got ${bytes}.`);
}

async function headerOf(
  source: ImageSource,
  heif: HeifMeta | undefined,
  contentType: string | undefined,
): Promise<ImageHeader> {
  try {
    return await readHeader(source, heif);
  } catch (error) {
    const label = Object.values(FORMATS).find(({ mediaTypes }) =>
      mediaTypes.includes(contentType ?? ''),
    )?.label;
    throw sourceError(error, label ?? 'image');
  }
}

function formatOf({ format, compression }: Metadata, { heic }: ImageLimits): ImageFormat {
  if (compression === 'hevc' && !heic) {
    throw new MediaError(
      'UnsupportedMediaType',
      'HEIC is disabled in this deployment, because its compression, HEVC, is patented. Export the photo as JPEG (iPhone: Settings, Camera, Formats, Most Compatible) and upload that.',
    );
  }
  const known = FORMATS[format === 'heif' ? (compression ?? '') : format];
  if (known) return known;
  const supported = Object.values(FORMATS).map(({ label }) => label);
  throw new MediaError(
    'UnsupportedMediaType',
    `Expected ${supported.join(', ')}, got ${compression ?? format}.`,
  );
}

/**
 * Share of the pixel limit allowed for an image with alpha, which takes twice the memory
 * (render-image.ts).
 */
const ALPHA_SHARE = 2 / 3;

// A progressive JPEG needs no limit of its own: its coefficients take 3 to 8 bytes per pixel while
// it is decoded (measured: 100 megapixels 690 to 990 MiB in total, compared to 400 for a baseline
// JPEG; 150 megapixels of CMYK 1,740), and making the outputs takes as much afterwards.
function checkSize(
  { label, width, height, frames, header }: ImageFacts,
  { maxPixels, maxFrames }: ImageLimits,
): void {
  if (frames > maxFrames) {
    throw new MediaError('TooManyFrames', `Expected at most ${maxFrames} frames, got ${frames}.`);
  }
  // The frames of an animation are encoded one at a time, and need very little memory.
  const heavy = header.hasAlpha && frames === 1;
  const limit = heavy ? maxPixels * ALPHA_SHARE : maxPixels;
  if (width * height * frames > limit) {
    const what = heavy ? `${label} with transparency` : label;
    const each = frames > 1 ? ` in each of ${frames} frames` : '';
    throw new MediaError(
      'TooManyPixels',
      `Expected at most ${Number((limit / 1_000_000).toPrecision(3))} megapixels of ${what}, got ${width} × ${height}${each}.`,
    );
  }
}
