import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnCloud } from '../../local/cloud-process.ts';
import { LOCAL_CLIENT } from '../../local/endpoints.ts';
import { RESOURCES } from '../../local/resources.ts';
import { startPipeline, uploadKey } from '../support/pipeline.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';
import { settled } from '../support/settled-cloud.ts';
import { smallPng } from '../support/small-png.ts';
import { ffmpeg, soundStudio } from '../support/sound.ts';

const KILLS = proofSize(2);
/** Uploads between two kills. */
const UPLOADS = 4;
/** A cloud is killed within so many milliseconds after it is ready. */
const LIFE = 2_500;

let directory: string;
let files: Record<string, Buffer>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'killed-cloud-'));
  const studio = await soundStudio();
  await ffmpeg('-v', 'error', '-f', 'lavfi', '-i', 'sine=d=1', studio.path('tone.wav'));
  const wav = await readFile(studio.path('tone.wav'));
  await studio.remove();
  files = { 'picture.png': await smallPng('red'), 'tone.wav': wav, 'note.txt': Buffer.from('A note.\n') };
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Starts the cloud with the product as a process, uploads, and kills the process at some moment. */
async function killedWhileAtWork(uploads: readonly string[], life: number): Promise<string[]> {
  const cloud = await spawnCloud(directory);
  const endpoint = cloud.environment.AWS_ENDPOINT_URL_S3 ?? '';
  const s3 = new S3Client({ ...LOCAL_CLIENT, endpoint, forcePathStyle: true, maxAttempts: 1 });
  const acknowledged: string[] = [];
  const uploading = Promise.allSettled(
    uploads.map(async (key, i) => {
      await sleep((i * life) / uploads.length);
      const Body = Object.entries(files).find(([name]) => key.endsWith(name))?.[1] ?? '';
      await s3.send(new PutObjectCommand({ Bucket: RESOURCES.mediaBucket, Key: key, Body }));
      acknowledged.push(key);
    }),
  );
  await sleep(life);
  process.kill(cloud.pid, 'SIGKILL');
  await uploading;
  await cloud.stop();
  return acknowledged;
}

test(`a cloud that is killed ${KILLS} times loses nothing: each upload that it acknowledged is one job, which completes`, async () => {
  const random = seededRandom(proofSeed());
  const names = Object.keys(files);
  const keys: string[] = [];
  const acknowledged: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const uploads = Array.from({ length: UPLOADS }, (_, i) =>
      uploadKey(`${kill}-${i}-${random.pick(names)}`),
    );
    keys.push(...uploads);
    acknowledged.push(...(await killedWhileAtWork(uploads, random.below(LIFE))));
  }

  const pipeline = await startPipeline({ directory, patience: 3_000_000 });
  const unfinished = (await pipeline.jobs()).filter(({ status }) => status === 'PROCESSING').length;
  await settled(pipeline.cloud);
  const jobs = await pipeline.jobs();
  reportProof(7, { kills: KILLS, acknowledged: acknowledged.length, jobs: jobs.length, unfinished });
  expect(acknowledged.length).toBeGreaterThan(0);
  const wrong = jobs.filter(({ status, attempt }) => status !== 'COMPLETED' || attempt !== 1);
  expect(wrong).toEqual([]);
  const processed = jobs.map(({ key }) => key);
  // One job each; what was written but not acknowledged may have one, too.
  expect(acknowledged.filter((key) => !processed.includes(key))).toEqual([]);
  expect(processed.filter((key, i) => !keys.includes(key) || processed.indexOf(key) !== i)).toEqual([]);
  for (const job of jobs) expect(await pipeline.missing(job)).toEqual([]);
  expect(pipeline.cloud.fargate.runningTasks).toBe(0);
  expect(await pipeline.deadLetters()).toEqual([]);
  await pipeline.stop();
}, 3_600_000);
