import type { Metadata } from 'sharp';
import { iccName } from './icc-name.ts';
import type { ImageSource, StoredColors, UploadFacts } from './image-source.ts';
import { jpegQuality } from './jpeg/jpeg-quality.ts';
import { readSource } from './read-source.ts';

const BARE_FORMATS = ['jpeg', 'png', 'webp'] as const;
const LOSSLESS = ['png', 'gif', 'tiff'];
/** Above this number of bits per sample, an image may be a photo. */
const MAX_LINE_ART_BITS = 4;
const PALETTE_BITS = 8;

/** Reads how the upload stores the image; of a JPEG, the tables in front of the image data. */
export async function uploadFacts(
  upload: ImageSource,
  header: Metadata,
  colors: StoredColors | undefined,
): Promise<UploadFacts> {
  return readSource(upload, async (read, bytes) => {
    const isJpeg = header.format === 'jpeg';
    const bits = header.bitsPerSample ?? PALETTE_BITS;
    const isStill = header.format !== 'gif' || (header.pages ?? 1) === 1;
    const isLineArt =
      isStill && LOSSLESS.includes(header.format) && (header.isPalette || bits <= MAX_LINE_ART_BITS);
    return {
      bytes,
      isLossless:
        LOSSLESS.includes(header.format) || (header.format === 'webp' && (await isLosslessWebp(read))),
      ...(isLineArt && { colors: 2 ** Math.min(bits, PALETTE_BITS) }),
      ...(isJpeg && { quality: await jpegQuality(read) }),
      bareFormat: isPlain(header, colors)
        ? BARE_FORMATS.find((format) => format === header.format)
        : undefined,
    };
  });
}

/** Returns true if the stored values are sRGB or gray of at most 8 bits, and upright. */
function isPlain(
  { orientation = 1, space, depth, icc }: Metadata,
  colors: StoredColors | undefined,
): boolean {
  const isSrgb = !icc || /^sRGB/.test(iccName(icc) ?? '');
  return orientation === 1 && isSrgb && !colors && depth === 'uchar' && (space === 'srgb' || space === 'b-w');
}

/** A plain lossless file has one chunk, VP8L, behind the header; others are taken for lossy. */
const isLosslessWebp = async (read: (at: number, length: number) => Promise<Buffer>) =>
  (await read(12, 4)).toString('latin1') === 'VP8L';
