import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import type { Job } from '../../../core/jobs/job.ts';
import { RESOURCES } from '../../../local/resources.ts';
import { DEFAULT_DOCUMENT, DEFAULT_PROFILE } from '../../../media/profile/default-profile.ts';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';

let api: JobApi;
let photo: Buffer;
beforeAll(async () => {
  api = await startApi();
  photo = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#2563eb' } })
    .jpeg()
    .toBuffer();
});
afterAll(() => api?.stop());

const PATH = '/api/media/profiles';
type Fields = Record<string, unknown>;

/** The shipped profile with one output of images in place of its own. */
const squares = (side: number, more: Fields = {}) => ({
  ...DEFAULT_PROFILE,
  title: `Squares of ${side}`,
  image: { outputs: [{ name: 'square', format: 'png', fit: 'cover', width: side, height: side }] },
  ...more,
});

const put = (name: string, body: Fields, as = 'operator') => api.call('PUT', `${PATH}/${name}`, { as, body });
const problem = (slug: string) => ({ type: `urn:media-pipeline:problem:${slug}` });

interface Uploading {
  profile?: string;
  owner?: string;
  metadata?: Record<string, string>;
}

/** Uploads a photo, as any client of S3 may, and waits for the end of its job. */
async function processed(file: string, { profile, owner, metadata }: Uploading = {}) {
  const Key = owner ? `tenants/${owner}/media/${file}` : uploadKey(file);
  await api.s3.send(
    new PutObjectCommand({
      ...{ Bucket: RESOURCES.mediaBucket, Key, Body: photo },
      Metadata: { ...metadata, ...(profile !== undefined && { profile }) },
    }),
  );
  return api.ended(Key);
}

async function outputsOf({ jobId }: Job): Promise<string[]> {
  const { body } = await api.call('GET', `/api/media/jobs/${jobId}`, { as: 'operator' });
  return body.outputs.map(({ key, width, height }: Fields) =>
    [String(key).replace(/^.*_/, ''), width, height].join(' ').trim(),
  );
}

describe('a profile', () => {
  test('is stored with its defaults filled in, and shown to those who may use it', async () => {
    const { status, body } = await put('shop', { document: squares(40), tenants: ['acme'] });
    expect([status, body.name, body.tenants]).toEqual([200, 'shop', ['acme']]);
    expect(body.document.image.outputs[0]).toMatchObject({ gravity: 'center', ifLarger: 'shrink' });
    expect((await api.call('GET', `${PATH}/shop`)).body).toMatchObject({ hash: body.hash, isDefault: false });
    const listed = await api.call('GET', PATH);
    expect(listed.body.profiles.map(({ name, isDefault }: Fields) => [name, isDefault])).toEqual([
      ['default', true],
      ['shop', false],
    ]);
    expect(listed.body.profiles[1]).not.toHaveProperty('tenants');
  });

  test('of another tenant is neither shown nor named', async () => {
    const others = await api.call('GET', PATH, { as: 'globex/bob' });
    expect(others.body.profiles.map(({ name }: Fields) => name)).toEqual(['default']);
    const [hidden, missing] = [
      await api.call('GET', `${PATH}/shop`, { as: 'globex/bob' }),
      await api.call('GET', `${PATH}/shopp`, { as: 'globex/bob' }),
    ];
    expect([hidden.status, missing.status]).toEqual([404, 404]);
    expect(hidden.body.detail).toBe('The profile shop does not exist.');
    expect(hidden.body.detail.replace('shop', '')).toBe(missing.body.detail.replace('shopp', ''));
  });

  test('keeps its users when its document is edited, unless others are named', async () => {
    const users = { tenants: ['acme', 'hooli'], defaultFor: ['hooli'] };
    await put('edited', { document: squares(40), ...users });
    const again = await put('edited', { document: squares(41) });
    expect(again.body).toMatchObject({ ...users, title: 'Squares of 41' });
    // Of those that stay, one may use it no more.
    const narrowed = await put('edited', { document: squares(41), tenants: ['acme'] });
    expect([narrowed.status, narrowed.body.type]).toEqual([422, problem('tenant-not-allowed').type]);
    const freed = await put('edited', { document: squares(41), tenants: ['acme'], defaultFor: [] });
    expect(freed.body).toMatchObject({ tenants: ['acme'], defaultFor: [] });
    expect((await api.call('DELETE', `${PATH}/edited`, { as: 'operator' })).status).toBe(204);
  });

  test('is not written over by somebody who edited what it was before', async () => {
    const made = await put('raced', { document: squares(40), replaces: null });
    const edit = (side: number, replaces: unknown) => put('raced', { document: squares(side), replaces });
    expect((await put('raced', { document: squares(9), replaces: null })).status).toBe(409);
    // As the editor loads it: the database keeps fields in an order of its own.
    const { revision } = (await api.call('GET', `${PATH}/raced`, { as: 'operator' })).body;
    expect(revision).toBe(made.body.revision);
    const first = await edit(41, revision);
    const second = await edit(42, revision);
    expect([first.status, second.status, second.body.type]).toEqual([
      200,
      409,
      problem('profile-changed').type,
    ]);
    expect(second.body.detail).toContain('changed meanwhile by operator');
    const users = await put('raced', { document: squares(41), tenants: ['acme'] });
    expect((await edit(42, first.body.revision)).status).toBe(409);
    expect((await edit(42, users.body.revision)).body).toMatchObject({
      title: 'Squares of 42',
      tenants: ['acme'],
    });
    await api.call('DELETE', `${PATH}/raced`, { as: 'operator' });
    const late = await edit(43, users.body.revision);
    expect([late.status, late.body.detail]).toEqual([409, expect.stringContaining('deleted meanwhile')]);
    expect((await api.call('GET', `${PATH}/default`)).body).not.toHaveProperty('revision');
  });

  test('is not lost when many are written at the same time', async () => {
    const names = ['one', 'two', 'three', 'four'].map((name) => `at-once-${name}`);
    const written = await Promise.all(names.map((name) => put(name, { document: squares(8) })));
    // Whoever was too slow five times in a row is told to come again.
    const stored = names.filter((_, i) => written[i]?.status === 200);
    expect(stored.length).toBeGreaterThan(1);
    expect(written.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
    const { body } = await api.call('GET', PATH, { as: 'operator' });
    const listed = body.profiles.map(({ name }: Fields) => name);
    expect(listed.filter((name: string) => name.startsWith('at-once-'))).toEqual([...stored].sort());
    await Promise.all(names.map((name) => api.call('DELETE', `${PATH}/${name}`, { as: 'operator' })));
    for (const name of stored) await api.call('DELETE', `${PATH}/${name}`, { as: 'operator' });
  });

  test('is refused where all of them and their tenants no longer fit into a row', async () => {
    const tenants = Array.from({ length: 1000 }, (_, i) => `${i}`.padStart(64, 't'));
    const names = ['a', 'b', 'c', 'd', 'e'].map((letter) => `crowd-${letter}`);
    const answers = [];
    for (const name of names) answers.push(await put(name, { document: squares(8), tenants }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 422]);
    expect(answers[4]?.body.type).toBe(problem('too-many-profiles').type);
    for (const name of names) await api.call('DELETE', `${PATH}/${name}`, { as: 'operator' });
  });

  test('is written by operators only', async () => {
    expect((await put('shop', { document: squares(1) }, 'acme/ann')).status).toBe(403);
    expect((await api.call('DELETE', `${PATH}/shop`)).status).toBe(403);
  });

  test.each<[string, string, Fields, number, object]>([
    ['called default', 'default', { document: squares(40) }, 409, problem('profile-shipped')],
    [
      'for tenants that may not use it',
      'odd',
      { document: squares(40), tenants: ['acme'], defaultFor: ['globex'] },
      422,
      problem('tenant-not-allowed'),
    ],
    ['with a name of its own kind', 'Shop', { document: squares(40) }, 400, problem('invalid-request')],
    ['without a document', 'odd', {}, 400, problem('invalid-request')],
    [
      'that asks for 10⁵ pixels',
      'odd',
      { document: squares(100_000) },
      400,
      {
        errors: expect.arrayContaining([
          expect.objectContaining({ at: 'document/image/outputs/0/width' }),
          expect.objectContaining({ at: 'document/image/outputs/0/height' }),
        ]),
      },
    ],
  ])('%s is refused', async (_label, name, body, status, expected) => {
    const answer = await put(name, body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject(expected);
  });

  test('that asks for more than the operator allows is refused by field and setting', async () => {
    const { renditions, ...video } = DEFAULT_PROFILE.video;
    const [first] = renditions;
    const document = {
      ...DEFAULT_PROFILE,
      image: {
        outputs: Array.from({ length: 17 }, (_, i) => ({
          ...{ name: `tile-${i}`, format: 'avif', fit: 'cover', width: i === 3 ? 6000 : 10, height: 6000 },
          effort: i === 4 ? 9 : 2,
        })),
      },
      video: {
        ...video,
        renditions: [1, 2, 3, 4, 5].map((i) => ({ ...first, name: `made-${i}`, shortSide: 200 * i })),
      },
    };
    const { status, body } = await put('greedy', { document });
    expect(status).toBe(400);
    expect(body.errors.map(({ at, detail }: Fields) => [at, /\((\w+)\)/.exec(String(detail))?.[1]])).toEqual([
      ['document/image/outputs', 'MAX_PROFILE_IMAGES'],
      ['document/image/outputs/3/width', 'MAX_PROFILE_PIXELS'],
      ['document/image/outputs/4/effort', 'MAX_PROFILE_EFFORT'],
      ['document/video/renditions', 'MAX_PROFILE_RENDITIONS'],
      ['document/video/renditions', 'MAX_PROFILE_BITRATE'],
    ]);
  });

  test('with the outputs of the shipped one is within the bounds', async () => {
    const { status } = await put('like-default', { document: DEFAULT_PROFILE, tenants: ['acme'] });
    expect(status).toBe(200);
    expect((await api.call('DELETE', `${PATH}/like-default`, { as: 'operator' })).status).toBe(204);
  });

  test('that ships with the code is shown to all, as it was written', async () => {
    const { body } = await api.call('GET', `${PATH}/default`, { as: 'globex/bob' });
    expect(body.document).toEqual(DEFAULT_DOCUMENT);
    expect((await api.call('DELETE', `${PATH}/default`, { as: 'operator' })).status).toBe(409);
  });
});

describe('an upload', () => {
  test('gets the profile that it names', async () => {
    const job = await processed('named.jpg', { profile: 'shop' });
    expect(job.status).toBe('COMPLETED');
    expect(await outputsOf(job)).toEqual(['metadata.json', 'square.png 40 40']);
    const { body } = await api.call('GET', `/api/media/jobs/${job.jobId}`);
    expect(body.profile).toEqual({ name: 'shop', hash: (await api.call('GET', `${PATH}/shop`)).body.hash });
  });

  test.each(['shop', 'nothing', '../default', '__proto__', 'x'.repeat(1000)])(
    'that names a profile it may not use (%s) is rejected',
    async (profile) => {
      const owner = 'globex/users/bob';
      const job = await processed(`denied-${profile.length}.jpg`, { profile, owner });
      expect(job).toMatchObject({ status: 'REJECTED', error: { name: 'ProfileNotAllowed' } });
    },
  );

  test('through the API carries the name of its profile, or is refused', async () => {
    const body = { fileName: 'ticket.jpg', size: photo.length, profile: 'shop' };
    const { status, body: ticket } = await api.call('POST', '/api/media/uploads', { body });
    expect([status, ticket.fields['x-amz-meta-profile']]).toEqual([201, 'shop']);
    const form = new FormData();
    for (const [name, value] of Object.entries<string>(ticket.fields)) form.append(name, value);
    form.append('file', new Blob([new Uint8Array(photo)]));
    expect((await fetch(ticket.url, { method: 'POST', body: form })).status).toBe(204);
    expect(await outputsOf(await api.ended(ticket.key))).toEqual(['metadata.json', 'square.png 40 40']);
    const refused = await api.call('POST', '/api/media/uploads', { as: 'globex/bob', body });
    expect([refused.status, refused.body.type]).toEqual([422, problem('profile-not-allowed').type]);
  });

  test('carries its focal point into the work order, and is rejected for what is none', async () => {
    await put('focal', { document: squares(50) });
    const request = {
      fileName: 'point.jpg',
      size: photo.length,
      profile: 'focal',
      focalPoint: { x: 0.25, y: 1 / 3 },
    };
    const { body: ticket } = await api.call('POST', '/api/media/uploads', { body: request });
    expect(ticket.fields).toMatchObject({
      'x-amz-meta-focal-point': '0.25,0.3333',
      'x-amz-meta-profile': 'focal',
    });
    const form = new FormData();
    for (const [name, value] of Object.entries<string>(ticket.fields)) form.append(name, value);
    form.append('file', new Blob([new Uint8Array(photo)]));
    // Signed: S3 refuses another.
    expect(JSON.parse(Buffer.from(ticket.fields.Policy, 'base64').toString()).conditions).toContainEqual([
      ...['eq', '$x-amz-meta-focal-point', '0.25,0.3333'],
    ]);
    expect((await fetch(ticket.url, { method: 'POST', body: form })).status).toBe(204);
    const { order } = await api.ended(ticket.key);
    expect(order).toMatchObject({ focalPoint: { x: 0.25, y: 0.3333 }, profile: { name: 'focal' } });
    const without = await processed('pointless.jpg');
    expect(without.order).not.toHaveProperty('focalPoint');
    const wrong = { ...request, focalPoint: { x: 1.5, y: 0 } };
    expect((await api.call('POST', '/api/media/uploads', { body: wrong })).status).toBe(400);
    const rejected = await processed('wrong-point.jpg', { metadata: { 'focal-point': '120,80' } });
    expect(rejected).toMatchObject({
      ...{ status: 'REJECTED', error: { name: 'InvalidFocalPoint' } },
    });
    expect(rejected.error?.message).toContain('such as 0.3,0.7, got "120,80"');
  });

  test('gets the profile of its tenant, one at a time', async () => {
    await put('wide', { document: squares(60), defaultFor: ['initech'] });
    const taken = await put('tall', { document: squares(61), defaultFor: ['initech'] });
    expect([taken.status, taken.body.detail]).toEqual([409, expect.stringContaining('the profile wide')]);
    const owner = 'initech/users/ike';
    expect(await outputsOf(await processed('of-tenant.jpg', { owner }))).toContain('square.png 60 60');
    expect(await outputsOf(await processed('by-name.jpg', { owner, profile: 'default' }))).toContain(
      'optimized.jpg 300 200',
    );
    const used = await api.call('DELETE', `${PATH}/wide`, { as: 'operator' });
    expect([used.status, used.body.type]).toEqual([409, problem('profile-in-use').type]);
    await put('wide', { document: squares(60), defaultFor: [] });
    expect((await api.call('DELETE', `${PATH}/wide`, { as: 'operator' })).status).toBe(204);
    expect(await outputsOf(await processed('of-nobody.jpg', { owner }))).toContain('optimized.jpg 300 200');
  });
});

test('a job keeps the document that it was admitted with, whatever is edited meanwhile', async () => {
  await put('changing', { document: squares(20) });
  const { faults } = api.cloud;
  const held = Promise.withResolvers<void>();
  faults.add({
    ...{ service: 's3', action: 'PutObject', times: Number.POSITIVE_INFINITY },
    when: ({ bucket, key = '' }) => bucket === RESOURCES.outputBucket && key.includes('frozen'),
    fault: () => held.promise,
  });
  const ending = processed('frozen.jpg', { profile: 'changing' });
  await api.until('the job to be admitted', async () =>
    (await api.jobs()).some(({ key, order }) => key.endsWith('frozen.jpg') && order !== undefined),
  );
  await put('changing', { document: squares(30) });
  await api.call('DELETE', `${PATH}/changing`, { as: 'operator' });
  held.resolve();
  expect(await outputsOf(await ending)).toContain('square.png 20 20');
});

test.each([
  ['keeps its document', {}, 'square.png 20 20'],
  ['chooses anew where it says so', { profile: 'current' }, 'square.png 30 30'],
])('a retry %s', async (label, request, expected) => {
  const name = `retried-${label.length}`;
  await put(name, { document: squares(20) });
  const fault = api.cloud.faults.add({
    ...{ service: 's3', action: 'PutObject', times: Number.POSITIVE_INFINITY },
    when: ({ bucket, key = '' }) => bucket === RESOURCES.outputBucket && key.includes(name),
    fault: 'deny',
  });
  const failed = await processed(`${name}.jpg`, { profile: name });
  expect(failed).toMatchObject({ status: 'FAILED', error: { name: 'AccessDenied' } });
  fault.remove();
  await put(name, { document: squares(30) });
  const path = `/api/media/jobs/${failed.jobId}`;
  const redriven = await api.call('POST', path, { body: { mode: 'redrive', profile: 'current' } });
  expect([redriven.status, redriven.body.type]).toEqual([422, problem('profile-needs-restart').type]);
  const retried = await api.call('POST', path, { body: { mode: 'auto', ...request } });
  expect(retried.status).toBe(202);
  const job = await api.until('the retry to end', async () => {
    const { body } = await api.call('GET', path);
    return body.status === 'COMPLETED' && body;
  });
  expect(await outputsOf(job)).toContain(expected);
});
