import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { nclxProfile } from '../../../../media/image/color/nclx-profile.ts';
import { rawTiff } from '../../../../media/image/color/raw-tiff.ts';

/** What sharp makes of one color under the profile of these numbers. */
async function inSrgb(color: number[], primaries: number, transfer: number): Promise<number[]> {
  const profile = nclxProfile({ primaries, transfer });
  if (!profile) return color;
  const { file, pixels } = rawTiff({ width: 8, height: 8, channels: 3 }, profile);
  for (let at = 0; at < pixels.length; at += 3) pixels.set(color, at);
  return [...(await sharp(file).raw().toBuffer()).subarray(0, 3)];
}
const gray = (share: number) => Array(3).fill(Math.round(255 * share));

describe('nclxProfile', () => {
  test.each([
    ['sRGB', 1, 13],
    ['BT.709', 1, 1],
    ['unknown numbers', 2, 2],
  ])('is none for %s, whose values are shown as they are', (_label, primaries, transfer) => {
    expect(nclxProfile({ primaries, transfer })).toBeUndefined();
  });

  // By hand: https://www.w3.org/TR/css-color-4/#color-conversion-code
  test.each<[string, number, number, number[], number[]]>([
    ['Display P3', 12, 13, [200, 100, 50], [215, 93, 31]],
    ['Display P3, white', 12, 13, [255, 255, 255], [255, 255, 255]],
    ['BT.2020', 9, 14, [150, 120, 110], [167, 116, 108]],
    ['BT.601', 6, 6, [200, 100, 50], [196, 102, 49]],
    ['a gamma of 2.2', 1, 4, [128, 128, 128], [129, 129, 129]],
    ['values in proportion to light', 1, 8, [55, 55, 55], [128, 128, 128]],
  ])('of %s takes colors to sRGB', async (_label, primaries, transfer, color, expected) => {
    const made = await inSrgb(color, primaries, transfer);
    expect({ made, near: made.every((value, i) => Math.abs(value - (expected[i] ?? 0)) <= 2) }).toEqual({
      made,
      near: true,
    });
  });

  // cd/m² 0, 50, 203 (white paper), 1,000 and beyond, as BT.2100 stores them.
  test.each<[string, number, number[]]>([
    ['PQ', 16, [0, 0.44, 0.58, 0.752, 1]],
    ['HLG', 18, [0, 0.498, 0.75, 1, 1]],
  ])(
    'of %s keeps the middle of the range, brightest last, and nothing is clipped below 1,000',
    async (_label, transfer, stored) => {
      const [black = 0, middle = 0, paper = 0, bright = 0, most = 0] = (
        await Promise.all(stored.map((share) => inSrgb(gray(share), 9, transfer)))
      ).map(([red = 0]) => red);
      expect(black).toBe(0);
      // 50 of 203 is a quarter of the light: 137 of 255 in sRGB.
      expect(Math.abs(middle - 137)).toBeLessThan(8);
      expect(paper).toBeGreaterThan(210);
      expect(paper).toBeLessThan(240);
      expect(bright).toBeGreaterThanOrEqual(252);
      expect(most).toBe(255);
    },
  );
});
