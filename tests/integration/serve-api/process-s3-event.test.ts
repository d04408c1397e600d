import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Job } from '../../../core/jobs/job.ts';
import { RESOURCES } from '../../../local/resources.ts';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { PIXEL, standInWorker } from '../../support/stand-in-worker.ts';

let api: JobApi;
const worker = standInWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));
/** Files whose worker waits for the test. */
const held = new Map<string, Promise<void>>();
beforeAll(async () => {
  api = await startApi({
    work: async (order) => {
      await held.get(order.key);
      return worker.work(order);
    },
  });
});
afterAll(() => api?.stop());

const LAST = 'F'.repeat(32);
const submit = async (records: object[], as = 'acme/bob') => {
  const { status, body } = await api.call('POST', '/api/media/process-s3-event', {
    body: { Records: records },
    as,
  });
  return { status, results: body.results };
};
const record = (key: string, object: object = {}) => ({
  eventName: 'ObjectCreated:Put',
  s3: { bucket: { name: RESOURCES.mediaBucket }, object: { key, ...object } },
});
const jobsOf = async (key: string) => (await api.jobs()).filter((job) => job.key === key);

/** Holds the work on a key until the returned function is called. */
function hold(key: string): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  held.set(key, promise);
  return resolve;
}

/** Uploads a file whose event never arrives. */
async function uploadSilently(key: string, body = PIXEL) {
  const { events } = api.cloud;
  const put = events.put;
  events.put = (entry, bus) => (entry.source === 'aws.s3' ? '' : put.call(events, entry, bus));
  await api.upload(key, body);
  events.put = put;
}

describe('a record that lies about an upload', () => {
  test("does not freeze another user's key: true uploads are processed, the true delete removes outputs", async () => {
    const key = uploadKey('frozen.png');
    await api.upload(key, PIXEL);
    const first = await api.ended(key);
    const made = { sequencer: LAST, eTag: 'made-up', versionId: 'made-up', size: 1 };
    expect((await submit([record(key, made)])).results).toEqual([
      { key, outcome: 'duplicate', jobId: first.jobId, executionArn: first.executionArn },
    ]);
    await api.upload(key, Buffer.concat([PIXEL, Buffer.alloc(1)]));
    const second = await api.until('the second upload', async () =>
      (await jobsOf(key)).find(({ jobId, status }) => jobId !== first.jobId && status === 'COMPLETED'),
    );
    expect((await jobsOf(key)).map(({ status }) => status)).toEqual(['COMPLETED', 'COMPLETED']);
    await api.remove(key);
    await api.until('the outputs to go', async () =>
      (await api.outputs()).every((output) => !output.includes('frozen')),
    );
    expect(await api.deps.jobs.get(second.jobId)).toHaveProperty('outputsRemovedAt');
  });

  test('does not kill the running job of the same upload', async () => {
    const key = uploadKey('running.png');
    const go = hold(key);
    await api.upload(key, PIXEL);
    const [job] = await api.until('the job', async () => {
      const jobs = await jobsOf(key);
      return jobs.length > 0 && jobs;
    });
    for (const object of [{}, { sequencer: LAST, eTag: 'x' }, { sequencer: '0', size: 0 }])
      expect((await submit([record(key, object)])).results).toMatchObject([
        { outcome: 'duplicate', jobId: job?.jobId },
      ]);
    go();
    expect(await api.ended(key)).toMatchObject({ jobId: job?.jobId, status: 'COMPLETED', attempt: 1 });
    expect(await jobsOf(key)).toHaveLength(1);
  });

  test('starts nothing for an upload that does not exist, and records nothing of it', async () => {
    const key = uploadKey('absent.png');
    expect(await submit([record(key, { sequencer: LAST, eTag: 'x', size: 9 })])).toEqual({
      status: 200,
      results: [{ key, outcome: 'refused', reason: 'the upload does not exist' }],
    });
    expect(await jobsOf(key)).toEqual([]);
    expect(await api.deps.ledger.get({ bucket: RESOURCES.mediaBucket, key })).toBeUndefined();
  });
});

describe('an upload whose event was lost', () => {
  test('is processed by what S3 says of it', async () => {
    const key = uploadKey('lost-1.png');
    await uploadSilently(key);
    const { results } = await submit([record(key, { sequencer: LAST, eTag: 'x', size: 0 })]);
    expect(results).toMatchObject([{ key, outcome: 'started' }]);
    expect(await api.ended(key)).toMatchObject({ status: 'COMPLETED', size: PIXEL.length, sequencer: '0' });
    expect((await submit([record(key)])).results).toMatchObject([
      { outcome: 'duplicate', jobId: results[0].jobId },
    ]);
  });

  test.each([
    ['an upload', false],
    ['a delete', true],
  ])('over %s that is known starts anew, and later events of S3 still win', async (_what, deleted) => {
    const key = uploadKey(`lost-after-${deleted ? 'delete' : 'upload'}.png`);
    const { bucket } = { bucket: RESOURCES.mediaBucket };
    await api.upload(key, PIXEL);
    const first = await api.ended(key);
    if (deleted) {
      await api.remove(key);
      await api.until('the delete', async () => (await api.deps.ledger.get({ bucket, key }))?.deleted);
    }
    const known = await api.deps.ledger.get({ bucket, key });
    await uploadSilently(key, Buffer.concat([PIXEL, Buffer.alloc(2)]));
    expect((await submit([record(key)])).results).toMatchObject([{ outcome: 'started' }]);
    const second = await api.until('the lost upload', async () =>
      (await jobsOf(key)).find(({ jobId, status }) => jobId !== first.jobId && status === 'COMPLETED'),
    );
    expect(second.sequencer > (known?.sequencer ?? '')).toBe(true);
    await api.remove(key);
    await api.until('the delete', async () => (await api.deps.jobs.get(second.jobId))?.outputsRemovedAt);
  });

  test('loses to an event of S3 that arrives while S3 is asked', async () => {
    const key = uploadKey('racing.png');
    await api.upload(key, PIXEL);
    const first = await api.ended(key);
    await uploadSilently(key, Buffer.concat([PIXEL, Buffer.alloc(3)]));
    let raced: Job | undefined;
    api.cloud.faults.add({
      service: 's3',
      action: 'HeadObject',
      when: (call) => call.key === key,
      fault: async () => {
        await api.upload(key, Buffer.concat([PIXEL, Buffer.alloc(4)]));
        raced = await api.until('the true upload', async () =>
          (await jobsOf(key)).find(({ jobId, status }) => jobId !== first.jobId && status === 'COMPLETED'),
        );
      },
    });
    const { results } = await submit([record(key)]);
    await api.until('the execution of the API to end', async () => {
      const found = (await api.executions()).find(
        ({ executionArn }) => executionArn === results[0].executionArn,
      );
      return found?.status !== 'RUNNING';
    });
    const entry = await api.deps.ledger.get({ bucket: RESOURCES.mediaBucket, key });
    expect(entry?.latestJobId).toBe(raced?.jobId);
    expect((await api.deps.jobs.get(raced?.jobId ?? ''))?.status).toBe('COMPLETED');
  });
});

test('a row that cannot be read is the result of its own record only', async () => {
  const keys = ['corrupt.png', 'sound.png'].map((file) => uploadKey(file));
  for (const key of keys) await api.upload(key, PIXEL);
  const [corrupt, sound] = await Promise.all(keys.map((key) => api.ended(key)));
  const Item = { ...JSON.parse(JSON.stringify(corrupt)), status: 'LOST' };
  await api.table.send(new PutCommand({ TableName: RESOURCES.jobTable, Item }));
  const { status, results } = await submit(keys.map((key) => record(key)));
  expect(status).toBe(200);
  expect(results).toEqual([
    { key: keys[0], outcome: 'failed', reason: expect.stringContaining('CorruptJobRow') },
    { key: keys[1], outcome: 'duplicate', jobId: sound?.jobId, executionArn: sound?.executionArn },
  ]);
  await api.table.send(
    new PutCommand({ TableName: RESOURCES.jobTable, Item: JSON.parse(JSON.stringify(corrupt)) }),
  );
});
