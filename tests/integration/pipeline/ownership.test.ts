import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Job } from '../../../core/jobs/job.ts';
import type { FaultRule } from '../../../local/faults/faults.ts';
import { RESOURCES } from '../../../local/resources.ts';
import { type Pipeline, startPipeline, uploadKey } from '../../support/pipeline.ts';
import { smallPng } from '../../support/small-png.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  // ProcessImage times out after 15 s.
  pipeline = await startPipeline({ timeoutScale: 0.05 });
});
afterAll(() => pipeline?.stop());
afterEach(() => pipeline.cloud.faults.clear());

const { outputBucket } = RESOURCES;
const writeOf = (name: string) =>
  ({
    service: 's3',
    action: 'PutObject',
    when: ({ bucket, key }) => bucket === outputBucket && (key ?? '').endsWith(name),
  }) satisfies Partial<FaultRule>;

/** Holds the first call that matches, and tells when it has come. */
function hold(rule: Omit<FaultRule, 'fault'>) {
  const come = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const wait = () => {
    come.resolve();
    return gate.promise;
  };
  pipeline.cloud.faults.add({ ...rule, fault: wait });
  return { come: come.promise, release: gate.resolve };
}

const jobsOf = async (key: string) => (await pipeline.jobs()).filter((job) => job.key === key);
const has = (key: string, count: number, status: Job['status']) =>
  pipeline.until(`job ${count} of ${key} to be ${status}`, async () => {
    const job = (await jobsOf(key))[count - 1];
    return job?.status === status && (status === 'COMPLETED' || job.notifiedAttempt) ? job : undefined;
  });
const removals = () => pipeline.invocations.filter((name) => name === 'remove-outputs').length;

/** Every output under its public key is the version that the job's manifest names. */
async function expectCurrent(job: Job): Promise<void> {
  expect(await pipeline.missing(job)).toEqual([]);
  for (const { key, versionId } of (await pipeline.manifest(job)).outputs) {
    const { VersionId } = await pipeline.s3.send(new HeadObjectCommand({ Bucket: outputBucket, Key: key }));
    expect({ key, versionId }).toEqual({ key, versionId: VersionId });
  }
}

describe('outputs belong to the try that wrote them', () => {
  test('a removal that is late leaves those of a newer upload', async () => {
    const key = uploadKey('late-removal.png');
    const work = hold(writeOf('late-removal_thumb_small.jpg'));
    const stop = hold({ service: 'states', action: 'StopExecution' });
    await pipeline.upload(key, await smallPng('red'));
    await work.come;
    await pipeline.remove(key);
    await stop.come;
    await pipeline.upload(key, await smallPng('blue'));
    const job = await has(key, 2, 'COMPLETED');
    stop.release();
    work.release();
    await has(key, 1, 'CANCELLED');
    await pipeline.until('the executions to end', async () =>
      (await pipeline.executions()).every(({ status }) => status !== 'RUNNING'),
    );
    await expectCurrent(job);
  });

  test('a newer upload that fails leaves those of the older one, under their keys too', async () => {
    const key = uploadKey('failed-again.png');
    await pipeline.upload(key, await smallPng('red'));
    const old = await has(key, 1, 'COMPLETED');
    pipeline.cloud.faults.add({ ...writeOf('failed-again_webp.webp'), fault: 'deny' });
    await pipeline.upload(key, await smallPng('blue'));
    await has(key, 2, 'FAILED');
    expect((await pipeline.deadLetters()).map((letter) => letter.error.name)).toEqual(['AccessDenied']);
    await expectCurrent(old);
  });

  test('those of the older upload stay readable while a newer one is processed, and after', async () => {
    const key = uploadKey('older.png');
    await pipeline.upload(key, await smallPng('red'));
    const old = await has(key, 1, 'COMPLETED');
    const work = hold(writeOf('older_manifest.json'));
    await pipeline.upload(key, await smallPng('blue'));
    await work.come;
    expect(await pipeline.missing(old)).toEqual([]);
    work.release();
    await expectCurrent(await has(key, 2, 'COMPLETED'));
    expect(await pipeline.missing(old)).toEqual([]);
  });

  // S3 answers If-Match with 404 if there is no object any more:
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
  test('an upload deleted and made again during its job is no failure', async () => {
    const key = uploadKey('made-again.png');
    await pipeline.upload(key, await smallPng('red'));
    await has(key, 1, 'COMPLETED');
    const work = hold(writeOf('made-again_thumb_small.jpg'));
    await pipeline.upload(key, await smallPng('blue'));
    await work.come;
    const before = removals();
    await pipeline.remove(key);
    await pipeline.until('the outputs to go', async () =>
      (await pipeline.outputs()).every((output) => !output.includes('/made-again_')),
    );
    expect(removals()).toBeGreaterThan(before);
    await pipeline.upload(key, await smallPng('green'));
    const newest = await has(key, 3, 'COMPLETED');
    work.release();
    await has(key, 2, 'CANCELLED');
    expect(await pipeline.deadLetters()).toEqual([]);
    await expectCurrent(newest);
  });
});

describe('a worker that outlived its timeout', () => {
  test('leaves the outputs of its successor', async () => {
    const key = uploadKey('late-worker.png');
    const late = hold(writeOf('late-worker_metadata.json'));
    await pipeline.upload(key, await smallPng('red'));
    await late.come;
    const job = await has(key, 1, 'COMPLETED');
    late.release();
    // It ends with an error that Step Functions no longer hears, and removes its own versions.
    const { counts } = pipeline.cloud.faults;
    await pipeline.until('the late worker to give up', async () => counts.get('s3.DeleteObjects'));
    await expectCurrent(job);
  });
});
