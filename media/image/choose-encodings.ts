import type { ImageOutputProfile } from '../profile/image-output.ts';
import {
  avif,
  EFFORT,
  type ImageEncoding,
  jpeg,
  jpegUpload,
  mozjpeg,
  png,
  pngUpload,
  QUALITY,
  webp,
  webpUpload,
} from './encodings.ts';
import type { ImageFacts } from './source/image-source.ts';

export interface EncodingOptions {
  alpha: boolean;
  /** Number of different colors, if a palette can have so many; of a gray image, none. */
  colors?: number | undefined;
  /** True if the output has another size than the upload. */
  isReframed: boolean;
}

/** From the first to be tried to the smallest. */
type Encodings = [ImageEncoding, ...ImageEncoding[]];

/**
 * Shares of the quality that are tried to get below the size of an upload of low quality. At 0.45, a
 * JPEG by mozjpeg is smaller than a photo by AVIF at sharp's own quality.
 */
const LOWER = { jpeg: [0.8, 0.6, 0.45], webp: [0.6, 0.3, 0.1, 0.03], avif: [0.6, 0.3] } as const;
/** WebP's scale of quality: a JPEG of 20 looks like a WebP of 30. */
const WEBP_LEAD = 10;
/** Number of colors that a palette can have. */
export const PALETTE = 256;

/**
 * Returns the encoding of an output, and those to try instead if that takes more bytes than an
 * upload of the same size.
 */
export function chooseEncodings(
  output: ImageOutputProfile,
  facts: ImageFacts,
  options: EncodingOptions,
): Encodings {
  switch (output.format) {
    case 'auto':
      return autoEncodings(output, facts, options);
    case 'jpeg':
      return jpegEncodings(output, facts, options);
    case 'png':
      return pngEncodings(output, facts, options);
    case 'webp':
      return webpEncodings(output, facts);
    case 'avif':
      return avifEncodings(output);
  }
}

/**
 * PNG where there is alpha, otherwise JPEG; line art (a palette, or up to 16 grays) at its own size
 * stays PNG, in as many colors. An image at the upload's own size and of more bytes gets another
 * encoding: PNG if the upload has lost nothing, otherwise a lower quality, with alpha as WebP.
 */
function autoEncodings(output: ImageOutputProfile, facts: ImageFacts, options: EncodingOptions): Encodings {
  const { upload } = facts;
  const [asJpeg, ...jpegs] = jpegEncodings(output, facts, options);
  if (options.alpha) {
    const own = upload.bareFormat === 'jpeg' ? [jpegUpload(output.name)] : [];
    return [
      ...pngEncodings(output, facts, options),
      ...own,
      ...(upload.isLossless ? [] : webpEncodings(output, facts)),
    ];
  }
  const own = upload.bareFormat === 'png' ? [pngUpload(output.name)] : [];
  if (upload.colors && !options.isReframed)
    return [png(output.name, upload.colors), ...ownJpeg(output, facts), ...own, asJpeg];
  if (!upload.isLossless) return [asJpeg, ...own, ...jpegs];
  return [asJpeg, ...otherPngs(output, facts, options), ...ownJpeg(output, facts)];
}

function jpegEncodings(
  { name, progressive, quality: wanted = QUALITY.jpeg }: ImageOutputProfile,
  facts: ImageFacts,
  { isReframed }: EncodingOptions,
): Encodings {
  const quality = isReframed ? wanted : Math.min(wanted, facts.upload.quality ?? wanted);
  const own = ownJpeg({ name }, facts);
  const lower = facts.upload.isLossless ? [] : LOWER.jpeg.map((share) => mozjpeg(name, quality * share));
  return [jpeg(name, quality, progressive), ...own, ...lower];
}

/** In as many colors as the upload, where nothing mixed them; alpha takes true color, unless it is a palette's. */
function pngEncodings(output: ImageOutputProfile, facts: ImageFacts, options: EncodingOptions): Encodings {
  const { name } = output;
  const { header, upload } = facts;
  if (options.alpha)
    return [png(name, header.isPalette ? PALETTE : undefined), ...otherPngs(output, facts, options)];
  const colors = options.isReframed ? undefined : upload.colors;
  return [png(name, colors), ...otherPngs(output, facts, options)];
}

/** A palette is smaller for most images of few colors, and larger for some whose colors are near. */
function otherPngs(
  { name }: ImageOutputProfile,
  { upload }: ImageFacts,
  { colors }: EncodingOptions,
): ImageEncoding[] {
  const own = upload.bareFormat === 'png' ? [pngUpload(name)] : [];
  return [...(colors && !upload.colors ? [png(name, colors)] : []), png(name, upload.colors), ...own];
}

function webpEncodings(
  { name, effort, quality: wanted = QUALITY.webp }: ImageOutputProfile,
  { upload }: ImageFacts,
): Encodings {
  const quality = Math.min(wanted, (upload.quality ?? wanted) + WEBP_LEAD);
  const encode = (options: { quality?: number; lossless?: boolean }) =>
    webp(name, { effort: effort ?? EFFORT.webp, ...options });
  const own = upload.bareFormat === 'webp' ? [webpUpload(name)] : [];
  const lossy = encode({ quality });
  const lossless = encode({ lossless: true });
  if (upload.colors) return [lossless, lossy, ...own];
  if (upload.isLossless) return [lossy, lossless, ...own];
  const lower = LOWER.webp.map((share) => encode({ quality: Math.max(1, Math.round(quality * share)) }));
  return [lossy, ...own, ...lower];
}

function avifEncodings({
  name,
  quality = QUALITY.avif,
  effort = EFFORT.avif,
}: ImageOutputProfile): Encodings {
  const encode = (share: number) => avif(name, { quality: Math.round(quality * share), effort });
  return [encode(1), ...LOWER.avif.map(encode)];
}

const ownJpeg = ({ name }: Pick<ImageOutputProfile, 'name'>, { upload }: ImageFacts) =>
  upload.bareFormat === 'jpeg' ? [jpegUpload(name)] : [];
