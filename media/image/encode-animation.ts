import type { Sharp } from 'sharp';
import { type DecoderLimits, joinFrames, openPixels, openSource } from '../sharp/hardened-sharp.ts';
import { type Pixels, readPixels } from '../sharp/pixels.ts';
import { type ImageOutput, smallestOf, type Upload } from './encode-image.ts';
import { isReframed } from './frame-picture.ts';
import type { ImageRendition } from './plan-image.ts';
import { sourceError } from './source/image-errors.ts';
import type { ImageFacts, ImageSource } from './source/image-source.ts';

/**
 * Encodes every frame straight from the source. Frames are decoded as the encoder requests them,
 * never all held in memory at once; those that must be turned are.
 */
export async function encodeAnimation(
  source: ImageSource,
  rendition: ImageRendition,
  upload: Upload,
  limits: DecoderLimits,
): Promise<ImageOutput> {
  const { facts } = upload;
  const { width, height } = rendition.frame;
  try {
    return await smallestOf(rendition, upload, async ({ name, contentType, encode }) => {
      if (encode === 'upload') return undefined;
      const isTurned = facts.orientation > 1;
      const image = isTurned ? await turned(source, facts, limits) : opened(source, facts, limits);
      const fitting = isReframed(facts, rendition.frame)
        ? image.resize(width, height, { fit: 'inside' })
        : image;
      const { data, info } = await encode(fitting).toBuffer({ resolveWithObject: true });
      const size = { width: info.width, height: info.pageHeight ?? info.height };
      return {
        ...{ name, contentType, body: data, facts: { ...size, frames: facts.frames } },
        recipe: rendition.recipe,
      };
    });
  } catch (error) {
    throw sourceError(error, facts.label);
  }
}

const opened = (source: ImageSource, { frames }: ImageFacts, limits: DecoderLimits): Sharp =>
  openSource(source, limits, { pages: frames });

/**
 * Turns each frame upright: libvips turns only whole pictures. The pixels of all frames, which the
 * limit on an image's pixels bounds, are in memory for a while, and then each frame as a PNG.
 */
async function turned(source: ImageSource, facts: ImageFacts, limits: DecoderLimits): Promise<Sharp> {
  const { data, width, height, channels } = await readPixels(opened(source, facts, limits));
  const frameHeight = height / facts.frames;
  const bytes = width * frameHeight * channels;
  const frames: Buffer[] = [];
  for (let at = 0; at < data.length; at += bytes) {
    const pixels = { data: data.subarray(at, at + bytes), width, height: frameHeight, channels };
    frames.push(await upright(pixels, facts.orientation));
  }
  return joinFrames(frames, facts.header);
}

/** Applies an EXIF orientation to pixels: mirrored left to right first, then turned clockwise. */
async function upright(pixels: Pixels, orientation: number): Promise<Buffer> {
  const image = openPixels(pixels);
  const mirrored = MIRRORED.has(orientation) ? openPixels(await readPixels(image.flop())) : image;
  return mirrored
    .rotate(ANGLES[orientation] ?? 0)
    .png({ compressionLevel: 1 })
    .toBuffer();
}

const MIRRORED = new Set([2, 4, 5, 7]);
/** Degrees, by EXIF orientation. */
const ANGLES = [0, 0, 0, 180, 180, 270, 90, 90, 270];
