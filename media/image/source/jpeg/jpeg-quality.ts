import type { ReadAt } from '../../../../base/read-at.ts';
import { jpegSegments } from './jpeg-segments.ts';

const QUANTIZATION = 0xdb;
/** Luminance table of ITU-T T.81, annex K, in zigzag order. */
const STANDARD = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58,
  51, 61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103,
  62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
];

/**
 * Estimates the quality that a JPEG was saved with, 1 to 100 on libjpeg's scale, from its first
 * quantization table; undefined if it has none. Tables of other encoders are not libjpeg's times a
 * factor, so for them it is the quality that loses about as much.
 */
export async function jpegQuality(read: ReadAt): Promise<number | undefined> {
  const segment = (await jpegSegments(read)).find(({ marker }) => marker === QUANTIZATION);
  if (!segment) return undefined;
  const content = await read(segment.at + 4, segment.size - 4);
  const bytes = (content[0] ?? 0) >> 4 ? 2 : 1;
  if (content.length < 1 + 64 * bytes) return undefined;
  const steps = STANDARD.map((_, i) => content.readUIntBE(1 + i * bytes, bytes));
  // libjpeg limits a step to 1 to 255; those say nothing of the factor.
  const factors = steps
    .map((step, i) => (100 * step) / (STANDARD[i] ?? 1))
    .filter((_, i) => isFree(steps[i]));
  if (factors.length === 0) return (steps[0] ?? 0) <= 1 ? 100 : 1;
  const percent = factors.reduce((sum, factor) => sum + factor, 0) / factors.length;
  const quality = percent <= 100 ? (200 - percent) / 2 : 5000 / percent;
  return Math.min(100, Math.max(1, Math.round(quality)));
}

const isFree = (step = 0) => step > 1 && step < 255;
