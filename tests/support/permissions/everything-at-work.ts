import { DeleteObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Job } from '../../../core/jobs/job.ts';
import type { Handler } from '../../../local/compute/functions.ts';
import { ACCOUNT, arn, functionArn, RESOURCES, stateMachineArn } from '../../../local/resources.ts';
import { DEFAULT_PROFILE } from '../../../media/profile/default-profile.ts';
import { logoPng } from '../logo.ts';
import { KIND_COUNT, oneOfEachKind } from '../one-of-each-kind.ts';
import { type Pipeline, uploadKey } from '../pipeline.ts';
import { processesOf } from '../processes.ts';
import { callThroughGateway } from './gateway-call.ts';
import { atWork, denyReads, holdReads, writeAsWorker } from './held-work.ts';
import { film, withdrawn } from './videos.ts';
import { waitingJobs } from './waiting-jobs.ts';

/** What makes the functions and tasks do all that they can do. */
interface World {
  pipeline: Pipeline;
  /** The API's function and those of the schedules. */
  api: Handler;
  reconcile: Handler;
  reconcileQueues: Handler;
  /** Lets status events of executions be lost, as EventBridge may lose them, or arrive again. */
  loseStatusEvents: (isLost: boolean) => void;
}

/** Runs through the life of jobs of each kind: ends of each sort, repeated, restored, repaired. */
export async function everythingAtWork(world: World): Promise<void> {
  const { pipeline } = world;
  const call: Call = async (...parameters) => {
    const answer = await callThroughGateway(world.api, ...parameters);
    if (answer.status === 401 || answer.status === 403 || answer.status >= 500)
      throw new Error(`${parameters[0]} ${parameters[1]}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  };
  await completed(pipeline);
  await readThroughApi(pipeline, call);
  await profiled(pipeline, call);
  await madeAgain(pipeline, call);
  await failedAgain(world, call);
  await repeatedAndVanished(pipeline);
  await uploadThroughApi(call);
  await replacedAndRemoved(pipeline);
  await failedAndRedriven(pipeline, call);
  await cancelled(world, call);
  await undelivered(pipeline, call);
  await backfilled(pipeline, call);
  await stoppedTask(pipeline);
  await repaired(world);
  await waitingJobs(pipeline, world.reconcileQueues);
  await film(pipeline);
  await withdrawn(pipeline);
}

type Call = (
  method: string,
  path: string,
  options?: Parameters<typeof callThroughGateway>[3],
) => ReturnType<typeof callThroughGateway>;

/** A file of each worker. */
const AGAIN = ['picture.png', 'tone.wav', 'paper.pdf', 'clip.mp4', 'letter.docx'];
const JOBS = '/api/media/jobs';

async function completed(pipeline: Pipeline): Promise<void> {
  for (const { file, content } of await oneOfEachKind(KIND_COUNT)) {
    const key = uploadKey(file);
    await pipeline.upload(key, content);
    const job = await pipeline.ended(key);
    if (job.status !== 'COMPLETED')
      throw new Error(`Expected ${file} COMPLETED, got ${JSON.stringify(job.error)}`);
  }
  await pipeline.upload(uploadKey('broken.png'), 'no picture');
  await pipeline.ended(uploadKey('broken.png'));
}

/**
 * What is uploaded, or made again, afterwards is made by a profile that only its document in S3 tells, with
 * the tenant's watermark.
 */
async function profiled(pipeline: Pipeline, call: Call): Promise<void> {
  const path = '/api/media/watermarks/logo';
  const query = 'tenantId=acme';
  await call('PUT', path, { query, body: { png: (await logoPng()).toString('base64') } });
  await call('GET', path, { query });
  const { image, audio, video, document } = structuredClone(DEFAULT_PROFILE);
  const watermark = { image: 'logo' };
  for (const output of image.outputs) if (output.frames === 'first') Object.assign(output, { watermark });
  Object.assign(video, { watermark });
  Object.assign(audio.outputs[0] ?? {}, { kilobitsPerChannel: 64 });
  Object.assign(document.pages, { quality: 70 });
  const other = { title: 'Other', image, audio, video, document };
  await call('PUT', '/api/media/profiles/other', { body: { document: other, defaultFor: ['acme'] } });
  await call('GET', '/api/media/profiles/other');
  const picture = (await pipeline.jobs()).find(
    ({ kind, status }) => kind === 'IMAGE' && status === 'COMPLETED',
  );
  const wanted = { jobId: picture?.jobId, document: other };
  const { status, body: made } = await call('POST', '/api/media/profiles/preview', { body: wanted });
  if (status !== 200) throw new Error(`Expected a preview, got ${status} ${JSON.stringify(made)}`);
  for (const { url } of made.outputs) await (await fetch(url)).arrayBuffer();
}

/** Makes outputs of each kind again: what the new profile changes, and one by name. */
async function madeAgain(pipeline: Pipeline, call: Call): Promise<void> {
  const ended = async (jobId: string) =>
    pipeline.until(`the end of ${jobId}, made again`, async () =>
      (await pipeline.jobs()).some((job) => job.jobId === jobId && job.status === 'COMPLETED'),
    );
  // The manifest of the PNG was deleted before.
  const files = ['photo.jpg', ...AGAIN.filter((file) => file !== 'picture.png')];
  for (const file of files) {
    const jobId = (await pipeline.jobs()).find(({ key }) => key === uploadKey(file))?.jobId ?? '';
    const { body } = await call('POST', `${JOBS}/rerender`, { body: { filter: { jobId } } });
    if (body.results[0].outcome !== 'started')
      throw new Error(`Expected ${file} to be made again, got ${JSON.stringify(body)}`);
    await ended(jobId);
    await call('POST', `${JOBS}/${jobId}`, { body: { outputs: ['metadata.json'] } });
    await ended(jobId);
  }
}

/**
 * Outputs that cannot be made again: whoever records the end spares the set that there is, also if the
 * status event is lost.
 */
async function failedAgain({ pipeline, reconcile, loseStatusEvents }: World, call: Call): Promise<void> {
  const key = uploadKey('photo.jpg');
  const rowIs = (what: string, isIt: (job: Job) => boolean) =>
    pipeline.until(what, async () => (await pipeline.jobs()).find((job) => job.key === key && isIt(job)));
  for (const isLost of [false, true]) {
    const { jobId } = await rowIs('the photo', ({ status }) => status === 'COMPLETED');
    const { remove } = denyReads(pipeline, key);
    loseStatusEvents(isLost);
    await call('POST', `${JOBS}/${jobId}`, { body: { outputs: ['metadata.json'] } });
    await pipeline.until('the failure', async () =>
      (await pipeline.executions()).every(({ status }) => status !== 'RUNNING'),
    );
    loseStatusEvents(false);
    if (isLost) await reconcile({});
    await rowIs('its record', (job) => job.status === 'FAILED' && job.notifiedAttempt === job.attempt);
    remove();
    await call('POST', `${JOBS}/${jobId}`, { body: { mode: 'restart' } });
  }
  await rowIs('the photo', ({ status }) => status === 'COMPLETED');
}

/** Uploads again, over the outputs of the first upload, and a third time, to be gone before it is read. */
async function repeatedAndVanished(pipeline: Pipeline): Promise<void> {
  const again = await oneOfEachKind(KIND_COUNT, 7);
  for (const { file, content } of again.filter(({ file }) => AGAIN.includes(file))) {
    const key = uploadKey(file);
    await pipeline.upload(key, content);
    await pipeline.until(
      `the second job of ${file}`,
      async () =>
        (await pipeline.jobs()).filter((job) => job.key === key && job.status === 'COMPLETED').length === 2,
    );
    const { reached, release } = holdReads(pipeline, key);
    const { VersionId } = await pipeline.upload(key, content);
    await reached;
    await pipeline.s3.send(new DeleteObjectCommand({ Bucket: RESOURCES.mediaBucket, Key: key, VersionId }));
    release();
    await pipeline.until(`the end of the third job of ${file}`, async () =>
      (await pipeline.jobs()).every((job) => job.key !== key || job.status !== 'PROCESSING'),
    );
  }
}

async function readThroughApi(pipeline: Pipeline, call: Call): Promise<void> {
  for (const query of ['', 'status=COMPLETED', 'tenant=acme', 'tenant=acme&status=COMPLETED', 'kind=VIDEO'])
    await call('GET', JOBS, { query });
  await call('GET', JOBS, { claims: { 'custom:tenant': 'acme', sub: 'ann' } });
  await call('GET', `${JOBS}/stats`, { query: 'tenant=acme' });
  await call('GET', `${JOBS}/stats`);
  await call('GET', '/api/media/health');
  // Takes a place, and looks again until the wait ends.
  await call('GET', `${JOBS}/job_${'a'.repeat(26)}`, { query: 'wait=1' });
  for (const job of (await pipeline.jobs()).filter(({ status }) => status === 'COMPLETED')) {
    const { body } = await call('GET', `${JOBS}/${job.jobId}`);
    for (const { url } of body.outputs ?? [])
      if (url?.startsWith('http')) await (await fetch(url)).arrayBuffer();
    await call('GET', `${JOBS}/${job.jobId}/thumbnail`);
    if (body.playlistUrl) await call('GET', `${JOBS}/${job.jobId}/hls/master.m3u8`);
  }
  await readOldJob(pipeline, call);
}

/** Earlier code did not record the versions of what it wrote, and somebody may delete a manifest. */
async function readOldJob({ jobs, table, s3 }: Pipeline, call: Call): Promise<void> {
  const job = (await jobs()).find(({ status }) => status === 'COMPLETED');
  const UpdateExpression = 'REMOVE manifestVersionId';
  await table.send(
    new UpdateCommand({ TableName: RESOURCES.jobTable, Key: { jobId: job?.jobId }, UpdateExpression }),
  );
  await call('GET', `${JOBS}/${job?.jobId}`);
  await s3.send(new DeleteObjectCommand({ Bucket: RESOURCES.outputBucket, Key: job?.manifestKey }));
  await call('GET', `${JOBS}/${job?.jobId}`);
}

async function uploadThroughApi(call: Call): Promise<void> {
  const size = 101 * 2 ** 20;
  const body = { fileName: 'long.wav', size, tenant: 'acme', user: 'ann' };
  const begun = await call('POST', '/api/media/uploads', { body });
  if (begun.status !== 201) throw new Error(`Expected an upload to begin, got ${JSON.stringify(begun)}`);
  const upload = `/api/media/uploads/${begun.body.uploadId}`;
  const [part] = begun.body.parts;
  await fetch(part.url, { method: 'PUT', body: Buffer.alloc(part.size) });
  await call('GET', upload);
  await call('POST', `${upload}/parts`, { body: { partNumbers: [2] } });
  await call('POST', `${upload}/complete`, { body: { parts: [{ partNumber: 1, etag: '"x"' }] } });
  await call('DELETE', upload);
  const record = (key: string) => ({
    ...{ eventName: 'ObjectCreated:Put', eventSource: 'aws:s3' },
    s3: { bucket: { name: RESOURCES.mediaBucket }, object: { key } },
  });
  await call('POST', '/api/media/process-s3-event', {
    body: { Records: [record(uploadKey('photo.jpg')), record(uploadKey('never-there.jpg'))] },
  });
}

async function replacedAndRemoved(pipeline: Pipeline): Promise<void> {
  const [picture] = await oneOfEachKind(1, 1);
  const [other] = await oneOfEachKind(1, 2);
  const key = uploadKey('replaced.png');
  // Held at its first read, so that the second upload meets it at work.
  const held = holdReads(pipeline, key);
  await pipeline.upload(key, picture?.content ?? '');
  await held.reached;
  await pipeline.upload(key, other?.content ?? '');
  held.release();
  await writeAsWorker(pipeline, await pipeline.ended(key));
  await pipeline.remove(key);
  await pipeline.until('the removal', async () => (await removedAt(pipeline, key)) !== undefined);
  await deleteMarkerOf(pipeline, key);
  await pipeline.until('the restored job', async () => {
    const job = (await pipeline.jobs()).filter((row) => row.key === key).at(-1);
    return job?.status === 'COMPLETED' && !job.outputsRemovedAt;
  });
  const gone = uploadKey('gone-at-work.png');
  const again = holdReads(pipeline, gone);
  await pipeline.upload(gone, picture?.content ?? '');
  await again.reached;
  await pipeline.remove(gone);
  await pipeline.ended(gone);
  again.release();
}

const removedAt = async (pipeline: Pipeline, key: string) =>
  (await pipeline.jobs()).filter((row) => row.key === key).at(-1)?.outputsRemovedAt;

async function deleteMarkerOf({ s3 }: Pipeline, Key: string): Promise<void> {
  const Bucket = RESOURCES.mediaBucket;
  const { DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
  for (const { VersionId } of DeleteMarkers)
    await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
}

async function failedAndRedriven(pipeline: Pipeline, call: Call): Promise<void> {
  const [picture] = await oneOfEachKind(1, 3);
  const fail = async (file: string): Promise<{ job: Job; mend: () => void }> => {
    const key = uploadKey(file);
    const { remove } = denyReads(pipeline, key);
    await pipeline.upload(key, picture?.content ?? '');
    return { job: await pipeline.ended(key), mend: remove };
  };
  const first = await fail('fails-once.png');
  first.mend();
  await call('POST', `${JOBS}/redrive`, { body: { source: 'dead-letters', ratePerSecond: 10 } });
  await pipeline.ended(first.job.key);
  const second = await fail('fails-twice.png');
  second.mend();
  await call('POST', `${JOBS}/${second.job.jobId}`, { body: { mode: 'restart' } });
  await pipeline.ended(second.job.key);
  const third = await fail('fails-for-good.png');
  await call('POST', '/api/media/dead-letters/discard', { body: { errorName: 'AccessDenied' } });
  await call('POST', `${JOBS}/redrive`, { body: { source: 'dead-letters', ratePerSecond: 10 } });
  third.mend();
}

async function cancelled({ pipeline, loseStatusEvents }: World, call: Call): Promise<void> {
  const byApi = await atWork(pipeline, 'cancelled.png');
  // Otherwise record-outcome might be the first to remove what was written.
  loseStatusEvents(true);
  await call('DELETE', `${JOBS}/${byApi.job.jobId}`);
  byApi.release();
  loseStatusEvents(false);
  const inConsole = await atWork(pipeline, 'stopped.png');
  await pipeline.sfn.send(new StopExecutionCommand({ executionArn: inConsole.job.executionArn }));
  await pipeline.ended(inConsole.job.key);
  inConsole.release();
}

/** An event for a target of each sort, which EventBridge could not deliver. */
async function undelivered({ sqs, cloud }: Pipeline, call: Call): Promise<void> {
  const QueueUrl = `${cloud.urls.storage}/${ACCOUNT}/${RESOURCES.undeliveredQueue}`;
  const targets = [stateMachineArn(RESOURCES.stateMachine), functionArn('remove-outputs')];
  for (const target of [...targets, arn('sns', RESOURCES.topic)]) {
    const id = `event-${target.split(':')[2]}`;
    const attributes = { TARGET_ARN: target, ERROR_CODE: 'ERROR_FROM_TARGET' };
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    );
    const MessageBody = JSON.stringify({ id, source: 'test', detail: {} });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
  }
  const { body } = await call('POST', `${JOBS}/redrive`, { body: { source: 'undelivered-events' } });
  if (body.results.length !== targets.length + 1)
    throw new Error(`Expected all events to be delivered, got ${JSON.stringify(body)}`);
}

/** Backfills what has a job, what has outputs alone, and what nobody has processed; one is stopped, and goes on. */
async function backfilled(pipeline: Pipeline, call: Call): Promise<void> {
  const rows = await pipeline.jobs();
  for (const file of ['photo.jpg', 'broken.png']) {
    const { jobId } = rows.find(({ key }) => key === uploadKey(file)) ?? {};
    await pipeline.table.send(new DeleteCommand({ TableName: RESOURCES.jobTable, Key: { jobId } }));
  }
  const path = '/api/media/backfills';
  const begun = await call('POST', path, { body: { prefix: uploadKey(''), ratePerSecond: 100 } });
  const { backfillId } = begun.body;
  await call('DELETE', `${path}/${backfillId}`);
  await call('POST', `${path}/${backfillId}`);
  const ended = await pipeline.until('the end of the backfill', async () => {
    const { body } = await call('GET', `${path}/${backfillId}`);
    return body.status !== 'RUNNING' && body;
  });
  const { processed, start, failed } = ended.counts;
  if (ended.status !== 'SUCCEEDED' || processed < 1 || start < 1 || failed > 0)
    throw new Error(`Expected a whole backfill, got ${JSON.stringify(ended)}`);
  await call('GET', `${path}/${backfillId}/uploads`);
  // Deleted since it was listed.
  const BatchInput = { ...{ backfillId, startedAt: ended.startedAt, dryRun: false }, startsPerSecond: 1 };
  const batch = { BatchInput, Items: [{ key: uploadKey('never-there.jpg') }] };
  await pipeline.cloud.functions.invoke('backfill-uploads', { step: 'batch', batch });
  await pipeline.ended(uploadKey('broken.png'));
}

/** Kills a task that cannot report any more. */
async function stoppedTask(pipeline: Pipeline): Promise<void> {
  const sound = (await oneOfEachKind(2, 5)).at(-1);
  const key = uploadKey('killed.wav');
  const { reached, release } = holdReads(pipeline, key);
  await pipeline.upload(key, sound?.content ?? '');
  await reached;
  const job = (await pipeline.jobs()).find((row) => row.key === key);
  for (const pid of job ? (await processesOf(job)).task : []) process.kill(pid, 'SIGKILL');
  release();
  await pipeline.ended(key);
}

/** Ends whose status events are lost. */
async function repaired({ pipeline, reconcile, loseStatusEvents }: World): Promise<void> {
  const [picture] = await oneOfEachKind(1, 6);
  loseStatusEvents(true);
  const stopped = await atWork(pipeline, 'lost-stop.png');
  const { executionArn } = stopped.job;
  await pipeline.sfn.send(new StopExecutionCommand({ executionArn }));
  stopped.release();
  const key = uploadKey('lost-failure.png');
  const { remove } = denyReads(pipeline, key);
  await pipeline.upload(key, picture?.content ?? '');
  await pipeline.until('the lost failure', async () =>
    (await pipeline.executions()).every(({ status }) => status !== 'RUNNING'),
  );
  remove();
  loseStatusEvents(false);
  await reconcile({});
  await Promise.all([pipeline.ended(stopped.job.key), pipeline.ended(key)]);
}
