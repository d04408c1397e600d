import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { PIXEL, standInWorker } from '../../support/stand-in-worker.ts';

let api: JobApi;
const worker = standInWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));
beforeAll(async () => {
  api = await startApi({ work: worker.work });
});
afterAll(() => api?.stop());

const ask = (body: object, as = 'acme/ann') => api.call('POST', '/api/media/uploads', { body, as });

function send(
  { url, fields }: { url: string; fields: Record<string, string> },
  file: Buffer,
  key = fields.key ?? '',
) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, key })) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(file)]));
  return fetch(url, { method: 'POST', body: form });
}

describe('a small upload', () => {
  test('goes by a form to a key of its own, and its job begins', async () => {
    const { status, body } = await ask({ fileName: 'My holiday (1).PNG', size: PIXEL.length });
    expect(status).toBe(201);
    expect(body).toMatchObject({ method: 'POST', bucket: 'media-input', maxBytes: PIXEL.length });
    expect(body.key).toMatch(/^tenants\/acme\/users\/ann\/media\/\d{13}-[0-9a-f]{12}-My_holiday_\(1\)\.png$/);
    expect(new Date(body.expiresAt).getTime() - Date.now()).toBeLessThanOrEqual(900_000);
    expect((await send(body, PIXEL)).status).toBe(204);
    expect(await api.ended(body.key)).toMatchObject({ status: 'COMPLETED', userId: 'ann' });
  });

  test('has a form whose signed policy names the key, the type and the size', async () => {
    const { body } = await ask({ fileName: 'a.jpg', size: 1234, contentType: 'image/jpeg' });
    const policy = JSON.parse(Buffer.from(body.fields.Policy, 'base64').toString()) as {
      conditions: unknown[];
    };
    expect(policy.conditions).toEqual(
      expect.arrayContaining([
        ['content-length-range', 1, 1234],
        ['eq', '$Content-Type', 'image/jpeg'],
        { key: body.key },
        { bucket: 'media-input' },
      ]),
    );
  });

  test('never shares a key with another of the same name', async () => {
    const keys = await Promise.all(
      Array.from({ length: 50 }, async () => (await ask({ fileName: 'a.jpg', size: 1 })).body.key),
    );
    expect(new Set(keys).size).toBe(50);
  });

  test.each([
    ['too large for its kind', { fileName: 'a.jpg', size: 201 * 2 ** 20 }, 422],
    ['too large for any kind', { fileName: 'a', size: 10 ** 14 }, 422],
    ['empty', { fileName: 'a.jpg', size: 0 }, 400],
    ['without a name', { fileName: '', size: 1 }, 400],
    ['with a type that is none', { fileName: 'a.jpg', size: 1, contentType: 'image/jpeg\r\nx: y' }, 400],
    ['with a field nobody knows', { fileName: 'a.jpg', size: 1, acl: 'public-read' }, 400],
  ])('is refused: %s', async (_what, body, status) => {
    expect((await ask(body)).status).toBe(status);
  });

  test.each<[string, string, Buffer, number, RegExp]>([
    ['of no known type', 'a.bin', Buffer.alloc(300, 'x\0y'), 422, /^Expected JPEG, .* of no known type\.$/],
    [
      'of another kind than its name says',
      'a.mp4',
      PIXEL,
      422,
      /^Expected MP4 content in a \.mp4 file; its content is PNG/,
    ],
    ['larger than its content may be', 'a.bin', PIXEL, 422, /^Expected at most \d+ bytes of PNG/],
    [
      'with less of its beginning than it has',
      'a.png',
      PIXEL.subarray(1),
      400,
      /^head: expected the first \d+ bytes, got \d+$/,
    ],
  ])('is refused by its first bytes: %s', async (what, fileName, head, status, detail) => {
    const size = what.startsWith('larger')
      ? 300 * 2 ** 20
      : what.startsWith('with')
        ? PIXEL.length
        : head.length;
    const start = Buffer.concat([head, Buffer.alloc(what.startsWith('larger') ? 65_536 - head.length : 0)]);
    const answer = await ask({ fileName, size, head: start.toString('base64') });
    expect(answer).toMatchObject({ status, body: { detail: expect.stringMatching(detail) } });
  });

  test('is taken by its first bytes, whatever its name, where they decide; and where they leave it open', async () => {
    const head = (bytes: Buffer) => bytes.toString('base64');
    expect((await ask({ fileName: 'a', size: PIXEL.length, head: head(PIXEL) })).status).toBe(201);
    // A cover picture of a megabyte before the sound.
    const tag = Buffer.concat([Buffer.from('ID3\x04\0\0\0\x40\0\0', 'latin1'), Buffer.alloc(65_536 - 10)]);
    expect((await ask({ fileName: 'a.flac', size: 2 ** 22, head: head(tag) })).status).toBe(201);
  });

  test('by an operator needs an owner', async () => {
    expect((await ask({ fileName: 'a.jpg', size: 1 }, 'operator')).status).toBe(422);
    const { body } = await ask({ fileName: 'a.jpg', size: 1, tenant: 'globex', user: 'bob' }, 'operator');
    expect(body.key).toMatch(/^tenants\/globex\/users\/bob\/media\//);
  });
});

describe('a large upload', () => {
  const size = 70 * 2 ** 20;

  test('goes in parts, of which links can be renewed, and its job begins when they are put together', async () => {
    const { status, body } = await ask({ fileName: 'long.mov', size });
    expect(status).toBe(201);
    expect(body).toMatchObject({ method: 'MULTIPART', partSize: 16 * 2 ** 20, partCount: 5 });
    expect(body.parts.map((part: { size: number }) => part.size)).toEqual([
      ...Array(4).fill(16 * 2 ** 20),
      6 * 2 ** 20,
    ]);
    const content = randomBytes(size);
    const path = `/api/media/uploads/${body.uploadId}`;
    const renewed = await api.call('POST', `${path}/parts`, { body: { partNumbers: [5] } });
    const links = [...body.parts.slice(0, 4), ...renewed.body.parts] as { partNumber: number; url: string }[];
    const parts = [];
    for (const { partNumber, url } of links) {
      const from = (partNumber - 1) * body.partSize;
      const answer = await fetch(url, { method: 'PUT', body: content.subarray(from, from + body.partSize) });
      expect(answer.status).toBe(200);
      parts.push({ partNumber, etag: answer.headers.get('etag') });
    }
    const completed = await api.call('POST', `${path}/complete`, { body: { parts: parts.toReversed() } });
    expect(completed).toMatchObject({ status: 200, body: { key: body.key } });
    const job = await api.ended(body.key);
    expect(job.size).toBe(size);
    const { jobId } = job;
    expect(completed.body).toMatchObject({
      versionId: job.versionId,
      job: { jobId, url: `/api/media/jobs/${jobId}`, reason: expect.stringContaining('event') },
    });
    expect((await api.call('POST', `${path}/complete`, { body: { parts } })).status).toBe(404);
  });

  test('can be gone on with by whoever has forgotten how far it was', async () => {
    const { body } = await ask({ fileName: 'long.mov', size });
    const path = `/api/media/uploads/${body.uploadId}`;
    const { key, partSize, partCount } = body;
    expect((await api.call('GET', path)).body).toEqual({ key, size, partSize, partCount, parts: [] });
    const content = randomBytes(size);
    const put = async ({ partNumber, url }: { partNumber: number; url: string }) => {
      const from = (partNumber - 1) * partSize;
      const sent = await fetch(url, { method: 'PUT', body: content.subarray(from, from + partSize) });
      return { partNumber, etag: sent.headers.get('etag') };
    };
    const sent = [await put(body.parts[4]), await put(body.parts[1])];
    const { status, body: found } = await api.call('GET', path);
    expect(status).toBe(200);
    expect(found.parts).toEqual([
      { ...sent[1], size: partSize },
      { ...sent[0], size: size - 4 * partSize },
    ]);
    const missing = { partNumbers: [1, 3, 4] };
    const links = (await api.call('POST', `${path}/parts`, { body: missing })).body.parts;
    const rest = await Promise.all(links.map(put));
    const all = [...found.parts, ...rest].map(({ partNumber, etag }) => ({ partNumber, etag }));
    expect((await api.call('POST', `${path}/complete`, { body: { parts: all } })).status).toBe(200);
    expect((await api.ended(key)).size).toBe(size);
    expect((await api.call('GET', path)).status).toBe(404);
  });

  test('counts no part that another size would give', async () => {
    const { body } = await ask({ fileName: 'long.mov', size });
    const { k, u } = JSON.parse(Buffer.from(body.uploadId, 'base64url').toString());
    await fetch(body.parts[4].url, { method: 'PUT', body: Buffer.alloc(body.parts[4].size) });
    const changed = Buffer.from(JSON.stringify({ k, u, s: size + 1 })).toString('base64url');
    const parts = async (id: string) => (await api.call('GET', `/api/media/uploads/${id}`)).body.parts;
    expect(await parts(body.uploadId)).toHaveLength(1);
    expect(await parts(changed)).toEqual([]);
  });

  test('signs the length of each part', async () => {
    const { body } = await ask({ fileName: 'long.mov', size });
    expect(new URL(body.parts[0].url).searchParams.get('X-Amz-SignedHeaders')).toContain('content-length');
    expect(body.parts[0].url).not.toContain('checksum');
  });

  test('can be given up, once', async () => {
    const { body } = await ask({ fileName: 'long.mov', size });
    const path = `/api/media/uploads/${body.uploadId}`;
    expect((await api.call('POST', `${path}/parts`, { body: { partNumbers: [6] } })).status).toBe(422);
    expect(
      (await api.call('POST', `${path}/complete`, { body: { parts: [{ partNumber: 1, etag: 'x' }] } }))
        .status,
    ).toBe(422);
    expect((await api.call('DELETE', path)).status).toBe(204);
    expect((await api.call('DELETE', path)).status).toBe(404);
  });
});

describe('POST process-s3-event', () => {
  const post = (body: unknown, as = 'acme/ann') =>
    api.call('POST', '/api/media/process-s3-event', { body, as });
  const record = (key: string, object: object = {}, eventName = 'ObjectCreated:Put') => ({
    eventVersion: '2.1',
    eventName,
    s3: { bucket: { name: 'media-input' }, object: { key, size: PIXEL.length, ...object } },
  });

  test('starts each upload once, however often and in whatever shape it is told of it', async () => {
    const key = uploadKey('a b+c%d é.png');
    await api.upload(key, PIXEL);
    const { jobId, etag, sequencer, versionId, executionArn } = await api.ended(key);
    const encoded = encodeURIComponent(key).replaceAll('%20', '+');
    const known = { outcome: 'duplicate', jobId, executionArn, key };
    const notification = {
      Records: [record(encoded, { eTag: etag, sequencer, versionId }), record(encoded, { eTag: etag })],
    };
    expect((await post(notification)).body.results).toEqual([known, known]);
    const object = { key, size: PIXEL.length, etag, sequencer, 'version-id': versionId };
    const detail = { bucket: { name: 'media-input' }, object };
    const event = { source: 'aws.s3', 'detail-type': 'Object Created', detail };
    expect((await post([event, event])).body.results).toEqual([known, known]);
    expect((await api.executions()).filter(({ name }) => name?.startsWith(jobId))).toEqual([]);
  });

  test('starts what has no job yet, and says what it will not start', async () => {
    const key = uploadKey('lost.png');
    await api.upload(key, PIXEL);
    const job = await api.ended(key);
    await forget(job);
    const answer = await post({
      Records: [
        record(key, { eTag: job.etag }),
        record(key, { eTag: job.etag }),
        record(key, {}, 'ObjectRemoved:Delete'),
        record('tenants/acme/users/ann/media/%E0%A4%A.png'),
        record('tenants/acme/users/ann/other.png'),
      ],
    });
    expect(answer.status).toBe(200);
    const [first, second, ...others] = answer.body.results;
    expect(first).toMatchObject({ key, outcome: 'started' });
    expect(second).toMatchObject({ key, jobId: first.jobId, executionArn: first.executionArn });
    expect(others.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'ignored',
      'refused',
      'refused',
    ]);
    expect(await api.ended(key)).toMatchObject({ status: 'COMPLETED', executionArn: first.executionArn });
  });

  test.each([
    ['101 records', { Records: Array.from({ length: 101 }, () => record('x')) }, 400],
    ['no records', { Records: [] }, 400],
    ['another shape', { hello: 'world' }, 400],
    ['a body of 257 KiB', `{"Records":[],"x":"${'x'.repeat(257 * 1024)}"}`, 413],
  ])('refuses %s', async (_what, body, status) => {
    expect((await post(body)).status).toBe(status);
  });

  /** As after the row's time: only the ledger still knows the key. */
  async function forget({ jobId }: { jobId: string }) {
    const { DeleteCommand } = await import('@aws-sdk/lib-dynamodb');
    await api.table.send(new DeleteCommand({ TableName: api.deps.config.JOB_TABLE, Key: { jobId } }));
  }
});
