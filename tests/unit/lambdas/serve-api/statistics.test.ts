import { describe, expect, test } from '@jest/globals';
import type { JobSummary } from '../../../../core/jobs/job-row.ts';
import { collector } from '../../../../lambdas/serve-api/jobs/statistics.ts';

const at = (seconds: number) => new Date(1_700_000_000_000 + seconds * 1000).toISOString();
const job = (change: Partial<JobSummary>) =>
  ({ status: 'COMPLETED', attempt: 1, createdAt: at(0), finishedAt: at(1), ...change }) as JobSummary;
const failed = (category: 'transient' | 'processing') =>
  job({
    status: category === 'processing' ? 'REJECTED' : 'FAILED',
    error: { name: '', category, message: '', advice: '' },
  });

function of(jobs: JobSummary[], minutes = 1) {
  const group = collector();
  for (const one of jobs) group.add(one);
  return group.statistics(minutes);
}

describe('statistics', () => {
  test('of nothing have no rate and no time', () => {
    expect(of([])).toMatchObject({ jobs: 0, successRate: null, processingSeconds: null, jobsPerMinute: 0 });
  });

  test('give percentiles by nearest rank', () => {
    const jobs = Array.from({ length: 100 }, (_, i) => job({ finishedAt: at(100 - i) }));
    expect(of(jobs).processingSeconds).toEqual({
      jobs: 100,
      average: 50.5,
      min: 1,
      max: 100,
      p50: 50,
      p95: 95,
    });
  });

  test('leave the wait for a person out of the processing time', () => {
    const jobs = [job({}), job({ attempt: 2, finishedAt: at(86_400) })];
    expect(of(jobs).processingSeconds).toMatchObject({ jobs: 1, max: 1 });
  });

  test('count a cancelled job as neither success nor error', () => {
    const cancelled = { ...failed('processing'), status: 'CANCELLED' as const };
    expect(of([job({}), cancelled, cancelled])).toMatchObject({
      jobs: 3,
      successRate: 1,
      errorRate: { processing: 0 },
    });
  });

  test('take a clock that ran backwards for no time at all', () => {
    expect(of([job({ finishedAt: at(-5) })]).processingSeconds).toMatchObject({ min: 0, max: 0 });
  });
});
