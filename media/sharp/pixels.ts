import type { Sharp } from 'sharp';

/** Decoded pixels: sRGB, 8 bits per channel, upright. */
export interface Pixels {
  data: Buffer;
  width: number;
  height: number;
  channels: 1 | 2 | 3 | 4;
}

/** Runs a pipeline and returns its pixels. */
export async function readPixels(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels as Pixels['channels'] };
}

/** Returns true if any pixel is not fully opaque. */
export function isTransparent({ data, channels }: Pixels): boolean {
  if (channels !== 2 && channels !== 4) return false;
  for (let at = channels - 1; at < data.length; at += channels) if (data[at] !== 255) return true;
  return false;
}

/** Returns true if every pixel is fully transparent. Looks no further than the first that is not. */
export function isEmpty({ data, channels }: Pixels): boolean {
  if (channels !== 2 && channels !== 4) return false;
  for (let at = channels - 1; at < data.length; at += channels) if (data[at] !== 0) return false;
  return true;
}

/** Returns the number of different colors, alpha included, or undefined if there are more than `max`. */
export function countColors({ data, channels }: Pixels, max: number): number | undefined {
  const colors = new Set<number>();
  let last = -1;
  for (let at = 0; at < data.length; at += channels) {
    let color = 0;
    for (let channel = 0; channel < channels; channel += 1) color = color * 256 + (data[at + channel] ?? 0);
    if (color === last) continue;
    last = color;
    if (colors.add(color).size > max) return undefined;
  }
  return colors.size;
}
