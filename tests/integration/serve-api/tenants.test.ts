import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Job } from '../../../core/jobs/job.ts';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { idOf, MINUTE, seedTenants, SEEDED_FROM as start } from '../../support/tenant-jobs.ts';

let api: JobApi;
beforeAll(async () => {
  api = await startApi();
  await seedTenants(api);
});
afterAll(() => api?.stop());

async function listAll(query: string, as = 'acme/ann') {
  const pages: string[][] = [];
  let cursor = '';
  do {
    const { status, body } = await api.call(
      'GET',
      `/api/media/jobs?${query}${cursor && `&cursor=${cursor}`}`,
      { as },
    );
    expect(status).toBe(200);
    pages.push(body.jobs.map(({ jobId }: Job) => jobId));
    cursor = body.nextCursor ?? '';
  } while (cursor);
  return pages;
}

describe('the list of jobs', () => {
  const numbers = Array.from({ length: 30 }, (_, i) => 29 - i);

  test.each([
    ['everything, newest first', '', numbers],
    ['by status', 'status=FAILED', numbers.filter((i) => i % 5 === 4)],
    ['by kind', 'kind=VIDEO', numbers.filter((i) => i % 4 === 1)],
    ['by user', 'user=user2', numbers.filter((i) => i % 3 === 2)],
    ['by the beginning of the file name', 'fileName=2', [29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 2]],
    ['by the whole file name, in any case', 'fileName=21.JPG', [21]],
    ['by all of them', 'user=user1&kind=VIDEO&status=COMPLETED', [25, 13, 1]],
    [
      'by when they were created',
      `from=${new Date(start + 5 * MINUTE).toISOString()}&to=${new Date(start + 7 * MINUTE).toISOString()}`,
      [7, 6, 5],
    ],
  ])('gives %s, over as many pages as it takes', async (_what, query, expected) => {
    const pages = await listAll(`${query}&limit=4`.replace(/^&/, ''));
    expect(pages.flat()).toEqual(expected.map((i) => idOf('acme', i)));
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(4);
  });

  test('is of every tenant for an operator, or of the one that he names', async () => {
    const all = (await listAll('limit=7', 'operator')).flat();
    expect(all.slice(0, 2).toSorted()).toEqual([idOf('acme', 29), idOf('globex', 29)].toSorted());
    expect(new Set(all).size).toBe(60);
    expect((await listAll('tenant=globex', 'operator')).flat()).toEqual(
      numbers.map((i) => idOf('globex', i)),
    );
  });

  test.each([
    ['an unknown parameter', 'color=red'],
    ['a limit that is no number', 'limit=many'],
    ['a limit too large', 'limit=201'],
    ['a parameter given twice', 'status=FAILED&status=COMPLETED'],
    ['a status that does not exist', 'status=LOST'],
    ['a time without a zone', 'from=2026-01-01T00:00:00'],
    ['a time beyond the years', 'to=9999-12-31T23:59:59-23:00'],
    ['a time that is none', 'from=yesterday'],
    ['a name that is empty', 'fileName='],
    ['a page of a key’s jobs', 'key=tenants/acme/users/ann/media/a.jpg&cursor=x'],
    ['a window that ends before it begins', 'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z'],
  ])('refuses %s, by name', async (_what, query) => {
    const { status, headers, body } = await api.call('GET', `/api/media/jobs?${query}`);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body.errors[0].detail).not.toBe('');
  });
});

describe('statistics', () => {
  test('count, rate and time what a window holds, per kind', async () => {
    const from = new Date(start - MINUTE).toISOString();
    const to = new Date(start + 59 * MINUTE).toISOString();
    const { status, body } = await api.call('GET', `/api/media/jobs/stats?from=${from}&to=${to}`, {
      as: 'operator',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      window: { from, to, jobsRead: 60, complete: true },
      total: {
        jobs: 60,
        byStatus: { PROCESSING: 2, COMPLETED: 46, FAILED: 12, REJECTED: 0, CANCELLED: 0 },
        successRate: 0.7931,
        errorRate: { transient: 0, processing: 0, configuration: 0, resource: 0.2069 },
        processingSeconds: { jobs: 46, min: 2, max: 29, p50: 16, p95: 28 },
        jobsPerMinute: 1,
      },
      // No job has entered a queue.
      running: { jobs: 2, complete: true, capacity: 0, utilization: 0 },
      queueDepth: 0,
      taskSlots: [],
      deadLetters: { waiting: 0, held: 0 },
      healthCheck: { status: 'degraded', reasons: ['21% of the jobs that ended have failed'] },
    });
    expect(Object.keys(body.byKind).toSorted()).toEqual(['AUDIO', 'DOCUMENT', 'IMAGE', 'VIDEO']);
    expect(body.byKind.VIDEO.jobs).toBe(16);
  });

  test.each([
    ['more than seven days', 'from=2026-01-01T00:00:00Z&to=2026-01-09T00:00:00Z'],
    ['an unknown window', 'window=2h'],
  ])('refuse %s', async (_what, query) => {
    expect((await api.call('GET', `/api/media/jobs/stats?${query}`)).status).toBe(400);
  });
});
