import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { RESOURCES } from '../../../local/resources.ts';
import { DEFAULT_PROFILE } from '../../../media/profile/default-profile.ts';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { LOGO_COLOR, logoPng } from '../../support/logo.ts';

const PATH = '/api/media/watermarks';
const GREEN = [0, 255, 80];
type Fields = Record<string, unknown>;

let api: JobApi;
let photo: Buffer;
beforeAll(async () => {
  api = await startApi();
  photo = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#204060' } })
    .jpeg()
    .toBuffer();
  const { status } = await api.call('PUT', '/api/media/profiles/marked', {
    as: 'operator',
    body: { document: MARKED },
  });
  expect(status).toBe(200);
});
afterAll(() => api?.stop());

/** One picture with a watermark, and one without. */
const MARKED = {
  ...DEFAULT_PROFILE,
  title: 'Marked',
  image: {
    outputs: [
      { name: 'shown', format: 'png', watermark: { image: 'logo' } },
      { name: 'plain', format: 'png', ifLarger: 'keep' },
    ],
  },
};

const put = (tenantId: string, png: Buffer, { name = 'logo', as = 'operator' } = {}) =>
  api.call('PUT', `${PATH}/${name}?tenantId=${tenantId}`, { as, body: { png: png.toString('base64') } });
const remove = (tenantId: string, name = 'logo') =>
  api.call('DELETE', `${PATH}/${name}?tenantId=${tenantId}`, { as: 'operator' });

/** Uploads a photo and waits for the end of its job. */
async function processed(file: string, tenant: string, profile = 'marked') {
  const Key = `tenants/${tenant}/users/ann/media/${file}`;
  await api.s3.send(
    new PutObjectCommand({ Bucket: RESOURCES.mediaBucket, Key, Body: photo, Metadata: { profile } }),
  );
  return api.ended(Key);
}

/** Colors of the outputs of a job, by name, where the watermark lies. */
async function colorsOf(jobId: string): Promise<Record<string, number[]>> {
  const { body } = await api.call('GET', `/api/media/jobs/${jobId}`, { as: 'operator' });
  const colors: Record<string, number[]> = {};
  for (const { key, url } of body.outputs.filter(({ key }: { key: string }) => key.endsWith('.png'))) {
    const { data, info } = await sharp(Buffer.from(await (await fetch(url)).arrayBuffer()))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const at = (274 * info.width + 354) * 3;
    colors[key.replace(/^.*_/, '')] = [...data.subarray(at, at + 3)];
  }
  return colors;
}

describe('a watermark', () => {
  test('is stored by its hash, and shown to operators and to its tenant', async () => {
    const png = await logoPng();
    const { status, body } = await put('acme', png);
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({
        name: 'logo',
        tenantId: 'acme',
        width: 80,
        height: 40,
        updatedBy: 'operator',
      }),
    ]);
    const shown = await api.call('GET', `${PATH}/logo`);
    expect(shown.body).toMatchObject({ hash: body.hash, bytes: png.length, png: png.toString('base64') });
    expect(shown.body).not.toHaveProperty('updatedBy');
    expect((await api.call('GET', PATH)).body.watermarks).toMatchObject([{ name: 'logo', hash: body.hash }]);
    const listed = await api.call('GET', `${PATH}?tenantId=acme`, { as: 'operator' });
    expect(listed.body.watermarks).toMatchObject([{ name: 'logo', updatedBy: 'operator' }]);
    const again = await put('acme', png, { name: 'other' });
    expect(again.body.hash).toBe(body.hash);
    const versions = await api.deps.versions.list(RESOURCES.outputBucket, 'watermarks/acme/');
    expect(versions.map(({ key }) => key)).toEqual([`watermarks/acme/${body.hash}.png`]);
    expect((await remove('acme', 'other')).status).toBe(204);
  });

  test('of the same name is another for each tenant', async () => {
    await put('globex', await logoPng({ color: GREEN }));
    const [acme, globex] = [
      await api.call('GET', `${PATH}/logo`),
      await api.call('GET', `${PATH}/logo`, { as: 'globex/bob' }),
    ];
    expect(acme.body.hash).not.toBe(globex.body.hash);
    const plain = [...(await sharp(photo).raw().toBuffer()).subarray(0, 3)];
    const jobs = await Promise.all([processed('a.jpg', 'acme'), processed('a.jpg', 'globex')]);
    expect(await colorsOf(jobs[0].jobId)).toEqual({ 'shown.png': LOGO_COLOR, 'plain.png': plain });
    expect(await colorsOf(jobs[1].jobId)).toEqual({ 'shown.png': GREEN, 'plain.png': plain });
  });

  test('is changed by operators only, who name the tenant', async () => {
    const png = await logoPng();
    expect((await put('acme', png, { as: 'acme/ann' })).status).toBe(403);
    expect((await api.call('DELETE', `${PATH}/logo?tenantId=acme`)).status).toBe(403);
    expect((await api.call('GET', `${PATH}/logo?tenantId=globex`)).status).toBe(403);
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const body = method === 'PUT' ? { png: png.toString('base64') } : undefined;
      const answer = await api.call(method, `${PATH}/logo`, { as: 'operator', body });
      expect([method, answer.status, answer.body.errors?.[0].at]).toEqual([method, 400, 'tenantId']);
    }
    expect((await api.call('GET', `${PATH}/nothing?tenantId=acme`, { as: 'operator' })).status).toBe(404);
    expect((await api.call('GET', `${PATH}/constructor?tenantId=acme`, { as: 'operator' })).status).toBe(404);
    expect((await remove('acme', 'nothing')).status).toBe(204);
  });

  test.each<[label: string, body: () => Promise<unknown>, status: number, detail: string]>([
    ['nothing', async () => ({}), 400, ''],
    ['text that is no base64', async () => ({ png: 'ä!' }), 400, 'expected base64'],
    [
      'a JPEG',
      async () => ({ png: photo.toString('base64') }),
      400,
      'expected a PNG, got a file without its signature',
    ],
    [
      'a PNG that is cut off',
      async () => ({ png: (await logoPng()).subarray(0, -20).toString('base64') }),
      400,
      'its end is missing',
    ],
    [
      'sides that are too long',
      async () => ({ png: (await logoPng({ width: 5000, height: 2 })).toString('base64') }),
      400,
      'expected sides of 1 to 4096 pixels, got 5000 × 2',
    ],
    [
      'more than 1 MiB',
      async () => ({ png: Buffer.alloc(1024 * 1024 + 1).toString('base64') }),
      400,
      'expected at most 1048576 bytes, got 1048577',
    ],
    ['more than a body may have', async () => ({ png: 'A'.repeat(3_000_000) }), 413, ''],
  ])('of %s is refused, and the field named', async (_label, body, status, detail) => {
    const answer = await api.call('PUT', `${PATH}/bad?tenantId=acme`, { as: 'operator', body: await body() });
    expect([answer.status, answer.body.errors?.[0].at]).toEqual([status, status === 400 ? 'png' : undefined]);
    expect(answer.body.errors?.[0].detail ?? '').toContain(detail);
    expect((await api.call('GET', `${PATH}/bad?tenantId=acme`, { as: 'operator' })).status).toBe(404);
  });

  test('of a MiB is stored', async () => {
    const noise = Buffer.from(Array.from({ length: 480 * 480 * 4 }, (_, i) => (i * i * 7919) >>> 3));
    const png = await sharp(noise, { raw: { width: 480, height: 480, channels: 4 } })
      .png({ compressionLevel: 0 })
      .toBuffer();
    expect(png.length).toBeGreaterThan(900_000);
    expect((await put('acme', png, { name: 'large' })).status).toBe(200);
    expect((await remove('acme', 'large')).status).toBe(204);
  });

  test('is one of a hundred at most', async () => {
    const png = await logoPng({ width: 1, height: 1 });
    for (let i = 0; i < 100; i++) expect((await put('many', png, { name: `w-${i}` })).status).toBe(200);
    const { status, body } = await put('many', png, { name: 'w-100' });
    expect([status, body.type]).toEqual([422, 'urn:media-pipeline:problem:too-many-watermarks']);
    expect((await put('many', png, { name: 'w-99' })).status).toBe(200);
  });

  test('is not lost when many are written at the same time', async () => {
    const png = await logoPng();
    const names = ['one', 'two', 'three', 'four'];
    const written = await Promise.all(names.map((name) => put('hasty', png, { name })));
    // Whoever was too slow five times in a row is told to come again.
    const stored = names.filter((_, i) => written[i]?.status === 200);
    expect(stored.length).toBeGreaterThan(1);
    const { body } = await api.call('GET', `${PATH}?tenantId=hasty`, { as: 'operator' });
    expect(body.watermarks.map(({ name }: Fields) => name)).toEqual([...stored].sort());
  });
});

describe('an upload whose profile names a watermark', () => {
  test('that its tenant does not have is rejected, until there is one', async () => {
    const job = await processed('early.jpg', 'initech');
    expect(job).toMatchObject({
      status: 'REJECTED',
      error: {
        name: 'WatermarkNotFound',
        category: 'processing',
        advice: expect.stringContaining('watermarks'),
      },
    });
    expect(job.error?.message).toContain('watermark logo of tenant initech');
    await put('initech', await logoPng());
    const retried = await api.call('POST', `/api/media/jobs/${job.jobId}`, {
      as: 'operator',
      body: { mode: 'auto' },
    });
    expect(retried.status).toBe(202);
    await api.until(
      'the retry to end',
      async () => (await api.deps.jobs.get(job.jobId))?.status === 'COMPLETED',
    );
    expect((await colorsOf(job.jobId))['shown.png']).toEqual(LOGO_COLOR);
  });

  test('is processed without one where the profile names none for its kind', async () => {
    const document = {
      ...DEFAULT_PROFILE,
      video: { ...DEFAULT_PROFILE.video, watermark: { image: 'logo' } },
    };
    await api.call('PUT', '/api/media/profiles/films', { as: 'operator', body: { document } });
    const job = await processed('photo.jpg', 'umbrella', 'films');
    expect(job.status).toBe('COMPLETED');
    expect(job.order).not.toHaveProperty('watermarks');
  });
});

test.each([
  ['keeps the image', {}, LOGO_COLOR],
  ['chooses anew where it says so', { profile: 'current' }, GREEN],
])('a retry %s that the job was admitted with', async (label, request, expected) => {
  const tenant = `retried-${label.length}`;
  const first = (await put(tenant, await logoPng())).body.hash;
  const fault = api.cloud.faults.add({
    ...{ service: 's3', action: 'PutObject', times: Number.POSITIVE_INFINITY },
    when: ({ bucket, key = '' }) => bucket === RESOURCES.outputBucket && key.startsWith(`tenants/${tenant}/`),
    fault: 'deny',
  });
  const failed = await processed('photo.jpg', tenant);
  expect(failed).toMatchObject({ status: 'FAILED', error: { name: 'AccessDenied' } });
  expect(failed.order?.watermarks).toEqual({ logo: first });
  fault.remove();
  await put(tenant, await logoPng({ color: GREEN }));
  const body = { mode: 'restart', ...request };
  expect((await api.call('POST', `/api/media/jobs/${failed.jobId}`, { as: 'operator', body })).status).toBe(
    202,
  );
  await api.until(
    'the retry to end',
    async () => (await api.deps.jobs.get(failed.jobId))?.status === 'COMPLETED',
  );
  expect((await colorsOf(failed.jobId))['shown.png']).toEqual(expected);
});

test('an image that is another than its hash says is not used', async () => {
  const { hash } = (await put('hooli', await logoPng())).body;
  await api.s3.send(
    new PutObjectCommand({
      ...{ Bucket: RESOURCES.outputBucket, Key: `watermarks/hooli/${hash}.png` },
      Body: await logoPng({ color: GREEN }),
    }),
  );
  const job = await processed('photo.jpg', 'hooli');
  expect(job).toMatchObject({ status: 'FAILED', error: { name: 'InvalidConfiguration' } });
  expect(job.error?.message).toContain(`watermarks/hooli/${hash}.png`);
});
