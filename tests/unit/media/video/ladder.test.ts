import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_PROFILE } from '../../../../media/profile/default-profile.ts';
import { ladderFor, shrink } from '../../../../media/video/ladder.ts';

describe('the ladder', () => {
  test.each([
    ['4K', 3840, 2160, ['1080p 1920x1080', '720p 1280x720', '480p 854x480']],
    ['1080p', 1920, 1080, ['1080p 1920x1080', '720p 1280x720', '480p 854x480']],
    ['portrait 1080p', 1080, 1920, ['1080p 1080x1920', '720p 720x1280', '480p 480x854']],
    [
      '1072 lines, which everybody calls 1080p',
      1920,
      1072,
      ['1080p 1920x1072', '720p 1290x720', '480p 860x480'],
    ],
    ['wide screen 1920 × 800, by its short side', 1920, 800, ['720p 1728x720', '480p 1152x480']],
    ['square', 720, 720, ['720p 720x720', '480p 480x480']],
    ['below the ladder, in its own size', 600, 338, ['480p 600x338']],
    ['odd dimensions, one line less', 641, 361, ['480p 640x360']],
    ['a panorama, by its long side', 12_000, 1080, ['480p 4096x368']],
    ['a single pixel', 1, 1, ['480p 2x2']],
  ])('of %s', (_label, width, height, expected) => {
    expect(
      ladderFor({ width, height }, 30, DEFAULT_PROFILE.video.renditions).map(
        (r) => `${r.name} ${r.width}x${r.height}`,
      ),
    ).toEqual(expected);
  });

  test('allows high frame rates half as much again', () => {
    const [slow, fast] = [30, 60].map(
      (rate) =>
        ladderFor({ width: 1920, height: 1080 }, rate, DEFAULT_PROFILE.video.renditions)[0]?.maxBitrate,
    );
    expect([slow, fast]).toEqual([5_000_000, 7_500_000]);
  });

  test('never scales up, keeps the shape, and always gives even numbers', () => {
    const side = fc.integer({ min: 16, max: 16_000 });
    fc.assert(
      fc.property(side, side, fc.integer({ min: 16, max: 2160 }), (width, height, short) => {
        const made = shrink({ width, height }, short, 4096);
        expect([made.width % 2, made.height % 2]).toEqual([0, 0]);
        expect(made.width).toBeLessThanOrEqual(Math.max(2, width));
        expect(made.height).toBeLessThanOrEqual(Math.max(2, height));
        expect(Math.abs(made.width - (made.height * width) / height)).toBeLessThanOrEqual(
          2 + (2 * width) / height,
        );
      }),
    );
  });
});
