import type { ImageOutputProfile } from '../profile/image-output.ts';
import { openPixels } from '../sharp/hardened-sharp.ts';
import { type Pixels, readPixels } from '../sharp/pixels.ts';
import { type Point, partAround } from './cover-point.ts';

/** Where a picture goes: both sides in pixels. */
export type Frame = Pick<ImageOutputProfile, 'fit' | 'gravity' | 'background'> & {
  width: number;
  height: number;
  /** What `focal` keeps. Default: the center. */
  focalPoint?: Point | undefined;
};

type Size = Pick<Pixels, 'width' | 'height'>;

/** Returns true if a picture of this size is not as it was after `framePicture`. */
export function isReframed(size: Size, { fit, width, height }: Frame): boolean {
  return fit === 'inside'
    ? size.width > width || size.height > height
    : size.width !== width || size.height !== height;
}

/** Scales, cuts or extends pixels as the frame says; returns them unchanged where nothing is to be done. */
export async function framePicture(pixels: Pixels, frame: Frame): Promise<Pixels> {
  const { width, height, fit, gravity: position, background } = frame;
  if (fit === 'contain') {
    const picture = await framePicture(pixels, { ...frame, fit: 'inside' });
    return extend(await onBackground(picture, background), frame);
  }
  if (!isReframed(pixels, frame)) return pixels;
  if (position === 'focal' && fit === 'cover') return coverPoint(pixels, frame);
  if (fit === 'cover') return readPixels(openPixels(pixels).resize(width, height, { fit, position }));
  return readPixels(openPixels(pixels).resize(width, height, { fit }));
}

/** The part around the focal point, scaled. */
function coverPoint(pixels: Pixels, { focalPoint = { x: 0.5, y: 0.5 }, ...frame }: Frame): Promise<Pixels> {
  const part = openPixels(pixels).extract(partAround(pixels, frame, focalPoint));
  return readPixels(part.resize(frame.width, frame.height, { fit: 'fill' }));
}

/** Puts a background behind transparent pixels; returns pixels without alpha unchanged. */
export async function onBackground(pixels: Pixels, background: string): Promise<Pixels> {
  const isOpaque = pixels.channels === 1 || pixels.channels === 3;
  if (isOpaque) return pixels;
  const colored = await inColor(pixels);
  return readPixels(openPixels(colored).flatten({ background }));
}

/** A gray picture may get a colored background, or watermark. */
export const inColor = (pixels: Pixels): Promise<Pixels> | Pixels =>
  pixels.channels >= 3 ? pixels : readPixels(openPixels(pixels).toColourspace('srgb'));

/** Share of the free space that is left of the picture, and above it. */
const LEFT: Readonly<Record<string, number>> = {
  west: 0,
  northwest: 0,
  southwest: 0,
  east: 1,
  northeast: 1,
  southeast: 1,
};
const ABOVE: Readonly<Record<string, number>> = {
  north: 0,
  northeast: 0,
  northwest: 0,
  south: 1,
  southeast: 1,
  southwest: 1,
};

/** Puts a picture that fits on a background of the frame's size. */
async function extend(pixels: Pixels, frame: Frame): Promise<Pixels> {
  if (!isReframed(pixels, frame)) return pixels;
  const { width, height, gravity, background } = frame;
  const free = { across: width - pixels.width, down: height - pixels.height };
  const left = Math.round(free.across * (LEFT[gravity] ?? 0.5));
  const top = Math.round(free.down * (ABOVE[gravity] ?? 0.5));
  const colored = await inColor(pixels);
  return readPixels(
    openPixels(colored).extend({
      ...{ left, top, right: free.across - left, bottom: free.down - top },
      background,
    }),
  );
}
