import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { type FunctionCalls, FunctionFailure } from '../../../core/aws/function-calls.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { loadFunctions } from '../../../local/product.ts';
import { RESOURCES } from '../../../local/resources.ts';
import { DEFAULT_PROFILE } from '../../../media/profile/default-profile.ts';
import { callerOf, type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';

const PATH = '/api/media/profiles/preview';
const RED = { r: 200, g: 30, b: 30 };
const BLUE = { r: 30, g: 30, b: 200 };
const HANGS = 'hangs';

let api: JobApi;
let photo: Job;
beforeAll(async () => {
  api = await startApi(
    {},
    {
      functions: async (environment) => ({
        ...(await loadFunctions(environment)),
        [HANGS]: () => new Promise(() => undefined),
      }),
    },
  );
  await api.upload(uploadKey('photo.jpg'), await picture(RED));
  photo = await api.ended(uploadKey('photo.jpg'));
});
afterAll(() => api?.stop());

const picture = (background: typeof RED) =>
  sharp({ create: { width: 600, height: 400, channels: 3, background } })
    .jpeg()
    .toBuffer();

const withOutputs = (...outputs: object[]) => ({ ...DEFAULT_PROFILE, image: { outputs } });
const SQUARE = { name: 'square', format: 'png', fit: 'cover', width: 90, height: 90 };

const preview = (jobId: string, document: object, as = 'operator') =>
  api.call('POST', PATH, { as, body: { jobId, document } });

async function fetched(url: string) {
  const response = await fetch(url);
  return { body: Buffer.from(await response.arrayBuffer()), type: response.headers.get('content-type') };
}

async function colorOf(image: Buffer) {
  const { channels } = await sharp(image).stats();
  return channels.slice(0, 3).map(({ mean }) => Math.round(mean));
}

describe('a preview', () => {
  test('shows each output of a profile that is not stored, with its size', async () => {
    const hero = { name: 'hero', format: 'webp', width: 300, quality: 70, effort: 1 };
    const { status, body } = await preview(photo.jobId, withOutputs(SQUARE, hero));
    expect([status, body.degraded, body.upload]).toEqual([200, [], { size: photo.size }]);
    expect(body.outputs).toMatchObject([
      { name: 'hero.webp', contentType: 'image/webp', width: 300, height: 200 },
      { name: 'square.png', contentType: 'image/png', width: 90, height: 90 },
    ]);
    for (const { url, contentType, size, width, height } of body.outputs) {
      const got = await fetched(url);
      expect([got.type, got.body.length]).toEqual([contentType, size]);
      expect(await sharp(got.body).metadata()).toMatchObject({ width, height });
    }
  });

  test('leaves everything as it was, but for files of its own', async () => {
    const before = [await api.jobs(), await api.outputs(), await api.executions()];
    const { body } = await preview(photo.jobId, withOutputs(SQUARE));
    expect([await api.jobs(), await api.outputs(), await api.executions()]).toEqual(before);
    expect((await api.call('GET', '/api/media/profiles', { as: 'operator' })).body.profiles).toHaveLength(1);
    const key = decodeURIComponent(new URL(body.outputs[0].url).pathname);
    expect(key).toMatch(/\/previews\/[0-9a-f-]{36}\/square\.png$/);
    const listed = { Bucket: RESOURCES.outputBucket, Prefix: 'previews/' };
    const { Contents = [] } = await api.s3.send(new ListObjectsV2Command(listed));
    expect(Contents.map(({ Key = '' }) => Key)).toContainEqual(expect.stringMatching(/\/square\.png$/));
  });

  test('says what the operator has switched off', async () => {
    const { body } = await preview(photo.jobId, withOutputs(SQUARE, { name: 'hero', format: 'avif' }));
    expect(body.outputs.map(({ name }: { name: string }) => name)).toEqual(['square.png']);
    expect(body.degraded).toEqual(['hero.avif is left out: ENABLE_AVIF is off.']);
  });

  test('is of the upload of the job, whatever came to its key since, until it is gone', async () => {
    const key = uploadKey('again.jpg');
    await api.upload(key, await picture(RED));
    const first = await api.ended(key);
    await api.upload(key, await picture(BLUE));
    const second = await api.until('the second job', async () => {
      const job = await api.ended(key);
      return job.jobId !== first.jobId && job;
    });
    const colors = [];
    for (const { jobId } of [first, second]) {
      const { body } = await preview(jobId, withOutputs(SQUARE));
      colors.push(await colorOf((await fetched(body.outputs[0].url)).body));
    }
    const near = ({ r, g, b }: typeof RED) => [r, g, b].map((value) => expect.closeTo(value, -0.8));
    expect(colors).toEqual([near(RED), near(BLUE)]);
    const version = { Bucket: RESOURCES.mediaBucket, Key: key, VersionId: first.versionId ?? undefined };
    await api.s3.send(new DeleteObjectCommand(version));
    const gone = await preview(first.jobId, withOutputs(SQUARE));
    expect([gone.status, gone.body.type]).toEqual([422, 'urn:media-pipeline:problem:upload-gone']);
  });

  test.each(['acme/ann', 'acme', 'globex/bob'])('is for operators only, not for %s', async (as) => {
    expect((await preview(photo.jobId, DEFAULT_PROFILE, as)).status).toBe(403);
  });

  test('of a job that does not exist, or is of no picture, is refused', async () => {
    expect((await preview(`job_${'a'.repeat(26)}`, DEFAULT_PROFILE)).status).toBe(404);
    await api.upload(uploadKey('note.txt'), 'A text, and no picture.\n');
    await api.upload(uploadKey('broken.png'), 'no picture');
    for (const file of ['note.txt', 'broken.png']) {
      const { jobId, status: ended } = await api.ended(uploadKey(file));
      const { status, body } = await preview(jobId, DEFAULT_PROFILE);
      expect([status, body.detail]).toEqual([422, expect.stringContaining(`one that is ${ended}`)]);
    }
  });

  test('of a wrong or excessive document is refused by field', async () => {
    const wrong = await preview(photo.jobId, withOutputs({ ...SQUARE, width: 'wide' }));
    const greedy = await preview(photo.jobId, withOutputs({ ...SQUARE, width: 6000, height: 6000 }));
    const at = 'document/image/outputs/0/width';
    expect([wrong.status, wrong.body.errors[0].at]).toEqual([400, at]);
    expect([greedy.status, greedy.body.errors]).toEqual([
      400,
      [{ at, detail: expect.stringContaining('MAX_PROFILE_PIXELS') }],
    ]);
  });
});

describe('where the function does not answer with outputs', () => {
  test.each<[string, FunctionFailure | undefined, number, string]>([
    ['takes too long', undefined, 504, 'preview-too-slow'],
    ['is ended by its time-out', failure('Sandbox.Timedout'), 504, 'preview-too-slow'],
    ['finds the image too large', failure('TooManyPixels'), 422, 'preview-failed'],
    ['has too little memory', failure('Runtime.ExitError'), 422, 'preview-failed'],
    ['may not read the upload', failure('AccessDenied'), 500, 'internal'],
  ])('since it %s, the API says so', async (_what, thrown, status, slug) => {
    const call = async () => {
      if (thrown) throw thrown;
      return undefined;
    };
    const { call: ask } = callerOf({ ...api.deps, functions: { call } as unknown as FunctionCalls });
    const body = { jobId: photo.jobId, document: DEFAULT_PROFILE };
    const answer = await ask('POST', PATH, { as: 'operator', body });
    expect([answer.status, answer.body.type]).toEqual([status, `urn:media-pipeline:problem:${slug}`]);
  });

  test('a call is given up after its time', async () => {
    expect(await api.deps.functions.call(HANGS, {}, 300)).toBeUndefined();
  });

  test('a call of a function that throws tells its error', async () => {
    await expect(api.deps.functions.call('process-image', {}, 10_000)).rejects.toMatchObject({
      name: 'FunctionFailure',
      type: 'InvalidConfiguration',
    });
  });

  test('a call of none is a missing resource', async () => {
    await expect(api.deps.functions.call('nobody', {}, 10_000)).rejects.toMatchObject({
      name: 'MissingResource',
    });
  });
});

function failure(type: string): FunctionFailure {
  return new FunctionFailure(type, `The function failed with ${type}.`);
}
