import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { RESOURCES } from '../../../local/resources.ts';
import { DEFAULT_PROFILE } from '../../../media/profile/default-profile.ts';
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

type Fields = Record<string, unknown>;

/** Has uploads of the tenant get two images: `tile` and `card`. */
async function usePlan({ tile = 80, card = 80, more = [] as Fields[] } = {}): Promise<void> {
  const image = (name: string, quality: number, width: number) => ({ name, format: 'jpeg', quality, width });
  const outputs = [image('tile', tile, 90), image('card', card, 60), ...more];
  const document = { ...DEFAULT_PROFILE, title: 'Plan', image: { outputs } };
  const body = { document, tenants: ['acme'], defaultFor: ['acme'] };
  const { status } = await api.call('PUT', '/api/media/profiles/plan', { as: 'operator', body });
  expect(status).toBe(200);
}
beforeEach(() => usePlan());

let uploads = 0;
async function completed() {
  const key = uploadKey(`photo-${++uploads}.jpg`);
  await api.upload(key, photo);
  const job = await api.ended(key);
  expect(job.status).toBe('COMPLETED');
  return job;
}

const path = (jobId: string) => `/api/media/jobs/${jobId}`;
const again = (jobId: string, body: Fields) => api.call('POST', path(jobId), { body });
const shown = async (jobId: string) => (await api.call('GET', path(jobId))).body;
const rerender = async (body: Fields) => {
  const answer = await api.call('POST', '/api/media/jobs/rerender', { body });
  expect(answer.status).toBe(200);
  return answer.body;
};

/** Versions of the outputs by name. */
const versionsOf = ({ outputs }: { outputs: { key: string; versionId: string }[] }) =>
  Object.fromEntries(outputs.map(({ key, versionId }) => [key.replace(/^.*_/, ''), versionId]));

async function ended(jobId: string) {
  return api.until(`the end of ${jobId}`, async () => {
    const job = await api.deps.jobs.get(jobId);
    const isTold = job?.status === 'COMPLETED' || job?.notifiedAttempt === job?.attempt;
    return job && job.status !== 'PROCESSING' && isTold ? job : undefined;
  });
}

/** Lets the work state wait at its first write of an output until it is released. */
function heldWork() {
  const held = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const rule = api.cloud.faults.add({
    when: ({ action, bucket }) => action === 'PutObject' && bucket === RESOURCES.outputBucket,
    fault() {
      reached.resolve();
      return held.promise;
    },
  });
  const release = () => {
    held.resolve();
    rule.remove();
  };
  return { reached: reached.promise, release };
}

describe('stale outputs', () => {
  test('alone are made again; the others are taken over', async () => {
    const { jobId } = await completed();
    const before = await shown(jobId);
    await usePlan({ tile: 40 });
    const { status, body } = await again(jobId, { stale: true });
    expect([status, body.mode, body.job.status]).toEqual([202, 'restart', 'PROCESSING']);
    expect(await ended(jobId)).toMatchObject({ status: 'COMPLETED', attempt: 2 });
    const after = await shown(jobId);
    const [old, now] = [versionsOf(before), versionsOf(after)];
    expect(now['card.jpg']).toBe(old['card.jpg']);
    expect(now['tile.jpg']).not.toBe(old['tile.jpg']);
    expect(after.profile.hash).not.toBe(before.profile.hash);
    expect(after.timeline.map(({ note }: Fields) => note)).toContain('made again by ann: what is stale');
  });

  test('are listed with the reason and the cost, and nothing is changed', async () => {
    const { jobId } = await completed();
    await usePlan({ card: 30, more: [{ name: 'hero', format: 'webp', width: 50 }] });
    const { results, estimatedUsd } = await rerender({ filter: { jobId }, dryRun: true });
    expect(results).toEqual([
      {
        ...{ jobId, outcome: 'stale', reason: 'Stale: card.jpg, hero.', estimatedUsd: expect.any(Number) },
        stale: [
          { name: 'card.jpg', reason: 'The profile or a setting has changed: quality.' },
          { name: 'hero', reason: 'It was not asked for when the others were made.' },
        ],
      },
    ]);
    expect(estimatedUsd).toBeGreaterThan(0);
    expect(await api.deps.jobs.get(jobId)).toMatchObject({ status: 'COMPLETED', attempt: 1 });
  });

  test('of many jobs are made again, and of those that are current nothing', async () => {
    const [one, other] = [await completed(), await completed()];
    await usePlan({ card: 20 });
    expect((await again(one.jobId, { stale: true })).status).toBe(202);
    await ended(one.jobId);
    const filter = { from: one.createdAt };
    const { results } = await rerender({ filter, ratePerSecond: 50 });
    expect(results.map(({ jobId, outcome }: Fields) => [jobId, outcome])).toEqual(
      expect.arrayContaining([
        [one.jobId, 'current'],
        [other.jobId, 'started'],
      ]),
    );
    expect(await ended(other.jobId)).toMatchObject({ status: 'COMPLETED', attempt: 2 });
    const { results: next } = await rerender({ filter });
    expect(new Set(next.map(({ outcome }: Fields) => outcome))).toEqual(new Set(['current']));
  });

  test('are none by the profile that the job was admitted with', async () => {
    const { jobId } = await completed();
    await usePlan({ card: 10 });
    const { status, body } = await again(jobId, { stale: true, profile: 'frozen' });
    expect([status, body.detail]).toEqual([409, 'All outputs are current.']);
  });
});

test('another tenant finds no such job', async () => {
  const { jobId } = await completed();
  const body = { filter: { jobId }, dryRun: true };
  const { status } = await api.call('POST', '/api/media/jobs/rerender', { as: 'globex/bob', body });
  expect(status).toBe(404);
  const named = await api.call('POST', path(jobId), { as: 'globex/bob', body: { stale: true } });
  expect(named.status).toBe(404);
});

describe('outputs by name', () => {
  test('are made again, and no others, whatever is stale', async () => {
    const { jobId } = await completed();
    const before = versionsOf(await shown(jobId));
    await usePlan({ tile: 30, card: 30 });
    expect((await again(jobId, { outputs: ['card'] })).status).toBe(202);
    await ended(jobId);
    const after = versionsOf(await shown(jobId));
    expect(after['tile.jpg']).toBe(before['tile.jpg']);
    expect(after['card.jpg']).not.toBe(before['card.jpg']);
    // What was not named is still stale, and is found.
    const [result] = (await rerender({ filter: { jobId }, dryRun: true })).results;
    expect(result.stale.map(({ name }: Fields) => name)).toEqual(['tile.jpg']);
  });

  test.each<[label: string, body: Fields, status: number, detail: string]>([
    ['a name that nothing has', { outputs: ['poster'] }, 422, 'got poster.'],
    ['names beside stale', { outputs: ['card'], stale: true }, 422, 'got both.'],
    ['a redrive', { outputs: ['card'], mode: 'redrive' }, 422, 'A redrive resumes'],
    ['no names', { outputs: [] }, 400, 'outputs'],
  ])('are refused with %s', async (_label, body, status, detail) => {
    const { jobId } = await completed();
    const answer = await again(jobId, body);
    expect(answer.status).toBe(status);
    expect(answer.body.detail).toContain(detail);
  });
});

describe('readers', () => {
  test('see the earlier set until the new one is whole', async () => {
    const { jobId } = await completed();
    const before = await shown(jobId);
    await usePlan({ tile: 25 });
    const { reached, release } = heldWork();
    await again(jobId, { stale: true });
    await reached;
    const meanwhile = await shown(jobId);
    expect(meanwhile.status).toBe('PROCESSING');
    expect(versionsOf(meanwhile)).toEqual(versionsOf(before));
    release();
    await ended(jobId);
    expect(versionsOf(await shown(jobId))).not.toEqual(versionsOf(before));
  });

  test('see it after a failure, and a retry makes what was stale', async () => {
    const { jobId } = await completed();
    const before = await shown(jobId);
    await usePlan({ tile: 15 });
    const rule = api.cloud.faults.add({
      ...{ fault: 'deny', times: Number.POSITIVE_INFINITY },
      when: ({ action, bucket, key }) =>
        action === 'PutObject' && bucket === RESOURCES.outputBucket && key.endsWith('manifest.json'),
    });
    await again(jobId, { stale: true });
    expect(await ended(jobId)).toMatchObject({ status: 'FAILED', error: { name: 'AccessDenied' } });
    rule.remove();
    const failed = await shown(jobId);
    expect(versionsOf(failed)).toEqual(versionsOf(before));
    const { key: manifestKey, versionId: manifestVersionId } = failed.manifest;
    expect(await api.missing({ ...before, manifestKey, manifestVersionId })).toEqual([]);
    expect((await api.deadLetters()).map((letter) => letter.jobId)).toContain(jobId);
    expect((await again(jobId, {})).status).toBe(202);
    expect(await ended(jobId)).toMatchObject({ status: 'COMPLETED', attempt: 3 });
    const after = versionsOf(await shown(jobId));
    expect(after['card.jpg']).toBe(versionsOf(before)['card.jpg']);
    expect(after['tile.jpg']).not.toBe(versionsOf(before)['tile.jpg']);
  });

  test('see it after a cancellation, of which nothing is left', async () => {
    const { jobId } = await completed();
    const before = await shown(jobId);
    await usePlan({ tile: 12 });
    const { reached, release } = heldWork();
    await again(jobId, { stale: true });
    await reached;
    expect((await api.call('DELETE', path(jobId))).status).toBe(200);
    release();
    await ended(jobId);
    const cancelled = await shown(jobId);
    expect(cancelled.status).toBe('CANCELLED');
    expect(versionsOf(cancelled)).toEqual(versionsOf(before));
    expect(cancelled.outputsRemovedAt).toBeUndefined();
    const { key, versionId } = cancelled.outputs.find((output: Fields) =>
      String(output.key).endsWith('tile.jpg'),
    );
    await api.until('what the cancelled attempt wrote to be gone', async () => {
      const head = new HeadObjectCommand({ Bucket: RESOURCES.outputBucket, Key: key });
      return (await api.s3.send(head)).VersionId === versionId;
    });
  });
});

test.each<[label: string, reason: RegExp]>([
  ['deleted', /has been deleted|have been removed/],
  ['replaced', /A newer upload replaced it/],
])('nothing is made again of an upload that was %s', async (label, reason) => {
  const job = await completed();
  await usePlan({ tile: 77 });
  if (label === 'deleted') await api.remove(job.key);
  else await api.upload(job.key, await sharp(photo).negate().toBuffer());
  const { status, body } = await again(job.jobId, { stale: true });
  expect(status).toBe(409);
  expect(body.detail).toMatch(reason);
});
