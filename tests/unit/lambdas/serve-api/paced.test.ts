import { describe, expect, test } from '@jest/globals';
import { paced } from '../../../../lambdas/serve-api/redrive/paced.ts';

describe('paced', () => {
  test('spreads what it begins, and gives the results in order', async () => {
    const start = performance.now();
    const results = await paced(
      ['a', 'b', 'c'],
      50,
      async (item) => [item, performance.now() - start] as const,
    );
    expect(results.map(([item]) => item)).toEqual(['a', 'b', 'c']);
    // However busy the machine is, nothing begins before its time; timers are good to a millisecond.
    for (const [i, [, begun]] of results.entries()) expect(begun).toBeGreaterThanOrEqual(i * 20 - 2);
  });

  test('does not wait for one before it begins the next', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const results = await paced([1, 2], 1000, async (item) => (item === 1 ? promise : resolve()));
    expect(results).toHaveLength(2);
  });
});
