import { DeleteObjectsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Backfill, BackfillUpload } from '../../../contract/backfill-api.ts';
import { outputPrefix } from '../../../core/outputs/output-key.ts';
import { RESOURCES, stateMachineArn } from '../../../local/resources.ts';
import { holdS3Events } from '../../support/held-events.ts';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { smallPng } from '../../support/small-png.ts';
import { PIXEL, standInWorker } from '../../support/stand-in-worker.ts';

let api: JobApi;
const worker = standInWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));
const key = (file: string) => uploadKey(file);
const PREFIX = 'tenants/acme/';
const JOB_AND_ROW = ['kept.png', 'expired.png', 'changed.png', 'expired.gif', 'removed.png'];

/** Uploads whose events are lost. */
async function uploadUnseen(files: Record<string, Buffer | string>): Promise<void> {
  const held = holdS3Events(api.cloud);
  for (const [file, body] of Object.entries(files)) await api.upload(key(file), Buffer.from(body));
  held.take(RESOURCES.mediaBucket);
  held.release();
}

/** Deletes the job rows of these files, as DynamoDB does when they have expired. */
async function expire(...files: string[]): Promise<void> {
  for (const { key: one, jobId } of await api.jobs())
    if (files.some((file) => one === key(file)))
      await api.table.send(new DeleteCommand({ TableName: RESOURCES.jobTable, Key: { jobId } }));
}

beforeAll(async () => {
  api = await startApi({ work: worker.work });
  // Two keys of one stem: the second has digits in its output names.
  for (const file of JOB_AND_ROW) await api.upload(key(file), PIXEL);
  for (const file of JOB_AND_ROW) await api.ended(key(file));
  await expire('expired.png', 'expired.gif', 'changed.png', 'removed.png');
  const stem = outputPrefix({ tenantId: 'acme', userId: 'ann', stem: 'removed' });
  const Objects = (await api.outputs()).filter((one) => one.startsWith(stem)).map((Key) => ({ Key }));
  expect(Objects.length).toBeGreaterThan(0);
  await api.s3.send(new DeleteObjectsCommand({ Bucket: RESOURCES.outputBucket, Delete: { Objects } }));
  await uploadUnseen({
    'changed.png': await smallPng('red'),
    'unseen.png': PIXEL,
    'tune.mp3': 'This is no recording.',
    'folder/': '',
  });
});
afterAll(() => api?.stop());

const operator = (method: string, path: string, body?: object) =>
  api.call(method, `/api/media/backfills${path}`, { as: 'operator', ...(body && { body }) });

async function ended(body: object): Promise<{ backfill: Backfill; uploads: Record<string, BackfillUpload> }> {
  const created = await operator('POST', '', body);
  expect(created.status).toBe(202);
  return resultOf(created.body.backfillId);
}

async function resultOf(backfillId: string) {
  const backfill: Backfill = await api.until('the end of the backfill', async () => {
    const { body } = await operator('GET', `/${backfillId}`);
    return body.status !== 'RUNNING' && body;
  });
  const uploads = (await operator('GET', `/${backfillId}/uploads`)).body.uploads as BackfillUpload[];
  return {
    backfill,
    uploads: Object.fromEntries(
      uploads.map((upload) => [upload.key.split('/media/')[1] ?? '', upload] as const),
    ),
  };
}

const started = async () => (await api.executions()).length;

describe('a backfill', () => {
  test('that is a dry run says of each key what would happen, why and for how much, and starts nothing', async () => {
    const before = await started();
    const { backfill, uploads } = await ended({ prefix: PREFIX, dryRun: true });
    expect(await started()).toBe(before);
    const outcomes = Object.fromEntries(
      Object.entries(uploads).map(([file, { outcome, reason }]) => [file, `${outcome}: ${reason}`]),
    );
    expect(outcomes).toEqual({
      'kept.png': expect.stringMatching(/^has-job: its job is COMPLETED$/),
      'expired.png': expect.stringMatching(/^processed: .*\/expired_manifest\.json was made of this content/),
      'expired.gif': expect.stringMatching(/^processed: .*\/expired-[0-9a-f]{8}_manifest\.json was made of/),
      'changed.png': expect.stringMatching(/^start: .*\/changed_manifest\.json was made of other content/),
      'removed.png': 'start: it has neither a job nor outputs',
      'unseen.png': 'start: it has neither a job nor outputs',
      'tune.mp3': expect.stringMatching(/^reject: would be rejected: /),
      'folder/': expect.stringMatching(/^ignored: Expected tenants\//),
    });
    expect(backfill).toMatchObject({
      ...{ status: 'SUCCEEDED', dryRun: true, prefix: PREFIX, objects: 8 },
      counts: { start: 3, reject: 1, 'has-job': 1, processed: 2, ignored: 1, failed: 0 },
      estimatedUsd: 3 * 0.000254,
    });
    expect(uploads['unseen.png']).toMatchObject({ kind: 'IMAGE', estimatedUsd: 0.000254 });
  });

  test('starts what has neither a job nor outputs of its content, and nothing else; a second one starts nothing', async () => {
    const before = await started();
    const { backfill } = await ended({ prefix: PREFIX, ratePerSecond: 100 });
    // What would be rejected, too: so its user learns of it.
    expect(backfill.counts).toMatchObject({ start: 4, 'has-job': 1, processed: 2, ignored: 1, failed: 0 });
    for (const file of ['changed.png', 'removed.png', 'unseen.png'])
      expect(await api.ended(key(file))).toMatchObject({ status: 'COMPLETED' });
    expect(await api.ended(key('tune.mp3'))).toMatchObject({ status: 'REJECTED' });
    expect(await started()).toBe(before + 4);

    const { backfill: again } = await ended({ prefix: PREFIX });
    expect(again.counts).toMatchObject({ start: 0, 'has-job': 5, processed: 2, ignored: 1 });
    expect(await started()).toBe(before + 4);
  });

  test('keeps to its limit, and to its rate', async () => {
    await uploadUnseen(Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`rate-${i}.png`, PIXEL])));
    const from = performance.now();
    const { backfill } = await ended({ prefix: key('rate-'), limit: 5, ratePerSecond: 2 });
    expect(performance.now() - from).toBeGreaterThan(1900);
    expect(backfill).toMatchObject({ objects: 5, counts: { start: 5 } });
  });

  test('that was stopped goes on where it was; one that has succeeded cannot', async () => {
    await uploadUnseen(Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`stop-${i}.png`, PIXEL])));
    const { body } = await operator('POST', '', { prefix: key('stop-'), ratePerSecond: 1 });
    const { backfillId } = body;
    await api.until('the first start', async () =>
      (await api.jobs()).some((job) => job.key.startsWith(key('stop-'))),
    );
    const stopped = await operator('DELETE', `/${backfillId}`);
    expect(stopped.body).toMatchObject({ status: 'ABORTED', error: { name: 'Stopped' } });
    expect((await operator('POST', `/${backfillId}`)).status).toBe(202);
    const { backfill, uploads } = await resultOf(backfillId);
    expect(backfill).toMatchObject({ status: 'SUCCEEDED', counts: { start: 5, failed: 0 } });
    expect(Object.values(uploads).map(({ outcome }) => outcome)).toEqual(Array(5).fill('start'));
    const refused = await operator('POST', `/${backfillId}`);
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining('SUCCEEDED') } });
  });

  test('lists its uploads in pages, by outcome if asked', async () => {
    const { backfill } = await ended({ prefix: PREFIX, dryRun: true });
    const { body } = await operator('GET', `/${backfill.backfillId}/uploads?outcome=processed`);
    expect(body.uploads.map(({ outcome }: BackfillUpload) => outcome)).toEqual(['processed', 'processed']);
    expect(body.nextCursor).toBeUndefined();
    const wrong = Buffer.from('backfills/other/x').toString('base64url');
    expect((await operator('GET', `/${backfill.backfillId}/uploads?cursor=${wrong}`)).status).toBe(400);
  });

  test('is for operators, and of upload keys only', async () => {
    const body = { prefix: PREFIX };
    expect((await api.call('POST', '/api/media/backfills', { body })).status).toBe(403);
    expect((await api.call('GET', '/api/media/backfills/x')).status).toBe(403);
    expect((await operator('GET', '/x')).status).toBe(404);
    for (const wrong of [{}, { prefix: '' }, { prefix: 'backfills/' }, { ...body, ratePerSecond: 0 }])
      expect((await operator('POST', '', wrong)).status).toBe(400);
  });

  test('that was started in the console with a wrong input says what is expected', async () => {
    const { arn } = api.cloud.states.start(
      stateMachineArn(RESOURCES.backfillStateMachine),
      '{"prefix": "acme"}',
      'by-hand',
    );
    const { backfill } = await resultOf('by-hand');
    expect(backfill).toMatchObject({
      ...{ executionArn: arn, status: 'FAILED', objects: 0 },
      error: { name: 'InvalidConfiguration', cause: expect.stringContaining('tenants/acme/') },
    });
  });

  test('of an upload whose manifest cannot be read starts it', async () => {
    await uploadUnseen({ 'broken.png': PIXEL });
    const manifest = `${outputPrefix({ tenantId: 'acme', userId: 'ann', stem: 'broken' })}manifest.json`;
    await api.s3.send(new PutObjectCommand({ Bucket: RESOURCES.outputBucket, Key: manifest, Body: '{' }));
    const { backfill } = await ended({ prefix: key('broken') });
    expect(backfill.counts.start).toBe(1);
  });
});
