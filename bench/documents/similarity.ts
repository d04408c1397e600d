import sharp from 'sharp';

const SEGMENTER = new Intl.Segmenter('und', { granularity: 'word' });
/**
 * Size at which images are compared: fine strokes differ between any two renderers, a page's
 * content must not.
 */
const SIDE = 100;

/**
 * Returns the Dice coefficient of the words of two texts, counting repetitions: 1 for the same
 * words, 0 for none in common.
 */
export function textSimilarity(one: string, other: string): number {
  const [left, right] = [bag(one), bag(other)];
  const total = size(left) + size(right);
  let shared = 0;
  for (const [word, count] of left) shared += Math.min(count, right.get(word) ?? 0);
  return total === 0 ? 1 : (2 * shared) / total;
}

/** Returns the root mean square difference of two images at thumbnail size, 0 to 1. */
export async function pictureDifference(one: Buffer, other: Buffer): Promise<number> {
  const pixels = (picture: Buffer) =>
    sharp(picture).flatten().resize(SIDE, SIDE, { fit: 'fill' }).grayscale().raw().toBuffer();
  const [left, right] = await Promise.all([pixels(one), pixels(other)]);
  const squares = left.reduce((sum, value, at) => sum + (value - (right[at] ?? 0)) ** 2, 0);
  return Math.sqrt(squares / left.length) / 255;
}

/** Invisible marks that poppler puts around right-to-left text. */
const DIRECTION_MARKS = /[\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

function bag(text: string): Map<string, number> {
  const words = new Map<string, number>();
  for (const { segment, isWordLike } of SEGMENTER.segment(text.replace(DIRECTION_MARKS, '')))
    if (isWordLike) words.set(segment, (words.get(segment) ?? 0) + 1);
  return words;
}

const size = (words: Map<string, number>) => [...words.values()].reduce((sum, count) => sum + count, 0);
