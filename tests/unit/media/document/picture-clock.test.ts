import { describe, expect, test } from '@jest/globals';
import { FUNCTION_SECONDS, TIME_LIMITS } from '../../../../media/document/limits.ts';
import { pictureClock } from '../../../../media/document/outputs/picture-clock.ts';

/** Draws so many pages that take so long each, and returns the time that each of them had. */
function drawn(pages: readonly number[]) {
  const clock = pictureClock(TIME_LIMITS, pages.length);
  let total = 0;
  const shares = pages.map((needed) => {
    const share = clock.share();
    const spent = Math.min(needed, share ?? 0);
    clock.spend(spent);
    total += spent;
    return share ?? 0;
  });
  return { shares, total };
}

describe('the time for pictures', () => {
  test('of one page is as long as a page may take', () => {
    expect(drawn([1e9]).shares).toEqual([TIME_LIMITS.pagePicture]);
  });

  test('leaves seconds for the last of twenty pages, even if all before it are too hard', () => {
    const { shares } = drawn([...Array(19).fill(1e9), 300]);
    expect(shares.at(-1)).toBeGreaterThan(3_000);
    expect(shares[0]).toBeGreaterThan(15_000);
  });

  test.each([1, 2, 20, 2_000])('of %d hard pages is bounded in total', (count) => {
    expect(drawn(Array(count).fill(1e9)).total).toBeLessThanOrEqual(TIME_LIMITS.allPictures);
  });

  test('is enough for hundreds of easy pages', () => {
    expect(Math.min(...drawn(Array(400).fill(250)).shares)).toBeGreaterThan(500);
  });
});

test('reading a document, pictures included, ends before its function does', () => {
  const { open, allPictures, allPages } = TIME_LIMITS;
  expect(open + allPictures).toBeLessThan(allPages);
  expect(allPages).toBeLessThan(FUNCTION_SECONDS * 1000);
});
