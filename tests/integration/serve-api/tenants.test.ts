import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Job } from '../../../core/jobs/job.ts';
import { newJob } from '../../../core/jobs/new-job.ts';
import { ROUTES } from '../../../lambdas/serve-api/routes/routes.ts';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';

const MINUTE = 60_000;
const start = Date.now() - 3 * 3600_000;
let api: JobApi;
beforeAll(async () => {
  api = await startApi();
  for (const tenant of ['acme', 'globex']) for (let i = 0; i < 30; i++) await seed(tenant, i);
});
afterAll(() => api?.stop());

const idOf = (tenant: string, i: number) => rowOf(tenant, i).jobId;

/** Thirty jobs a tenant, a minute apart: three users, four kinds, and every fifth failed. */
function rowOf(tenant: string, i: number): Job {
  const key = uploadKey(`${i}.jpg`, tenant, `user${i % 3}`);
  const upload = { bucket: api.deps.config.MEDIA_BUCKET, key, etag: 'e', sequencer: i.toString(16), size: 1 };
  const executionArn = `arn:aws:states:us-east-1:000000000000:execution:media-pipeline:${tenant}-${i}`;
  const job = newJob(upload, { executionArn, now: new Date(start + i * MINUTE), ttl: 86_400 });
  const kind = (['IMAGE', 'VIDEO', 'AUDIO', 'DOCUMENT'] as const)[i % 4];
  const finishedAt = new Date(start + i * MINUTE + (i + 1) * 1000).toISOString();
  const error = { name: 'OutOfMemory', category: 'resource' as const, message: 'm', advice: 'a' };
  if (i % 5 === 4) return { ...job, kind, status: 'FAILED', finishedAt, error, notifiedAttempt: 1 };
  return {
    ...job,
    kind,
    status: i === 0 ? 'PROCESSING' : 'COMPLETED',
    finishedAt: i === 0 ? undefined : finishedAt,
  };
}

const seed = (tenant: string, i: number) => api.deps.jobs.create(rowOf(tenant, i));

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
    ['a window that ends before it begins', 'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z'],
  ])('refuses %s, by name', async (_what, query) => {
    const { status, headers, body } = await api.call('GET', `/api/media/jobs?${query}`);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body.errors[0].detail).not.toBe('');
  });
});

describe('a cursor', () => {
  const cursorOf = async (query: string, as: string) =>
    (await api.call('GET', `/api/media/jobs?limit=2${query}`, { as })).body.nextCursor as string;
  const changed = (cursor: string, change: (content: Record<string, unknown>) => object) =>
    Buffer.from(JSON.stringify(change(JSON.parse(Buffer.from(cursor, 'base64url').toString())))).toString(
      'base64url',
    );

  test.each<[string, (own: string) => Promise<string> | string, string]>([
    ["another tenant's", () => cursorOf('', 'globex/bob'), ''],
    ["an operator's", () => cursorOf('', 'operator'), ''],
    ['one of another filter', () => cursorOf('&status=COMPLETED', 'acme/ann'), '&status=FAILED'],
    ['one used without its filter', () => cursorOf('&status=COMPLETED', 'acme/ann'), ''],
    ['one whose time was changed', (own) => changed(own, (c) => ({ ...c, c: new Date().toISOString() })), ''],
    ['one whose job was changed', (own) => changed(own, (c) => ({ ...c, j: idOf('globex', 3) })), ''],
    ['one with more in it', (own) => changed(own, (c) => ({ ...c, tenantId: 'globex' })), ''],
    ['a cut one', (own) => own.slice(0, -3), ''],
    ['one with text behind it', (own) => `${own}=`, ''],
    ['no cursor at all', () => 'bm90IGEgY3Vyc29y', ''],
  ])('is refused: %s', async (_what, make, filter) => {
    const cursor = await make(await cursorOf('', 'acme/ann'));
    const { status, body } = await api.call(
      'GET',
      `/api/media/jobs?limit=2${filter}&cursor=${encodeURIComponent(cursor)}`,
    );
    expect({ status, at: body.errors?.[0].at }).toEqual({ status: 400, at: 'cursor' });
  });
});

describe("another tenant's job", () => {
  const MISSING = 'job_aaaaaaaaaaaaaaaaaaaaaaaaaa';
  const bodies: Record<string, unknown> = { redriveJobs: { filter: { tenant: 'globex' } } };
  const pathOf = (path: string, jobId: string) =>
    path.replace('{jobId}', jobId).replace('{rendition}', '480p').replace('{playlist}', 'index.m3u8');

  test('is as if it were not there, on every route that takes a job', async () => {
    const routes = ROUTES.filter(({ path }) => path.includes('{jobId}'));
    expect(routes.map(({ operationId }) => operationId)).toEqual([
      'getJob',
      'getPlaylist',
      'getRenditionPlaylist',
      'retryJob',
      'cancelJob',
    ]);
    for (const { method, path, operationId } of routes) {
      for (let i = 0; i < 30; i++) {
        const answer = (jobId: string) =>
          api.call(method.toUpperCase(), pathOf(path, jobId), { body: bodies[operationId] });
        const [theirs, missing] = [await answer(idOf('globex', i)), await answer(MISSING)];
        expect([theirs.status, missing.status]).toEqual([404, 404]);
        expect(JSON.stringify(theirs.body).replaceAll(idOf('globex', i), MISSING)).toBe(
          JSON.stringify(missing.body),
        );
        expect([...theirs.headers]).toEqual([...missing.headers]);
        expect(await api.deps.jobs.get(idOf('globex', i))).toEqual(
          JSON.parse(JSON.stringify(rowOf('globex', i))),
        );
      }
    }
  });

  test.each([
    ['a list of its jobs', 'GET', '/api/media/jobs?tenant=globex', undefined, 403],
    ['its statistics', 'GET', '/api/media/jobs/stats?tenant=globex', undefined, 403],
    ['a redrive of its jobs', 'POST', '/api/media/jobs/redrive', { filter: { tenant: 'globex' } }, 403],
    ['a redrive of dead letters', 'POST', '/api/media/jobs/redrive', { source: 'dead-letters' }, 403],
    ['an upload for it', 'POST', '/api/media/uploads', { fileName: 'a.jpg', size: 1, tenant: 'globex' }, 403],
    [
      'an upload for another user',
      'POST',
      '/api/media/uploads',
      { fileName: 'a.jpg', size: 1, user: 'zoe' },
      403,
    ],
  ])('gives nobody %s', async (_what, method, path, body, status) => {
    expect((await api.call(method, path, { body })).status).toBe(status);
  });

  test('is neither listed, counted nor redriven for others', async () => {
    expect((await listAll('limit=200')).flat()).not.toContain(idOf('globex', 1));
    const { body } = await api.call('GET', '/api/media/jobs/stats');
    expect(body.total.jobs).toBe(30);
    const redrive = { body: { filter: { jobId: idOf('globex', 4) }, dryRun: true } };
    expect((await api.call('POST', '/api/media/jobs/redrive', redrive)).body.results).toEqual([]);
  });

  test('is not started for others by a made-up event, nor may others continue its upload', async () => {
    const { bucket, key } = rowOf('globex', 1);
    const record = {
      eventName: 'ObjectCreated:Put',
      s3: { bucket: { name: bucket }, object: { key, sequencer: 'FF' } },
    };
    const own = {
      ...record,
      s3: { ...record.s3, bucket: { name: 'other' }, object: { key: rowOf('acme', 1).key } },
    };
    const { body } = await api.call('POST', '/api/media/process-s3-event', {
      body: { Records: [record, own] },
    });
    expect(body.results).toEqual([
      { key, outcome: 'refused', reason: 'the upload does not exist' },
      { key: rowOf('acme', 1).key, outcome: 'refused', reason: 'the upload does not exist' },
    ]);
    const request = { as: 'globex/bob', body: { fileName: 'a.mp4', size: 100_000_000 } };
    const { uploadId } = (await api.call('POST', '/api/media/uploads', request)).body;
    const path = `/api/media/uploads/${uploadId}`;
    const answers = [
      await api.call('GET', path),
      await api.call('POST', `${path}/parts`, { body: { partNumbers: [1] } }),
      await api.call('POST', `${path}/complete`, { body: { parts: [{ partNumber: 1, etag: 'e' }] } }),
      await api.call('DELETE', path),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect((await api.call('DELETE', path, { as: 'globex/bob' })).status).toBe(204);
  });

  test('needs an identity on every route but health and the document', async () => {
    for (const { method, path, access } of ROUTES) {
      const { status } = await api.call(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x'), { as: null });
      expect([path, status]).toEqual([path, access === 'anyone' ? 200 : 401]);
    }
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
      running: { jobs: 2, complete: true, capacity: 1000 },
      queueDepth: 0,
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
