import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inBatches } from '../../base/in-batches.ts';
import type { Backfill } from '../../contract/backfill-api.ts';
import { spawnCloud } from '../../local/cloud-process.ts';
import { LOCAL_CLIENT } from '../../local/endpoints.ts';
import { RESOURCES, stateMachineArn } from '../../local/resources.ts';
import { holdS3Events } from '../support/held-events.ts';
import { type Pipeline, startPipeline, uploadKey } from '../support/pipeline.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';
import { settled } from '../support/settled-cloud.ts';
import { PIXEL } from '../support/stand-in-worker.ts';

const KEYS = proofSize(60);
/** Keys of which one was never processed; the rows of the others have expired. */
const PER_NEW_KEY = 10;
const NEW_KEYS = KEYS / PER_NEW_KEY;
const KILLS = KEYS < 1000 ? 1 : 10;
/** A cloud is killed within so many milliseconds after it is ready. */
const LIFE = 4_000;
const AT_ONCE = 32;

const keyOf = (i: number) => uploadKey(`${i}.png`);
const isNew = (i: number) => i % PER_NEW_KEY === 0;

let directory: string;
let pipeline: Pipeline | undefined;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'killed-backfill-'));
});
afterAll(async () => {
  await pipeline?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Uploads that nobody has told of, and the manifests of those that were processed once. */
async function uploads(): Promise<void> {
  pipeline = await startPipeline({ directory });
  const { s3, cloud, upload } = pipeline;
  await upload(uploadKey('sample.png'), PIXEL);
  const sample = await pipeline.ended(uploadKey('sample.png'));
  const manifest = await pipeline.manifest(sample);
  const { jobId } = sample;
  await pipeline.table.send(new DeleteCommand({ TableName: RESOURCES.jobTable, Key: { jobId } }));
  const held = holdS3Events(cloud);
  const numbers = Array.from({ length: KEYS }, (_, i) => i);
  await inBatches(numbers, AT_ONCE, async (i) => {
    const { ETag = '' } = await upload(keyOf(i), PIXEL);
    if (isNew(i)) return;
    const source = { ...manifest.source, key: keyOf(i), etag: ETag.replaceAll('"', '') };
    const Key = sample.manifestKey?.replace('sample_', `${i}_`);
    const Body = JSON.stringify({ ...manifest, source });
    await s3.send(new PutObjectCommand({ Bucket: RESOURCES.outputBucket, Key, Body }));
  });
  held.release();
  await pipeline.stop();
  pipeline = undefined;
}

const api = async <Answer>(base: string | undefined, method: string, path: string, body?: object) => {
  const response = await fetch(`${base}/api/media/backfills${path}`, {
    method,
    headers: { 'x-development-identity': 'operator', 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  expect(response.status).toBeLessThan(300);
  return (await response.json()) as Answer;
};

test(`a backfill of ${KEYS} keys that is killed ${KILLS} times starts each of the ${NEW_KEYS} unprocessed ones once, and no other`, async () => {
  await uploads();
  const random = seededRandom(proofSeed());
  let backfillId = '';
  let seen: Backfill | undefined;
  for (let kill = 0; kill < KILLS; kill++) {
    const cloud = await spawnCloud(directory);
    const { MEDIA_API_URL: base } = cloud.environment;
    if (!backfillId) {
      const request = { prefix: 'tenants/acme/', ratePerSecond: 100 };
      ({ backfillId } = await api<Backfill>(base, 'POST', '', request));
    }
    await sleep(random.below(LIFE));
    seen = await api<Backfill>(base, 'GET', `/${backfillId}`);
    process.kill(cloud.pid, 'SIGKILL');
    await cloud.stop();
  }
  const unfinished = seen?.status === 'RUNNING';
  const cloud = await spawnCloud(directory);
  const { MEDIA_API_URL: base } = cloud.environment;
  while (seen?.status === 'RUNNING') {
    await sleep(200);
    seen = await api<Backfill>(base, 'GET', `/${backfillId}`);
  }
  const sfn = new SFNClient({ ...LOCAL_CLIENT, endpoint: cloud.environment.AWS_ENDPOINT_URL_SFN ?? '' });
  const running = new ListExecutionsCommand({
    stateMachineArn: stateMachineArn(RESOURCES.stateMachine),
    ...{ statusFilter: 'RUNNING', maxResults: 1 },
  });
  while ((await sfn.send(running)).executions?.length) await sleep(1000);
  sfn.destroy();
  await cloud.stop();

  pipeline = await startPipeline({ directory, patience: 3_000_000 });
  await settled(pipeline.cloud);
  const jobs = await pipeline.jobs();
  const started = (await pipeline.executions()).length - 1;
  reportProof(36, { kills: KILLS, keys: KEYS, unfinished, started, ...seen });
  // One batch of the sample, of which the first run is an execution as well.
  expect(seen).toMatchObject({ status: 'SUCCEEDED', objects: KEYS + 1 });
  expect(seen?.counts).toMatchObject({ processed: KEYS - NEW_KEYS + 1, failed: 0, ignored: 0 });
  expect(started).toBe(NEW_KEYS);
  const wanted = Array.from({ length: KEYS }, (_, i) => i).filter(isNew);
  expect(jobs.map(({ key }) => key).sort()).toEqual(wanted.map(keyOf).sort());
  expect(jobs.filter(({ status, attempt }) => status !== 'COMPLETED' || attempt !== 1)).toEqual([]);
  expect(await pipeline.deadLetters()).toEqual([]);
}, 3_600_000);
