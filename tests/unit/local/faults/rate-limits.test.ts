import { expect, test } from '@jest/globals';
import { tokenBucket } from '../../../../local/faults/rate-limits.ts';

test('a bucket gives what it holds at once, then as many per second as it is refilled with', () => {
  let time = 0;
  const take = tokenBucket({ bucket: 3, refill: 2 }, 1, () => time);
  expect([take(), take(), take(), take()]).toEqual([true, true, true, false]);
  time = 500;
  expect([take(), take()]).toEqual([true, false]);
  time = 60_000;
  expect([take(), take(), take(), take()]).toEqual([true, true, true, false]);
});

test('a cloud that runs a hundred times faster refills as much faster', () => {
  let time = 0;
  const take = tokenBucket({ bucket: 1, refill: 2 }, 0.01, () => time);
  expect([take(), take()]).toEqual([true, false]);
  time = 5;
  expect([take(), take()]).toEqual([true, false]);
});
