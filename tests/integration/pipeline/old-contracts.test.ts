import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { WORK_RESULT, type WorkOrder } from '../../../contract/work-order.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { productEnvironment, RESOURCES } from '../../../local/resources.ts';
import { writePdf } from '../../../samples/write-pdf.ts';
import { oldDeadLetters, oldJobRows, oldWorkOrders } from '../../support/contract-fixtures.ts';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { PIXEL } from '../../support/stand-in-worker.ts';

const run = promisify(execFile);

let api: JobApi;
let directory: string;
beforeAll(async () => {
  api = await startApi();
  directory = await mkdtemp(join(tmpdir(), 'old-contracts-'));
});
afterAll(async () => {
  await api?.stop();
  await rm(directory, { recursive: true, force: true });
});
// What earlier code wrote does not fit the contract of what is written today, and must be read all
// the same.
beforeEach(() => void api.contract.take());

const insert = (job: Job) =>
  api.table.send(
    new PutCommand({
      TableName: RESOURCES.jobTable,
      Item: { ...job, expiresAt: Math.floor(Date.now() / 1000) + 3600 },
    }),
  );

/** Puts the upload of an old order where it was, without an event of it being heard. */
async function place(order: WorkOrder, Body: Buffer): Promise<string> {
  const { events } = api.cloud;
  const { put } = events;
  events.put = (entry, bus) => (entry.source === 'aws.s3' ? '' : put.call(events, entry, bus));
  const { ETag = '' } = await api.s3.send(
    new PutObjectCommand({ Bucket: order.bucket, Key: order.key, Body }),
  );
  events.put = put;
  return ETag.replaceAll('"', '');
}

/** The row of an order as it was while the order was worked on: before the job completed. */
function rowOf({ jobId }: WorkOrder): Job {
  const { manifestKey: _manifest, ...row } = Object.values(oldJobRows).find(
    (job) => job.jobId === jobId,
  ) as Job;
  return { ...row, status: 'PROCESSING' };
}

describe('an order of earlier code', () => {
  test('for an image is worked on', async () => {
    const order = oldWorkOrders['process-image'];
    await place(order, PIXEL);
    await insert(rowOf(order));
    const result = await api.cloud.functions.invoke('process-image', order);
    expect(WORK_RESULT.parse(result)).toMatchObject({ kind: 'IMAGE', degraded: [] });
  });

  test('for a document of which a PDF was made is worked on', async () => {
    const { converted, ...order } = oldWorkOrders['process-document'];
    await insert(rowOf(order));
    const content = 'BT /F1 24 Tf 72 700 Td (Dear reader) Tj ET';
    const { ETag = '' } = await api.s3.send(
      new PutObjectCommand({
        Bucket: RESOURCES.outputBucket,
        Key: converted?.key,
        Body: writePdf({ pages: [{ content }] }),
      }),
    );
    const event = { ...order, converted: { ...converted, etag: ETag } };
    const result = await api.cloud.functions.invoke('process-document', event);
    expect(WORK_RESULT.parse(result)).toMatchObject({ kind: 'DOCUMENT' });
  });

  test('for a task is worked on by its program', async () => {
    const sound = join(directory, 'tone.wav');
    await run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'sine=duration=1', sound]);
    const order = oldWorkOrders['transcode-audio'];
    const etag = await place(order, await readFile(sound));
    await insert(rowOf(order));
    const { stdout, stderr } = await task({ ...order, etag });
    expect(stderr).toBe('');
    expect(WORK_RESULT.parse(JSON.parse(stdout))).toMatchObject({ kind: 'AUDIO', outputCount: 6 });
  }, 60_000);
});

/** Runs the program of the audio task without Step Functions, as a person would. */
async function task(order: unknown) {
  const file = join(directory, 'order.json');
  await writeFile(file, typeof order === 'string' ? order : JSON.stringify(order));
  const env = {
    ...process.env,
    ...api.cloud.environment,
    ...productEnvironment(api.cloud.urls.storage),
    WORK_ORDER: `@${file}`,
    POWERTOOLS_LOG_LEVEL: 'ERROR',
  };
  const main = ['--disable-warning=ExperimentalWarning', 'tasks/transcode-audio/main.ts'];
  // It fails where the order is none, and prints why.
  return run(process.execPath, main, { env }).catch((error: { stdout: string; stderr: string }) => error);
}

describe('an order that is none is a mistake of configuration, and its message says what is wrong', () => {
  test.each(['process-image', 'process-document'])('for %s', async (name) => {
    const { stem: _stem, ...order } = oldWorkOrders['process-image'];
    await expect(api.cloud.functions.invoke(name, { ...order, size: '70' })).rejects.toMatchObject({
      name: 'InvalidConfiguration',
      message: expect.stringMatching(/size: .*number, got "70".*stem: .*string, got nothing/),
    });
  });

  test.each([
    ['a field of the wrong type', { ...oldWorkOrders['transcode-audio'], size: null }, /size: .*got null/],
    ['no JSON', '{"jobId":', /Expected the work order as JSON/],
  ])('for a task: %s', async (_what, order, message) => {
    const { stdout, stderr } = await task(order);
    expect(`${stdout}${stderr}`).toContain('InvalidConfiguration');
    expect(`${stdout}${stderr}`).toMatch(message);
  });
});

test('rows of earlier code are listed and shown', async () => {
  for (const job of Object.values(oldJobRows)) await insert(job);
  const { body } = await api.call(
    'GET',
    '/api/media/jobs?limit=100&from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z',
  );
  const listed = new Set(body.jobs.map(({ jobId }: Job) => jobId));
  for (const { jobId, status } of Object.values(oldJobRows)) {
    expect(listed).toContain(jobId);
    const shown = await api.call('GET', `/api/media/jobs/${jobId}`);
    expect(shown).toMatchObject({ status: 200, body: { jobId, status } });
  }
});

test('dead letters of earlier code are redriven, and what is no letter stays in the queue', async () => {
  const failed = oldJobRows.failed as Job;
  await insert(failed);
  const QueueUrl = api.deps.config.DEAD_LETTER_QUEUE_URL;
  for (const [i, body] of [...oldDeadLetters, { hello: 'world' }].entries()) {
    const ids = { MessageGroupId: `g${i}`, MessageDeduplicationId: `d${i}` };
    await api.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body), ...ids }));
  }
  api.contract.take();
  const body = { source: 'dead-letters', dryRun: true };
  const answer = await api.call('POST', '/api/media/jobs/redrive', { body, as: 'operator' });
  const results = answer.body.results as { jobId: string | null; outcome: string; reason: string }[];
  expect(results).toHaveLength(oldDeadLetters.length);
  expect(results.find(({ jobId }) => jobId === failed.jobId)).toMatchObject({ outcome: 'restarted' });
  expect((await api.deps.deadLetters.counts()).waiting).toBe(oldDeadLetters.length + 1);
});
