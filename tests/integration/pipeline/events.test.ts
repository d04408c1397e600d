import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import type { WorkOrder } from '../../../contract/work-order.ts';
import { RESOURCES } from '../../../local/resources.ts';
import { type Pipeline, startPipeline, uploadKey } from '../../support/pipeline.ts';
import { smallPng } from '../../support/small-png.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterAll(() => pipeline?.stop());

const outputsOf = async (stem: string) =>
  (await pipeline.outputs()).filter((key) => key.includes(`/${stem}_`));

interface S3Event {
  key: string;
  etag?: string | undefined;
  sequencer: string;
  type?: 'Object Created' | 'Object Deleted';
}

/** What S3 would send; put on the bus by hand, so that a test decides on order and repetition. */
function send({ key, etag, sequencer, type = 'Object Created' }: S3Event): void {
  const object = { key, sequencer, ...(etag && { etag: etag.replaceAll('"', ''), size: 100 }) };
  pipeline.cloud.events.put({
    source: 'aws.s3',
    detailType: type,
    detail: { bucket: { name: RESOURCES.mediaBucket }, object },
  });
}

/** Writes an object without S3's own event being heard. */
async function putSilently(key: string, body: Buffer): Promise<string> {
  const muted = await mute();
  const { ETag = '' } = await pipeline.s3.send(
    new PutObjectCommand({ Bucket: RESOURCES.mediaBucket, Key: key, Body: body }),
  );
  muted();
  return ETag;
}

async function mute(): Promise<() => void> {
  const { events } = pipeline.cloud;
  const put = events.put;
  events.put = (entry, bus) => (entry.source === 'aws.s3' ? '' : put.call(events, entry, bus));
  return () => {
    events.put = put;
  };
}

/** Nothing runs any more and every ended job has said so. */
const quiet = () =>
  pipeline.until('all executions to end', async () => {
    const running = (await pipeline.executions()).some(({ status }) => status === 'RUNNING');
    const jobs = await pipeline.jobs();
    const told = jobs.every((job) => job.status === 'COMPLETED' || job.notifiedAttempt === job.attempt);
    return !running && told;
  });

describe('the same event, delivered ten times at once', () => {
  test('is one job with one set of outputs; nine executions end as duplicates', async () => {
    const key = uploadKey('ten.png');
    const etag = await putSilently(key, await smallPng('red'));
    for (let i = 0; i < 10; i++) send({ key, etag, sequencer: '00A1' });
    await quiet();
    const jobs = (await pipeline.jobs()).filter((job) => job.key === key);
    expect(jobs).toHaveLength(1);
    expect(jobs[0]?.status).toBe('COMPLETED');
    expect(await outputsOf('ten')).toHaveLength(7);
    const histories = await Promise.all(
      (await pipeline.executions()).map(({ executionArn = '' }) => pipeline.history(executionArn)),
    );
    const outputs = histories.map((events) => events.at(-1)?.executionSucceededEventDetails?.output ?? '');
    expect(outputs.filter((output) => output.includes('"DUPLICATE"'))).toHaveLength(9);
    expect(outputs.filter((output) => output.includes('"ADMITTED"'))).toHaveLength(1);
  });
});

describe('while an image is being processed', () => {
  /** Runs `meanwhile` when the worker is about to write its first output, and lets it go on after. */
  function atFirstWrite(stem: string, meanwhile: () => Promise<unknown>): void {
    pipeline.cloud.faults.add({
      service: 's3',
      action: 'PutObject',
      when: ({ bucket, key }) => bucket === RESOURCES.outputBucket && key.includes(`/${stem}_`),
      fault: async () => void (await meanwhile()),
    });
  }

  test('a delete of the upload cancels the job and leaves no output', async () => {
    const key = uploadKey('deleted.png');
    atFirstWrite('deleted', async () => {
      await pipeline.remove(key);
      await pipeline.until(
        'the cancellation',
        async () => (await pipeline.jobs()).find((job) => job.key === key)?.status === 'CANCELLED',
      );
    });
    await pipeline.upload(key, await smallPng('red'));
    const job = await pipeline.ended(key);
    expect(job).toMatchObject({
      status: 'CANCELLED',
      timeline: [{ status: 'PROCESSING' }, { status: 'CANCELLED', note: 'the upload was deleted' }],
    });
    await pipeline.until('the outputs to go', async () => (await outputsOf('deleted')).length === 0);
  });

  test('a newer upload to the same key takes over; the older job is cancelled and spoils nothing', async () => {
    const key = uploadKey('replaced.png');
    atFirstWrite('replaced', async () => {
      await pipeline.upload(key, await smallPng('blue'));
      await pipeline.until(
        'the newer job',
        async () => (await pipeline.jobs()).filter((job) => job.key === key).at(-1)?.status === 'COMPLETED',
      );
    });
    await pipeline.upload(key, await smallPng('red'));
    await pipeline.until('both jobs', async () =>
      (await pipeline.jobs()).filter((job) => job.key === key).every(({ status }) => status !== 'PROCESSING'),
    );
    await quiet();
    const [older, newer] = (await pipeline.jobs()).filter((job) => job.key === key);
    expect([older?.status, newer?.status]).toEqual(['CANCELLED', 'COMPLETED']);
    if (!newer) throw new Error('no newer job');
    for (const { key: output, size } of (await pipeline.manifest(newer)).outputs)
      expect(await pipeline.output(output)).toHaveLength(size);
    const webp = await pipeline.output(
      (await outputsOf('replaced')).find((output) => output.endsWith('.webp')) ?? '',
    );
    const pixels = await sharp(webp).raw().toBuffer();
    expect(pixels[2]).toBeGreaterThan(pixels[0] ?? 255);
  });

  test('a stop of the execution in the console cancels the job', async () => {
    const key = uploadKey('stopped.png');
    atFirstWrite('stopped', async () => {
      const job = (await pipeline.jobs()).find((row) => row.key === key);
      pipeline.cloud.states.stop(job?.executionArn ?? '');
    });
    await pipeline.upload(key, await smallPng('red'));
    expect(await pipeline.ended(key)).toMatchObject({ status: 'CANCELLED', error: { name: 'Aborted' } });
    await pipeline.until('the outputs to go', async () => (await outputsOf('stopped')).length === 0);
  });
});

test('an order for a work state is small: far below what Step Functions passes between states', async () => {
  const [execution] = await pipeline.executions();
  const entered = (await pipeline.history(execution?.executionArn ?? '')).find(
    ({ stateEnteredEventDetails: state }) => state?.name === 'ProcessImage',
  );
  const { job } = JSON.parse(entered?.stateEnteredEventDetails?.input ?? '{}') as { job: WorkOrder };
  expect(JSON.stringify(job).length).toBeLessThan(4096);
});
