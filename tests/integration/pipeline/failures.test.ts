import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Job } from '../../../core/jobs/job.ts';
import type { FaultRule } from '../../../local/faults/faults.ts';
import { RESOURCES } from '../../../local/resources.ts';
import { type Pipeline, startPipeline, uploadKey } from '../../support/pipeline.ts';
import { smallPng } from '../../support/small-png.ts';

let pipeline: Pipeline;
let png: Buffer;
beforeAll(async () => {
  pipeline = await startPipeline();
  png = await smallPng('red');
});
afterAll(() => pipeline?.stop());
afterEach(() => pipeline.cloud.faults.clear());

const FOREVER = { times: Number.POSITIVE_INFINITY };
const { outputBucket } = RESOURCES;
const outputWrites = {
  service: 's3',
  action: 'PutObject',
  when: ({ bucket }) => bucket === outputBucket,
} satisfies Partial<FaultRule>;

/** Uploads with faults in place; gives the ended job and what was invoked. */
async function uploadWith(file: string, ...rules: FaultRule[]) {
  const before = pipeline.invocations.length;
  const faults = rules.map((rule) => pipeline.cloud.faults.add(rule));
  const key = uploadKey(file);
  await pipeline.upload(key, png);
  const job = await pipeline.ended(key);
  return {
    job,
    invoked: () => pipeline.invocations.slice(before),
    hits: () => faults.reduce((sum, { hits }) => sum + hits(), 0),
  };
}

async function redrive(job: Job): Promise<Job> {
  await pipeline.sfn.send(new RedriveExecutionCommand({ executionArn: job.executionArn }));
  return pipeline.until('the redriven execution to end', async () => {
    const execution = pipeline.cloud.states.find(job.executionArn);
    const row = (await pipeline.jobs()).find(({ jobId }) => jobId === job.jobId);
    return (
      execution.status !== 'RUNNING' &&
      row &&
      row.status !== 'PROCESSING' &&
      row.updatedAt !== job.updatedAt &&
      row
    );
  });
}

const outputsOf = async (stem: string) =>
  (await pipeline.outputs()).filter((key) => key.includes(`/${stem}_`));

describe('a service that fails for a while', () => {
  test.each<[string, FaultRule]>([
    ['S3 throttles writes', { ...outputWrites, fault: 'throttle', times: 9 }],
    ['S3 answers 500 to reads', { service: 's3', action: 'GetObject', fault: 'error', times: 9 }],
    ['S3 drops connections after it has written', { ...outputWrites, fault: 'drop-after', times: 5 }],
    ['DynamoDB throttles', { service: 'dynamodb', action: 'UpdateItem', fault: 'throttle', times: 9 }],
    [
      'DynamoDB fails after it has written',
      { service: 'dynamodb', action: 'PutItem', fault: 'error-after', times: 5 },
    ],
    ['EventBridge throttles', { service: 'eventbridge', action: 'PutEvents', fault: 'throttle', times: 5 }],
  ])('delays the job and nothing else: %s', async (label, rule) => {
    const stem = label.replaceAll(' ', '-');
    const { job, hits } = await uploadWith(`${stem}.png`, rule);
    // EventBridge is called after the row says COMPLETED.
    await pipeline.until('all faults to hit', async () => hits() === rule.times);
    expect(job).toMatchObject({ status: 'COMPLETED', attempt: 1 });
    expect(await outputsOf(stem)).toHaveLength(7);
    expect(await pipeline.deadLetters()).toEqual([]);
  });
});

describe('a service that stays down', () => {
  test('fails the job after retries with backoff, leaves one dead letter, and a redrive resumes at the failed state', async () => {
    const { job, invoked, hits } = await uploadWith('down.png', {
      ...outputWrites,
      fault: 'throttle',
      ...FOREVER,
    });
    expect(job).toMatchObject({
      status: 'FAILED',
      attempt: 1,
      error: { name: 'ServiceUnavailable', category: 'transient', state: 'ProcessImage' },
    });
    expect(job.error?.message).toContain('SlowDown');
    // Once, and six retries, as the state machine says; each with the SDK's own.
    expect(invoked().filter((name) => name === 'process-image')).toHaveLength(7);
    expect(hits()).toBeGreaterThan(7);
    expect(await pipeline.deadLetters()).toEqual([
      {
        version: 1,
        jobId: job.jobId,
        executionArn: job.executionArn,
        attempt: 1,
        error: job.error,
        source: { bucket: RESOURCES.mediaBucket, key: job.key, versionId: expect.any(String) },
        failedAt: expect.any(String),
      },
    ]);
    pipeline.cloud.faults.clear();
    const before = pipeline.invocations.length;
    const redriven = await redrive(job);
    expect(redriven).toMatchObject({ status: 'COMPLETED', attempt: 2, redriveCount: 1 });
    expect(redriven.error).toBeUndefined();
    const again = pipeline.invocations.slice(before).filter((name) => name !== 'record-outcome');
    expect(again).toEqual(['process-image']);
    expect(await outputsOf('down')).toHaveLength(7);
    expect(await pipeline.deadLetters()).toEqual([]);
  });

  test('fails again when it is redriven too early: a second attempt, a second dead letter', async () => {
    const { job } = await uploadWith('early.png', { ...outputWrites, fault: 'error', ...FOREVER });
    await pipeline.deadLetters();
    const again = await redrive(job);
    expect(again).toMatchObject({ status: 'FAILED', attempt: 2 });
    const letters = await pipeline.until('the second dead letter', async () => {
      const found = await pipeline.deadLetters();
      return found.length > 0 && found;
    });
    expect(letters.map(({ attempt }) => attempt)).toEqual([2]);
  });

  test('while the job is admitted leaves a record all the same', async () => {
    const { job } = await uploadWith('admission.png', {
      service: 'dynamodb',
      action: 'PutItem',
      fault: 'error',
      // As long as the execution runs: after it, record-outcome may write.
      when: () => [...pipeline.cloud.states.executions.values()].some(({ status }) => status === 'RUNNING'),
      ...FOREVER,
    });
    expect(job).toMatchObject({
      status: 'FAILED',
      error: { name: 'ServiceUnavailable', state: 'AdmitUpload' },
    });
    expect(await pipeline.deadLetters()).toHaveLength(1);
    pipeline.cloud.faults.clear();
    expect(await redrive(job)).toMatchObject({ status: 'COMPLETED' });
  });
});

describe('a missing permission', () => {
  test('fails the job at once as a configuration error, and a redrive completes it', async () => {
    const { job, invoked } = await uploadWith('denied.png', { ...outputWrites, fault: 'deny', ...FOREVER });
    expect(job).toMatchObject({
      status: 'FAILED',
      error: { name: 'AccessDenied', category: 'configuration' },
    });
    expect(invoked().filter((name) => name === 'process-image')).toHaveLength(1);
    expect(await pipeline.deadLetters()).toHaveLength(1);
    pipeline.cloud.faults.clear();
    expect(await redrive(job)).toMatchObject({ status: 'COMPLETED', attempt: 2 });
  });

  test('at the last write is redriven without processing anything again', async () => {
    const completes = {
      service: 'dynamodb',
      action: 'UpdateItem',
      // The ledger, the row's attributes and the claim come before.
      skip: 3,
      fault: 'deny',
      // Comes under a name that throttling has too, so that the state's eight retries come first.
      times: 9,
    } as const;
    const { job } = await uploadWith('last-write.png', completes);
    expect(job).toMatchObject({
      status: 'FAILED',
      error: { name: 'DynamoDB.AmazonDynamoDBException', state: 'CompleteJob', category: 'configuration' },
    });
    await pipeline.deadLetters();
    const before = pipeline.invocations.length;
    expect(await redrive(job)).toMatchObject({ status: 'COMPLETED' });
    expect(pipeline.invocations.slice(before)).not.toContain('process-image');
  });

  test('at the announcement leaves the job completed and a dead letter, since nobody was told', async () => {
    const { job } = await uploadWith('unannounced.png', {
      service: 'eventbridge',
      action: 'PutEvents',
      fault: 'deny',
      times: 1,
    });
    expect(job.status).toBe('COMPLETED');
    const [letter] = await pipeline.until('the dead letter', async () => {
      const found = await pipeline.deadLetters();
      return found.length > 0 && found;
    });
    expect(letter).toMatchObject({ jobId: job.jobId, error: { state: 'AnnounceCompletion' } });
  });
});
