import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { openApiDeps } from '../../../lambdas/serve-api/open-api-deps.ts';
import { loadFunctions } from '../../../local/product.ts';
import { productEnvironment, RESOURCES } from '../../../local/resources.ts';
import { DEFAULT_PROFILE } from '../../../media/profile/default-profile.ts';
import { callerOf, type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { putManaged } from '../../support/profiles/managed.ts';

const squares = (side: number) => ({
  ...DEFAULT_PROFILE,
  title: `Squares of ${side}`,
  image: { outputs: [{ name: 'square', format: 'png', fit: 'cover', width: side, height: side }] },
});
const MANAGED = {
  fixed: { document: squares(24), tenants: ['acme', 'hooli'], defaultFor: ['hooli'] },
  broken: { document: { title: 'Broken' } },
};

let api: JobApi;
let call: JobApi['call'];
beforeAll(async () => {
  let MANAGED_PROFILES = '';
  api = await startApi(
    {},
    {
      functions: async (environment) => {
        MANAGED_PROFILES = await putManaged(environment, MANAGED);
        process.env.MANAGED_PROFILES = MANAGED_PROFILES;
        return loadFunctions(environment);
      },
    },
  );
  await api.cloud.functions.ready();
  const environment = { ...productEnvironment(api.cloud.urls.storage), ALLOW_DEVELOPMENT_IDENTITY: 'true' };
  call = callerOf(openApiDeps({ ...environment, MANAGED_PROFILES })).call;
});
afterAll(async () => {
  delete process.env.MANAGED_PROFILES;
  await api?.stop();
});

const PATH = '/api/media/profiles';
const put = (name: string, body: object) => call('PUT', `${PATH}/${name}`, { as: 'operator', body });

test('a profile of Terraform is listed beside those of the API, to those who may use it', async () => {
  await put('own', { document: squares(30) });
  const { body } = await call('GET', PATH, { as: 'operator' });
  expect(body.profiles.map(({ name, source }: Record<string, unknown>) => [name, source])).toEqual([
    ...[
      ['default', 'code'],
      ['broken', 'terraform'],
      ['fixed', 'terraform'],
      ['own', 'api'],
    ],
  ]);
  expect(body.profiles[1].problem).toMatch(/Expected a profile; .*image/);
  const shown = await call('GET', `${PATH}/fixed`);
  expect(shown.body).toMatchObject({ isDefault: false, document: squares(24) });
  expect(shown.body).not.toHaveProperty('source');
  expect((await call('GET', `${PATH}/fixed`, { as: 'globex/bob' })).status).toBe(404);
});

test('the API refuses to change it, and to take a tenant from it', async () => {
  const answers = [
    await put('fixed', { document: squares(1) }),
    await call('DELETE', `${PATH}/fixed`, { as: 'operator' }),
    await put('own', { document: squares(30), defaultFor: ['hooli'] }),
  ];
  expect(answers.map(({ status, body }) => [status, body.type.split(':').at(-1)])).toEqual([
    [409, 'profile-managed'],
    [409, 'profile-managed'],
    [409, 'tenant-taken'],
  ]);
});

test('an upload gets it by its tenant or by its name, and keeps its document', async () => {
  const photo = await sharp({ create: { width: 60, height: 50, channels: 3, background: '#2563eb' } })
    .png()
    .toBuffer();
  const keys = [uploadKey('default.png', 'hooli', 'hal'), uploadKey('named.png')];
  for (const [i, Key] of keys.entries())
    await api.s3.send(
      new PutObjectCommand({
        ...{ Bucket: RESOURCES.mediaBucket, Key, Body: photo },
        ...(i === 1 && { Metadata: { profile: 'fixed' } }),
      }),
    );
  const { hash } = (await call('GET', `${PATH}/fixed`)).body;
  for (const Key of keys) {
    const job = await api.ended(Key);
    expect(job).toMatchObject({ status: 'COMPLETED', order: { profile: { name: 'fixed', hash } } });
    const { outputs } = await api.manifest(job);
    expect(outputs).toContainEqual(expect.objectContaining({ width: 24, height: 24 }));
  }
  expect(JSON.parse((await api.output(`profiles/${hash}.json`)).toString())).toMatchObject(squares(24));
});

test('an upload that names one with a broken document fails, and says which field', async () => {
  const Key = uploadKey('broken.png');
  const object = { Bucket: RESOURCES.mediaBucket, Key, Body: 'x', Metadata: { profile: 'broken' } };
  const photo = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  await api.s3.send(new PutObjectCommand({ ...object, Body: photo }));
  const { status, error } = await api.ended(Key);
  expect([status, error?.name]).toEqual(['FAILED', 'InvalidConfiguration']);
  expect(error?.message).toMatch(/Profile broken, by Terraform: .*image/);
  expect(await api.deadLetters()).toHaveLength(1);
});
