import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';

/** Outputs that every contestant makes. */
export const OUTPUTS = [
  'thumb_small.jpg',
  'thumb_medium.jpg',
  'thumb_large.jpg',
  'optimized.jpg',
  'webp.webp',
] as const;
const FIT = [150, 400, 1200] as const;
const QUALITY = 80;

const thumbnail = (image: Sharp) => image.jpeg({ quality: QUALITY });
const optimized = (image: Sharp) => image.jpeg({ quality: QUALITY, progressive: true });
const webp = (image: Sharp) => image.webp({ quality: QUALITY, effort: 4 });
const shrunk = (image: Sharp, side: number) =>
  image.resize(side, side, { fit: 'inside', withoutEnlargement: true });

/** Makes one sharp call per output, in sequence, as in the manual. */
export async function naiveSharp(photo: string, target: string): Promise<void> {
  for (const [i, side] of FIT.entries())
    await thumbnail(shrunk(sharp(photo).autoOrient(), side)).toFile(join(target, OUTPUTS[i] ?? ''));
  await optimized(sharp(photo).autoOrient()).toFile(join(target, 'optimized.jpg'));
  await webp(sharp(photo).autoOrient()).toFile(join(target, 'webp.webp'));
}

/**
 * Runs one `convert` per output, in sequence; `jpeg:size` lets the decoder scale down while
 * decoding. Arguments: photo, folder.
 */
export const IMAGE_MAGICK = `set -e
small() { convert -define jpeg:size=$(($1 * 2))x$(($1 * 2)) "$photo" -auto-orient -thumbnail "$1x$1>" -strip -quality ${QUALITY} "$target/$2"; }
photo=$0 target=$1
small 150 thumb_small.jpg; small 400 thumb_medium.jpg; small 1200 thumb_large.jpg
convert "$photo" -auto-orient -strip -interlace JPEG -quality ${QUALITY} "$target/optimized.jpg"
convert "$photo" -auto-orient -strip -quality ${QUALITY} -define webp:method=4 "$target/webp.webp"`;

/** Measures the minimum: only the encoders, on decoded pixels, using all cores. */
export async function encodersAlone(photo: string): Promise<() => Promise<void>> {
  const pixels = async (image: Sharp) => {
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
    return () => sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
  };
  const full = await pixels(sharp(photo).autoOrient());
  const thumbnails = await Promise.all(FIT.map((side) => pixels(shrunk(full(), side))));
  return async () => {
    const quick = async () => {
      for (const open of thumbnails) await thumbnail(open()).toBuffer();
      await optimized(full()).toBuffer();
    };
    const slow = () => webp(full()).toBuffer();
    if (availableParallelism() > 1) await Promise.all([quick(), slow()]);
    else await quick().then(slow);
  };
}
