import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Job } from '../../../core/jobs/job.ts';
import { RESOURCES } from '../../../local/resources.ts';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { PIXEL, standInWorker } from '../../support/stand-in-worker.ts';

let api: JobApi;
let job: Job;
let failedJob: Job;
let uploadId: string;
const worker = standInWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));
beforeAll(async () => {
  api = await startApi({ work: worker.work });
  worker.fail('broken');
  for (const file of ['whole.png', 'broken.png']) await api.upload(uploadKey(file), PIXEL);
  job = await api.ended(uploadKey('whole.png'));
  failedJob = await api.ended(uploadKey('broken.png'));
  const request = { as: 'acme/ann', body: { fileName: 'a.mp4', size: 100_000_000 } };
  uploadId = (await api.call('POST', '/api/media/uploads', request)).body.uploadId;
});
afterAll(() => api?.stop());

/** Answers to what is Ann's, by caller: herself, a user and a service of her tenant, others. */
const CALLERS = ['acme/ann', 'acme/bob', 'acme', 'globex/bob', 'operator'] as const;
type Answers = Record<(typeof CALLERS)[number], number | string>;
const answers = (ann: number, bob: number, service: number, other: number, operator: number): Answers => ({
  'acme/ann': ann,
  'acme/bob': bob,
  acme: service,
  'globex/bob': other,
  operator,
});
const record = () => ({
  eventName: 'ObjectCreated:Put',
  s3: { bucket: { name: RESOURCES.mediaBucket }, object: { key: job.key } },
});
const upload = (owner: object) => ({ fileName: 'a.jpg', size: 1, ...owner });

// 404, 409 and 422 show what comes after the permission: 404 is also that of another tenant.
const MATRIX: [what: string, method: string, path: () => string, body: () => object | undefined, Answers][] =
  [
    ['reads the job', 'GET', () => `/jobs/${job.jobId}`, () => undefined, answers(200, 200, 200, 404, 200)],
    ['retries the job', 'POST', () => `/jobs/${job.jobId}`, () => ({}), answers(409, 409, 409, 404, 409)],
    [
      'cancels the job',
      'DELETE',
      () => `/jobs/${job.jobId}`,
      () => undefined,
      answers(409, 409, 409, 404, 409),
    ],
    [
      'uploads for Ann',
      'POST',
      () => '/uploads',
      () => upload({ user: 'ann', tenant: 'acme' }),
      answers(201, 403, 201, 403, 201),
    ],
    [
      'uploads without naming a user',
      'POST',
      () => '/uploads',
      () => upload({}),
      answers(201, 201, 422, 201, 422),
    ],
    [
      'asks for the parts of her upload',
      'GET',
      () => `/uploads/${uploadId}`,
      () => undefined,
      answers(200, 404, 200, 404, 200),
    ],
    [
      'asks for links to its parts',
      'POST',
      () => `/uploads/${uploadId}/parts`,
      () => ({ partNumbers: [1] }),
      answers(200, 404, 200, 404, 200),
    ],
    [
      'completes her upload',
      'POST',
      () => `/uploads/${uploadId}/complete`,
      () => ({ parts: [{ partNumber: 1, etag: 'none' }] }),
      answers(422, 404, 422, 404, 422),
    ],
    [
      'redrives dead letters',
      'POST',
      () => '/jobs/redrive',
      () => ({ source: 'dead-letters', dryRun: true }),
      answers(403, 403, 403, 403, 200),
    ],
  ];

describe('who', () => {
  const cases = MATRIX.flatMap(([what, method, path, body, expected]) =>
    CALLERS.map((as) => ({ what, as, status: expected[as], method, path, body })),
  );
  test.each(cases)('$what, as $as: $status', async ({ as, method, path, body, status }) => {
    const content = body();
    const call = { as, ...(content && { body: content }) };
    expect((await api.call(method, `/api/media${path()}`, call)).status).toBe(status);
  });

  test.each(
    Object.entries({
      'acme/ann': 'duplicate',
      'acme/bob': 'duplicate',
      acme: 'duplicate',
      'globex/bob': 'refused',
      operator: 'duplicate',
    }),
  )("submits Ann's upload, as %s: %s", async (as, outcome) => {
    const { body } = await api.call('POST', '/api/media/process-s3-event', {
      as,
      body: { Records: [record()] },
    });
    expect(body.results).toMatchObject([{ outcome }]);
  });

  test.each(Object.entries({ 'acme/ann': 1, 'acme/bob': 1, acme: 1, 'globex/bob': 0, operator: 1 }))(
    'lists and redrives what failed of hers, as %s: %d',
    async (as, count) => {
      const ids = ({ jobs }: { jobs: Job[] }) => jobs.map(({ jobId }) => jobId);
      const { body } = await api.call('GET', '/api/media/jobs?user=ann&status=FAILED', { as });
      expect(ids(body)).toEqual(Array(count).fill(failedJob.jobId));
      const redrive = { as, body: { dryRun: true, filter: { user: 'ann' } } };
      const { body: redriven } = await api.call('POST', '/api/media/jobs/redrive', redrive);
      expect(redriven.results).toHaveLength(count);
    },
  );

  test('aborts her upload: only herself, a service of her tenant, or an operator', async () => {
    const abort = async (as: string) =>
      (await api.call('DELETE', `/api/media/uploads/${uploadId}`, { as })).status;
    expect([await abort('acme/bob'), await abort('globex/bob'), await abort('acme/ann')]).toEqual([
      404, 404, 204,
    ]);
  });

  test('is what the document says', async () => {
    const { body } = await api.call('GET', '/api/media/openapi.json', { as: null });
    for (const text of ['boundary', 'create, continue, complete, abort an upload', 'service of the tenant'])
      expect(body.info.description).toContain(text);
  });
});
