import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { pacer } from '../../../base/pacer.ts';
import { DESCRIBE_PACE, MAX_EXECUTIONS, MAX_ROWS } from '../../../lambdas/reconcile-jobs/describe-pace.ts';

/** Times in milliseconds of calls that are made one after another, each as soon as it may be. */
async function timesOf(calls: number, pace = DESCRIBE_PACE): Promise<number[]> {
  let time = 5_000;
  const clock = {
    now: () => time,
    sleep: async (milliseconds: number) => {
      time += milliseconds;
    },
  };
  const start = time;
  const next = pacer(pace, clock);
  const times: number[] = [];
  for (let i = 0; i < calls; i++) {
    await next();
    times.push(Math.round(time - start));
  }
  return times;
}

test('a burst needs not wait, and what follows comes at the rate', async () => {
  expect(await timesOf(6, { perSecond: 10, burst: 3 })).toEqual([0, 0, 0, 100, 200, 300]);
});

test('concurrent calls share the pace', async () => {
  const waits: number[] = [];
  const clock = { now: () => 0, sleep: async (milliseconds: number) => void waits.push(milliseconds) };
  const next = pacer({ perSecond: 10, burst: 1 }, clock);
  await Promise.all([next(), next(), next()]);
  expect(waits).toEqual([100, 200]);
});

describe('a round of reconcile-jobs with as many executions as it may describe', () => {
  const worst = MAX_ROWS + 3 * MAX_EXECUTIONS;

  // DescribeExecution outside US East (N. Virginia), US West (Oregon) and Europe (Ireland): "Quotas
  // related to API action throttling", AWS Step Functions Developer Guide, November 2026.
  test('leaves half of the bucket of DescribeExecution to others', async () => {
    const [size, refill] = [250, 10];
    let [tokens, last] = [size, 0];
    for (const time of await timesOf(worst)) {
      tokens = Math.min(size, tokens + ((time - last) / 1000) * refill) - 1;
      last = time;
      expect(tokens).toBeGreaterThan(size / 2);
    }
  });

  test('ends within the time limit of the function', async () => {
    const file = readFileSync('terraform/lambda_reconcile_jobs.tf', 'utf8');
    const timeout = Number(/timeout\s*=\s*(\d+)/.exec(file)?.[1]);
    expect((await timesOf(worst)).at(-1)).toBeLessThan(timeout * 1000 * 0.9);
  });
});
