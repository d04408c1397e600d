import { describe, expect, test } from '@jest/globals';
import { frameRateOf } from '../../../../media/video/frame-rate.ts';

const over = (numerator: number, denominator = 1) => ({ numerator, denominator });

describe('the frame rate to make', () => {
  test.each([
    ['a film at 23.976 keeps it', 23.976, over(24_000, 1001), over(24_000, 1001), false],
    ['a film at 24 keeps it', 24, over(24), over(24), false],
    [
      '29.97 written as a rounded fraction becomes the real one',
      29.97,
      over(2997, 100),
      over(30_000, 1001),
      false,
    ],
    ['12.5 is nobody’s standard, and stays', 12.5, over(25, 2), over(25, 2), false],
    ['59.94 stays', 59.94, over(60_000, 1001), over(60_000, 1001), false],
    ['120 is halved', 120, over(120), over(120, 2), false],
    ['240 is halved twice', 240, over(240), over(240, 4), false],
    ['one picture in ten seconds is repeated', 0.1, over(1, 10), over(100, 10), false],
    ['a phone that means 30 gets 30', 29.82, over(30), over(30), true],
    ['a phone that means 30, timestamps in milliseconds, gets 30', 30.2, over(1000), over(30), true],
    ['a screen recording that averages 11 gets 24', 11, over(60), over(24), true],
    ['a screen recording that averages 35 gets the next above', 35, over(1000), over(48), true],
    ['a variable rate above 60 gets 60', 90, over(1000), over(60), true],
    ['a single picture takes what the file says', undefined, over(30), over(30), false],
    ['nothing known gets 30', undefined, undefined, over(30), true],
  ])('%s', (_label, average, base, expected, isVariable) => {
    expect(frameRateOf(average, base)).toEqual({ ...expected, isVariable });
  });
});
