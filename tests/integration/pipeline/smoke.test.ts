import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Handler } from '../../../local/compute/functions.ts';
import { arn, REGION, RESOURCES, stateMachineArn } from '../../../local/resources.ts';
import { checkBackfill } from '../../../scripts/smoke/check-backfill.ts';
import { checkBurst } from '../../../scripts/smoke/check-burst.ts';
import { checkDeadLetter } from '../../../scripts/smoke/check-dead-letter.ts';
import { checkFilm } from '../../../scripts/smoke/check-film.ts';
import { checkJobEvents } from '../../../scripts/smoke/check-job-events.ts';
import { checkProfiles } from '../../../scripts/smoke/check-profiles.ts';
import { type Deployment, openDeployment } from '../../../scripts/smoke/deployment.ts';
import { subscribeToJobEvents } from '../../../scripts/smoke/job-events.ts';
import { Report } from '../../../scripts/smoke/report.ts';
import { makeUploads, type Upload } from '../../../scripts/smoke/uploads.ts';
import { SPLIT_SHORT_FILMS } from '../../support/films/short-film.ts';
import { type Pipeline, startPipeline, uploadKey } from '../../support/pipeline.ts';
import { PIXEL } from '../../support/stand-in-worker.ts';

const TENANT = 'smoke-test';
let pipeline: Pipeline;
let folder: string;
beforeAll(async () => {
  Object.assign(process.env, SPLIT_SHORT_FILMS);
  // As after PutFunctionConcurrency, which the local cloud does not have.
  pipeline = await startPipeline({ reservedConcurrency: { 'process-image': 1 } });
  folder = await mkdtemp(join(tmpdir(), 'smoke-'));
});
afterAll(async () => {
  for (const name of Object.keys(SPLIT_SHORT_FILMS)) delete process.env[name];
  await pipeline?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The local cloud, as `terraform output -json` would describe it. */
async function outputsFile(): Promise<string> {
  const outputs = {
    region: REGION,
    media_bucket: RESOURCES.mediaBucket,
    output_bucket: RESOURCES.outputBucket,
    job_table: RESOURCES.jobTable,
    queue_table: RESOURCES.queueTable,
    state_machine_arn: stateMachineArn(RESOURCES.stateMachine),
    backfill_state_machine_arn: stateMachineArn(RESOURCES.backfillStateMachine),
    dead_letter_queue_url: process.env.DEAD_LETTER_QUEUE_URL,
    job_events_topic_arn: arn('sns', RESOURCES.topic),
    api_url: 'http://127.0.0.1:1',
    upload_origins: [],
    process_image_function: 'process-image',
    serve_api_function: 'serve-api',
    reconcile_jobs_function: 'reconcile-jobs',
    reconcile_queues_function: 'reconcile-queues',
    report_stopped_task_function: 'report-stopped-task',
    settings: { CHUNK_ABOVE_SECONDS: 10, CHUNK_SECONDS: 6, MAX_VIDEO_CHUNK_TASKS: null },
  };
  const file = join(folder, 'outputs.json');
  const values = Object.entries(outputs).map(([name, value]) => [name, { value }]);
  await writeFile(file, JSON.stringify(Object.fromEntries(values)));
  return file;
}

test('the smoke test sees an event of each type at a subscriber, and failed, rejected and cancelled jobs at their end', async () => {
  // The local SQS answers CreateQueue with a host that only its own names resolve to.
  const queues = new SQSClient({ region: REGION, useQueueUrlAsEndpoint: false });
  const deployment = { ...(await openDeployment(await outputsFile())), queues };
  const events = await subscribeToJobEvents(deployment, TENANT);
  await pipeline.upload(uploadKey('good.png', TENANT), PIXEL);
  await pipeline.upload(uploadKey('broken.png', TENANT), PIXEL.subarray(0, 40));
  const jobs = [
    await pipeline.ended(uploadKey('good.png', TENANT)),
    await pipeline.ended(uploadKey('broken.png', TENANT)),
  ];
  expect(jobs.map(({ status }) => status)).toEqual(['COMPLETED', 'REJECTED']);
  const report = new Report();
  await checkJobEvents(deployment, report, { tenant: TENANT, events });
  await checkDeadLetter(deployment, report, { jobs });
  await checkBackfill(deployment, report, { tenant: TENANT, jobs });
  await events.close();
  expect(report.lines.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
  expect(report.lines).toHaveLength(8);
});

test('the smoke test sees what a profile makes, in a job and in a preview', async () => {
  const { handler } = (await import('../../../lambdas/serve-api/handler.ts')) as { handler: Handler };
  const invoke = async ({ input }: { input: { Payload: string } }) => {
    const answer = JSON.stringify(await handler(JSON.parse(input.Payload)));
    return { Payload: { transformToString: () => answer } };
  };
  const functions = { send: invoke } as unknown as Deployment['functions'];
  const deployment = { ...(await openDeployment(await outputsFile())), functions };
  const report = new Report();
  const photo = { key: uploadKey('photo.png', TENANT), body: PIXEL };
  await checkProfiles(deployment, report, { tenant: TENANT, photo: photo as Upload });
  expect(report.lines).toMatchObject([{ outcome: 'ok' }]);
});

test('the smoke test sees a film that was split, and skips that where none is', async () => {
  const deployment = await openDeployment(await outputsFile());
  const { settings } = deployment.outputs;
  const film = (await makeUploads(TENANT, settings)).find(({ key }) => key.endsWith('/film.mp4'));
  await pipeline.upload(film?.key ?? '', film?.body ?? '');
  const jobs = [await pipeline.ended(film?.key ?? '')];
  const report = new Report();
  await checkFilm(deployment, report, { jobs });
  await checkFilm(deployment, report, { jobs: [] });
  settings.CHUNK_ABOVE_SECONDS = 0;
  await checkFilm(deployment, report, { jobs: [] });
  expect(report.lines.map(({ outcome }) => outcome)).toEqual(['ok', 'FAILED', 'skipped']);
  expect(await makeUploads(TENANT, settings)).toHaveLength(6);
}, 120_000);

test('the smoke test throttles a burst, sees all of it complete, and gives back what it took', async () => {
  const reserved: (number | undefined)[] = [];
  const send = async ({ input }: { input: { ReservedConcurrentExecutions?: number } }) => {
    if ('ReservedConcurrentExecutions' in input) reserved.push(input.ReservedConcurrentExecutions);
    return { ReservedConcurrentExecutions: 7 };
  };
  const functions = { send } as unknown as Deployment['functions'];
  const deployment = { ...(await openDeployment(await outputsFile())), functions };
  const report = new Report();
  await checkBurst(deployment, report, { tenant: 'smoke-burst', count: 20 });
  await checkBurst(deployment, report, { tenant: 'smoke-burst', count: 0 });
  expect(report.lines.map(({ outcome }) => outcome)).toEqual(['ok', 'skipped']);
  expect(reserved).toEqual([1, 7]);
  const histories = await Promise.all(
    (await pipeline.executions()).map(({ executionArn = '' }) => pipeline.history(executionArn)),
  );
  expect(JSON.stringify(histories)).toContain('Lambda.TooManyRequestsException');
});
