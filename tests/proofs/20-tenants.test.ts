import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { encodeCursor } from '../../lambdas/serve-api/http/cursor.ts';
import { ROUTES } from '../../lambdas/serve-api/routes/routes.ts';
import { encodeTicket } from '../../lambdas/serve-api/uploads/upload-ticket.ts';
import { DEFAULT_PROFILE } from '../../media/profile/default-profile.ts';
import { type Call, type JobApi, startApi } from '../support/job-api.ts';
import { logoPng } from '../support/logo.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { type Random, seededRandom } from '../support/random.ts';
import { idOf, JOBS_PER_TENANT, rowOf, seedTenants } from '../support/tenant-jobs.ts';

const FORGED_CURSORS = proofSize(300);
const WATERMARKS = '/api/media/watermarks';
const MISSING_JOB = 'job_aaaaaaaaaaaaaaaaaaaaaaaaaa';

let api: JobApi;
/** Tickets: of a multipart upload of globex, and of one that never began. */
let tickets: { theirs: string; missing: string };
/** The same with a key of acme: S3 knows the upload by another key. */
let stolen: { theirs: string; missing: string };
let theirUpload: string;
beforeAll(async () => {
  api = await startApi();
  await seedTenants(api);
  const profile = { document: DEFAULT_PROFILE, tenants: ['globex'], defaultFor: ['globex'] };
  await api.call('PUT', '/api/media/profiles/theirs', { as: 'operator', body: profile });
  const logo = { png: (await logoPng()).toString('base64') };
  await api.call('PUT', `${WATERMARKS}/logo?tenantId=globex`, { as: 'operator', body: logo });
  const request = { as: 'globex/bob', body: { fileName: 'a.mp4', size: 100_000_000 } };
  theirUpload = (await api.call('POST', '/api/media/uploads', request)).body.uploadId;
  const { k, u, s } = JSON.parse(Buffer.from(theirUpload, 'base64url').toString());
  const own = k.replace('tenants/globex/users/bob', 'tenants/acme/users/ann');
  tickets = { theirs: theirUpload, missing: encodeTicket({ key: k, uploadId: 'never', size: s }) };
  stolen = {
    theirs: encodeTicket({ key: own, uploadId: u, size: s }),
    missing: encodeTicket({ key: own, uploadId: 'never', size: s }),
  };
});
afterAll(() => api?.stop());
// Whatever was tried, nothing of the other tenant has changed.
beforeEach(() => expectUntouched());

async function expectUntouched() {
  for (let i = 0; i < JOBS_PER_TENANT; i++)
    expect(await api.deps.jobs.get(idOf('globex', i))).toEqual(
      JSON.parse(JSON.stringify(rowOf('globex', i))),
    );
  const profiles = await api.call('GET', '/api/media/profiles', { as: 'globex/bob' });
  expect(profiles.body.profiles).toMatchObject([{ name: 'default' }, { name: 'theirs', isDefault: true }]);
  const { body } = await api.call('GET', `${WATERMARKS}/logo`, { as: 'globex/bob' });
  expect(body.png).toBe((await logoPng()).toString('base64'));
  expect((await api.call('GET', `/api/media/uploads/${theirUpload}`, { as: 'globex/bob' })).status).toBe(200);
}

/** Who attacks: a user and a service of acme, by development header and by token. */
const ATTACKERS: [string, Call][] = [
  ['a user', { as: 'acme/ann' }],
  ['a service', { as: 'acme' }],
  ['the token of a user', { claims: { 'custom:tenant': 'acme', sub: 'ann' } }],
  ['the token of a service', { claims: { 'custom:tenant': 'acme' } }],
  [
    'a token with another role',
    { claims: { 'custom:tenant': 'acme', sub: 'ann', 'custom:role': 'operators' } },
  ],
];

const RETRY = { mode: 'auto' };
const PARTS = { parts: [{ partNumber: 1, etag: 'e' }] };
/** Requests on a job or an upload, whose answer for another tenant's must be that for one that does not exist. */
const BY_ID: Record<string, unknown> = {
  getJob: undefined,
  getPlaylist: undefined,
  getRenditionPlaylist: undefined,
  getThumbnail: undefined,
  retryJob: RETRY,
  cancelJob: undefined,
  getUpload: undefined,
  signParts: { partNumbers: [1] },
  completeUpload: PARTS,
  abortUpload: undefined,
};
/** Requests that name another tenant, all of which are refused. */
const BY_NAME: Record<string, { query?: string; body?: unknown }[]> = {
  listJobs: [{ query: '?tenant=globex' }],
  getStatistics: [{ query: '?tenant=globex' }],
  redriveJobs: [{ body: { filter: { tenant: 'globex' } } }, { body: { source: 'dead-letters' } }],
  rerenderJobs: [
    { body: { filter: { tenant: 'globex' } } },
    { body: { filter: { tenant: 'globex' }, dryRun: true } },
  ],
  discardDeadLetters: [{ body: { unreadable: true } }, { body: { jobId: idOf('globex', 4) } }],
  createBackfill: [{ body: { prefix: 'tenants/globex/' } }, { body: { prefix: 'tenants/acme/' } }],
  getBackfill: [{}],
  getBackfillUploads: [{}],
  resumeBackfill: [{}],
  stopBackfill: [{}],
  createUpload: [{ body: { fileName: 'a.jpg', size: 1, tenant: 'globex', user: 'bob' } }],
  putProfile: [{ body: { document: DEFAULT_PROFILE, defaultFor: ['globex'] } }, { body: {} }],
  deleteProfile: [{}],
  listWatermarks: [{ query: '?tenantId=globex' }],
  getWatermark: [{ query: '?tenantId=globex' }],
  putWatermark: [
    { query: '?tenantId=globex', body: {} },
    { query: '?tenantId=acme', body: {} },
  ],
  deleteWatermark: [{ query: '?tenantId=globex' }, { query: '?tenantId=acme' }],
  previewProfile: [
    { body: { jobId: idOf('globex', 0), document: DEFAULT_PROFILE } },
    { body: { jobId: idOf('acme', 0), document: DEFAULT_PROFILE } },
  ],
};
/** Routes that show what the caller may use. */
const SHOWN = ['listProfiles', 'getProfile'];
/** Routes that answer each record by itself, and those without a caller. */
const OTHERS = ['processS3Event', 'getHealth', 'getOpenApi'];

test('every route is attacked', () => {
  const attacked = [...Object.keys(BY_ID), ...Object.keys(BY_NAME), ...SHOWN, ...OTHERS];
  expect(ROUTES.map(({ operationId }) => operationId).sort()).toEqual(attacked.sort());
});

describe.each(ATTACKERS)('%s of another tenant', (_who, as) => {
  test('finds no job or upload: each answer is the same as for one that does not exist', async () => {
    let answers = 0;
    for (const { method, path, operationId } of ROUTES.filter((route) => route.operationId in BY_ID)) {
      const answer = (id: string) =>
        api.call(method.toUpperCase(), pathOf(path, id), { ...as, body: BY_ID[operationId] });
      const isJob = path.includes('{jobId}');
      const missing = isJob ? MISSING_JOB : tickets.missing;
      const nothing = await answer(missing);
      const others = isJob
        ? Array.from({ length: JOBS_PER_TENANT }, (_, i) => idOf('globex', i))
        : [tickets.theirs];
      for (const id of others) {
        const theirs = await answer(id);
        expect([operationId, theirs.status, nothing.status]).toEqual([operationId, 404, 404]);
        expect(JSON.stringify(theirs.body).replaceAll(id, missing)).toBe(JSON.stringify(nothing.body));
        expect([...theirs.headers]).toEqual([...nothing.headers]);
        answers += 1;
      }
    }
    expect(answers).toBe(6 * JOBS_PER_TENANT + 4);
  });

  test('is refused wherever it names the tenant, and gets nothing of it where it does not', async () => {
    for (const { method, path, operationId } of ROUTES)
      for (const { query = '', body } of BY_NAME[operationId] ?? []) {
        const wanted = path.replaceAll(/\{\w+\}/g, 'x') + query;
        const { status } = await api.call(method.toUpperCase(), wanted, { ...as, body });
        expect([operationId, status]).toEqual([operationId, 403]);
      }
    const list = await api.call('GET', '/api/media/jobs?limit=200', as);
    expect(JSON.stringify(list.body)).not.toContain('globex');
    expect(list.body.jobs).toHaveLength(JOBS_PER_TENANT);
    expect((await api.call('GET', '/api/media/jobs/stats', as)).body.total.jobs).toBe(JOBS_PER_TENANT);
    const body = { filter: { jobId: idOf('globex', 4) } };
    expect((await api.call('POST', '/api/media/jobs/redrive', { ...as, body })).body.results).toEqual([]);
  });

  test('neither sees nor uses a profile of theirs, as if there were none', async () => {
    const answers = async (name: string) => {
      const body = { fileName: 'a.jpg', size: 1, user: 'ann', profile: name };
      const got = [
        await api.call('GET', `/api/media/profiles/${name}`, as),
        await api.call('POST', '/api/media/uploads', { ...as, body }),
      ];
      return got.map(({ status, body }) => [status, JSON.stringify(body).replaceAll(name, 'NAME')]);
    };
    const theirs = await answers('theirs');
    expect(theirs.map(([status]) => status)).toEqual([404, 422]);
    expect(theirs).toEqual(await answers('nobodys'));
    const { body } = await api.call('GET', '/api/media/profiles', as);
    expect(body.profiles).toMatchObject([{ name: 'default', isDefault: true }]);
  });

  test('sees no watermark of theirs, as if there were none', async () => {
    const answers = async (name: string) => {
      const { status, body } = await api.call('GET', `${WATERMARKS}/${name}`, as);
      return [status, JSON.stringify(body).replaceAll(name, 'NAME')];
    };
    expect(await answers('logo')).toEqual(await answers('nobodys'));
    expect((await answers('logo'))[0]).toBe(404);
    const list = await api.call('GET', WATERMARKS, as);
    expect([list.status, list.body]).toEqual([200, { watermarks: [] }]);
    for (const odd of ['globex%00', '..', 'acme/../globex', '', '*', 'globex&tenantId=acme'])
      expect((await api.call('GET', `${WATERMARKS}/logo?tenantId=${odd}`, as)).status).toBe(400);
  });

  test('cannot continue the upload under a key of its own', async () => {
    for (const { method, path, operationId } of ROUTES.filter((route) => route.path.includes('{uploadId}'))) {
      const answer = (id: string) =>
        api.call(method.toUpperCase(), pathOf(path, id), { ...as, body: BY_ID[operationId] });
      const [theirs, nothing] = [await answer(stolen.theirs), await answer(stolen.missing)];
      // Links are signed without a call to S3, which refuses them when they are used.
      const expected = operationId === 'signParts' ? 200 : 404;
      expect([operationId, theirs.status, nothing.status]).toEqual([operationId, expected, expected]);
      if (expected === 404) expect(theirs.body).toEqual(nothing.body);
      else
        for (const { body } of [theirs, nothing])
          expect((await fetch(body.parts[0].url, { method: 'PUT', body: 'part' })).status).toBe(404);
    }
  });

  test('starts nothing by made-up events', async () => {
    const { bucket, key } = rowOf('globex', 1);
    const own = rowOf('acme', 1).key;
    const record = (name: string, objectKey: string) => ({
      eventName: 'ObjectCreated:Put',
      s3: { bucket: { name }, object: { key: objectKey, sequencer: 'FF' } },
    });
    const Records = [record(bucket, key), record('other', own)];
    const before = (await api.executions()).length;
    const { body } = await api.call('POST', '/api/media/process-s3-event', { ...as, body: { Records } });
    const reason = 'the upload does not exist';
    expect(body.results).toEqual([
      { key, outcome: 'refused', reason },
      { key: own, outcome: 'refused', reason },
    ]);
    expect((await api.executions()).length).toBe(before);
  });
});

test('every route but health and the document needs an identity', async () => {
  for (const { method, path, access } of ROUTES) {
    const { status } = await api.call(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x'), { as: null });
    expect([path, status]).toEqual([path, access === 'anyone' ? 200 : 401]);
  }
});

test(`${FORGED_CURSORS} forged cursors are refused, or show the caller's own jobs only`, async () => {
  const random = seededRandom(proofSeed());
  const own = new Set(Array.from({ length: JOBS_PER_TENANT }, (_, i) => idOf('acme', i)));
  const genuine = await Promise.all(
    ['acme/ann', 'globex/bob', 'operator'].map(
      async (as) => (await api.call('GET', '/api/media/jobs?limit=2', { as })).body.nextCursor as string,
    ),
  );
  const answers: Record<number, number> = {};
  for (let i = 0; i < FORGED_CURSORS; i++) {
    const cursor = forge(random, genuine);
    const redrives = random.chance(0.3);
    const { status, body } = redrives
      ? await api.call('POST', '/api/media/jobs/redrive', { body: { dryRun: true, cursor } })
      : await api.call('GET', `/api/media/jobs?limit=50&cursor=${encodeURIComponent(cursor)}`);
    answers[status] = (answers[status] ?? 0) + 1;
    const seen: { jobId: string }[] = status === 200 ? (redrives ? body.results : body.jobs) : [];
    expect([cursor, seen.filter(({ jobId }) => !own.has(jobId))]).toEqual([cursor, []]);
    expect([cursor, status]).toEqual([cursor, status === 200 ? 200 : 400]);
    if (status === 400) expect(body.errors[0].at).toBe('cursor');
  }
  reportProof(20, { routes: ROUTES.length, attackers: ATTACKERS.length, cursors: answers });
  // A cursor grants nothing and so is not secret: a forger may seal one for the tenant that he is of.
  expect(answers[400]).toBeGreaterThan(answers[200] ?? 0);
  await expectUntouched();
});

const pathOf = (path: string, id: string) =>
  path
    .replace(/\{jobId\}|\{uploadId\}/, id)
    .replace('{rendition}', '480p')
    .replace('{playlist}', 'index.m3u8');

function forge(random: Random, genuine: readonly string[]): string {
  const cursor = random.pick(genuine) ?? '';
  const { createdAt, jobId } = rowOf(random.pick(['globex', 'acme']) ?? '', random.below(JOBS_PER_TENANT));
  const changed = (change: object) =>
    Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(cursor, 'base64url').toString()), ...change }),
    ).toString('base64url');
  const at = random.below(cursor.length);
  const tenantId = random.pick(['globex', 'acme', undefined]);
  const ways = [
    () => changed({ c: createdAt }),
    () => changed({ j: jobId }),
    () => changed({ c: createdAt, j: jobId }),
    () => changed({ tenantId: 'globex' }),
    () => cursor.slice(0, at),
    () => cursor + random.pick(['=', ' ', '\0', 'AA']),
    () => cursor.slice(0, at) + random.pick([...'AZaz09-_+/.']) + cursor.slice(at + 1),
    () => Buffer.from(random.pick(['{}', 'null', '[]', '{"c":1}']) ?? '').toString('base64url'),
    // Sealed as the product seals it, for the position of any job.
    () => encodeCursor({ createdAt, jobId }, { tenantId }),
  ];
  return (random.pick(ways) ?? ways[0])?.() ?? '';
}
