import { describe, expect, test } from '@jest/globals';
import { rate, shortDuration } from '../../../console/source/format.ts';

const HOUR = 3600_000;

describe('figures for people', () => {
  test.each([
    [90, HOUR, '1.5 per minute'],
    [59, HOUR, '59.0 per hour'],
    [7, 24 * HOUR, '7.0 per day'],
    [24, 24 * HOUR, '1.0 per hour'],
    [1, 7 * 24 * HOUR, '0.1 per day'],
    [0, HOUR, '0.0 per day'],
  ])('%d in %d ms is %s', (count, milliseconds, text) => {
    expect(rate(count, milliseconds)).toBe(text);
  });

  test.each([
    [0.42, '0.4 s'],
    [42.4, '42 s'],
    [90, '2 min'],
    [5400, '1.5 h'],
  ])('%d s is %s', (seconds, text) => {
    expect(shortDuration(seconds)).toBe(text);
  });
});
