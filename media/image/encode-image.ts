import type { Output } from '../output.ts';
import { openSource } from '../sharp/hardened-sharp.ts';
import type { Pixels } from '../sharp/pixels.ts';
import type { ImageEncoding } from './encodings.ts';
import { framePicture, onBackground } from './frame-picture.ts';
import type { ImageRendition } from './plan-image.ts';
import { openMarked } from './put-watermark.ts';
import { bareSource } from './source/bare-source.ts';
import { encoderError } from './source/image-errors.ts';
import type { ImageFacts, ImageSource } from './source/image-source.ts';

/** The file that the pixels are from. */
export interface Upload {
  source: ImageSource;
  facts: ImageFacts;
}

/** An output that is in memory. */
export type ImageOutput = Output & { body: Buffer };

/** Encodes pixels in the rendition's frame. sharp writes no metadata by default. */
export async function encodeImage(
  pixels: Pixels,
  rendition: ImageRendition,
  upload: Upload,
): Promise<ImageOutput> {
  const { output, frame } = rendition;
  const framed = await framePicture(pixels, frame);
  const shown = output.format === 'jpeg' ? await onBackground(framed, frame.background) : framed;
  const opened = await openMarked(shown, rendition);
  return smallestOf(rendition, upload, async ({ name, contentType, encode }) => {
    if (encode === 'upload') return undefined;
    try {
      const { data, info } = await encode(opened()).toBuffer({ resolveWithObject: true });
      return {
        ...{ name, contentType, body: data, facts: { width: info.width, height: info.height } },
        recipe: rendition.recipe,
      };
    } catch (error) {
      throw encoderError(error, name);
    }
  });
}

/** Above this, a second encoding takes too long. */
const MAX_RETRIED_PIXELS = 50_000_000;
/** An image of one disk block, or network packet or two, is not worth another format. */
const SMALL_BYTES = 4096;

/**
 * Encodes as the rendition says. If that takes more bytes than the upload, which has the same size,
 * tries its other encodings until one does not, and returns the smallest.
 */
export async function smallestOf(
  rendition: ImageRendition,
  { source, facts }: Upload,
  encodeAs: (encoding: ImageEncoding) => Promise<ImageOutput | undefined>,
): Promise<ImageOutput> {
  const made = await encodeAs(rendition);
  if (!made) throw new Error(`Expected ${rendition.name} to be encoded`);
  let smallest = made;
  const { width, height } = facts;
  if (made.facts?.width !== width || made.facts.height !== height) return made;
  if (width * height > MAX_RETRIED_PIXELS) return made;
  for (const encoding of rendition.smaller) {
    if (smallest.body.length <= facts.upload.bytes) break;
    if (encoding.name !== made.name && made.body.length <= SMALL_BYTES) continue;
    const other = encoding.encode === 'upload' ? await uploaded(encoding) : await encodeAs(encoding);
    if (other && other.body.length < smallest.body.length) smallest = other;
  }
  return smallest;

  async function uploaded({ name, contentType }: ImageEncoding): Promise<ImageOutput | undefined> {
    const body = await bareSource(source, facts.header.format);
    if (!body || !(await isSound(body))) return undefined;
    return made && { ...made, name, contentType, body };
  }
}

/** Returns true if an output of the upload's size has more bytes than it, and too many to overlook. */
export function isLarger({ body, facts: size }: ImageOutput, { width, height, upload }: ImageFacts): boolean {
  const isSameSize = size?.width === width && size.height === height;
  return isSameSize && body.length > Math.max(upload.bytes, SMALL_BYTES);
}

/** Decodes without keeping the pixels: an upload's oddities must not become an output's. */
async function isSound(image: Buffer): Promise<boolean> {
  const checked = openSource(image, { maxPixels: 0 }, { failOn: 'warning', limitInputPixels: false }).stats();
  return checked.then(
    () => true,
    () => false,
  );
}
