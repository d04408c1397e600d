import sharp from 'sharp';

const SEGMENTER = new Intl.Segmenter('und', { granularity: 'word' });
/** Side of the pictures that are compared: fine strokes differ between any two renderers, what a page shows must not. */
const SIDE = 100;

/** Shared words of two texts, each counted as often as it comes: 1 for the same words, 0 for none in common (Dice). */
export function textSimilarity(one: string, other: string): number {
  const [left, right] = [bag(one), bag(other)];
  const total = size(left) + size(right);
  let shared = 0;
  for (const [word, count] of left) shared += Math.min(count, right.get(word) ?? 0);
  return total === 0 ? 1 : (2 * shared) / total;
}

/** Root of the mean squared difference of two pictures as thumbnails, 0 to 1. */
export async function pictureDifference(one: Buffer, other: Buffer): Promise<number> {
  const pixels = (picture: Buffer) =>
    sharp(picture).flatten().resize(SIDE, SIDE, { fit: 'fill' }).grayscale().raw().toBuffer();
  const [left, right] = await Promise.all([pixels(one), pixels(other)]);
  const squares = left.reduce((sum, value, at) => sum + (value - (right[at] ?? 0)) ** 2, 0);
  return Math.sqrt(squares / left.length) / 255;
}

/** poppler puts these around text that runs from right to left; nobody sees them. */
const DIRECTION_MARKS = /[\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

function bag(text: string): Map<string, number> {
  const words = new Map<string, number>();
  for (const { segment, isWordLike } of SEGMENTER.segment(text.replace(DIRECTION_MARKS, '')))
    if (isWordLike) words.set(segment, (words.get(segment) ?? 0) + 1);
  return words;
}

const size = (words: Map<string, number>) => [...words.values()].reduce((sum, count) => sum + count, 0);
