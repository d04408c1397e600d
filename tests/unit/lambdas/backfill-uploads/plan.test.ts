import { expect, test } from '@jest/globals';
import { RESERVED_CONCURRENCY } from '../../../../base/reserved-concurrency.ts';
import {
  type BackfillDeps,
  type BackfillPlan,
  backfillUploads,
} from '../../../../lambdas/backfill-uploads/backfill-uploads.ts';

const plan = (request: unknown) =>
  // A plan needs no stores.
  backfillUploads({} as BackfillDeps, { step: 'plan', request }) as Promise<BackfillPlan>;

test('the batches at once start as many executions a second as asked for, each at least one', async () => {
  for (let ratePerSecond = 1; ratePerSecond <= 100; ratePerSecond++) {
    const { concurrency, startsPerSecond } = await plan({ prefix: 'tenants/a/', ratePerSecond });
    expect(concurrency * startsPerSecond).toBeCloseTo(ratePerSecond, 9);
    expect(concurrency).toBeLessThanOrEqual(RESERVED_CONCURRENCY['backfill-uploads']);
    // 100 keys of a batch are started within the function's time.
    expect(startsPerSecond).toBeGreaterThanOrEqual(1);
  }
});

test('a request of the prefix alone gets the defaults', async () => {
  expect(await plan({ prefix: 'tenants/' })).toEqual({
    ...{ prefix: 'tenants/', dryRun: false, limit: 5_000_000, ratePerSecond: 20 },
    ...{ concurrency: 10, startsPerSecond: 2 },
  });
});

test.each([undefined, null, [], {}, { prefix: 'x' }, { prefix: 'tenants/', more: 1 }])(
  '%j is refused with what is expected',
  async (request) => {
    await expect(plan(request)).rejects.toMatchObject({
      name: 'InvalidConfiguration',
      message: expect.stringContaining('{"prefix": "tenants/acme/", "dryRun": true}'),
    });
  },
);
