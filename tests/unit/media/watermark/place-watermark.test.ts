import { describe, expect, test } from '@jest/globals';
import { placeWatermark } from '../../../../media/watermark/place-watermark.ts';

const OUTPUT = { width: 1000, height: 500 };
const SQUARE = { width: 64, height: 64 };

describe('a watermark', () => {
  test.each([
    ['northwest', 10, 10],
    ['north', 450, 10],
    ['northeast', 890, 10],
    ['west', 10, 200],
    ['center', 450, 200],
    ['east', 890, 200],
    ['southwest', 10, 390],
    ['south', 450, 390],
    ['southeast', 890, 390],
  ] as const)('lies at the %s, off the edge', (position, left, top) => {
    expect(placeWatermark({ scale: 0.1, position }, SQUARE, OUTPUT)).toEqual({
      ...{ width: 100, height: 100 },
      ...{ left, top },
    });
  });

  test.each<[string, number, { width: number; height: number }, object]>([
    ['keeps its aspect ratio', 0.5, { width: 10, height: 4 }, { width: 500, height: 200 }],
    ['is never higher than the output', 0.2, { width: 10, height: 100 }, { width: 50, height: 500, top: 0 }],
    [
      'as wide as the output begins at its edge',
      1,
      { width: 10, height: 1 },
      { width: 1000, height: 100, left: 0 },
    ],
    ['has a pixel at least', 0.02, { width: 4096, height: 1 }, { width: 20, height: 1 }],
  ])('%s', (_label, scale, image, expected) => {
    expect(placeWatermark({ scale, position: 'southeast' }, image, OUTPUT)).toMatchObject(expected);
  });

  test('lies within any output, on even pixels for video', () => {
    for (const width of [2, 3, 7, 144, 853, 4096])
      for (const height of [2, 5, 480, 2160])
        for (const image of [SQUARE, { width: 1, height: 4096 }, { width: 4096, height: 3 }])
          for (const step of [1, 2] as const) {
            const output = { width: width - (width % step), height: height - (height % step) };
            const place = placeWatermark({ scale: 0.33, position: 'southeast' }, image, output, step);
            expect(Math.min(place.left, place.top)).toBeGreaterThanOrEqual(0);
            expect(Math.min(place.width, place.height)).toBeGreaterThanOrEqual(step);
            expect(place.left + place.width).toBeLessThanOrEqual(output.width);
            expect(place.top + place.height).toBeLessThanOrEqual(output.height);
            expect(Object.values(place).filter((pixels) => pixels % step !== 0)).toEqual([]);
          }
  });
});
