import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseJob } from '../../core/jobs/job-row.ts';
import { publishedSet } from '../../core/outputs/published-set.ts';
import { LOCAL_CLIENT } from '../../local/endpoints.ts';
import type { AwsCall } from '../../local/faults/aws-call.ts';
import type { Fault } from '../../local/faults/faults.ts';
import { RESOURCES } from '../../local/resources.ts';
import { shuffled } from '../support/held-events.ts';
import { type JobApi, startApi } from '../support/job-api.ts';
import { type Manifest, uploadKey } from '../support/pipeline.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';
import { settled } from '../support/settled-cloud.ts';
import { smallPng } from '../support/small-png.ts';

/** Cases: a call of a job whose output is made again, and the way in which it fails. A full run has them all. */
const CASES = proofSize(8);
/**
 * Before the call took effect, and after: with an error, and without an answer; so often that the SDK
 * gives up, and the state is retried. A refusal is not: the execution fails.
 */
const FAULTS = ['error', 'drop', 'error-after', 'drop-after', 'deny'] as const satisfies readonly Fault[];
const SDK_TRIES = 3;
const READER = 'reader';

let api: JobApi;
let s3: S3Client;
let table: DynamoDBDocumentClient;
beforeAll(async () => {
  api = await startApi();
  const client = { ...LOCAL_CLIENT, customUserAgent: READER };
  s3 = new S3Client({ ...client, endpoint: api.cloud.urls.storage, forcePathStyle: true });
  table = DynamoDBDocumentClient.from(new DynamoDBClient({ ...client, endpoint: api.cloud.urls.tables }));
});
afterAll(() => api?.stop());

const isReader = ({ request }: AwsCall) => request.headers['user-agent']?.includes(READER) === true;
/** Calls of the execution, not of readers or this test. */
const isOurs = (call: AwsCall) =>
  !isReader(call) &&
  call.service !== 'sqs' &&
  !['Scan', 'StartExecution', 'DescribeExecution', 'ListExecutions', 'GetExecutionHistory'].includes(
    call.action,
  );
const nameOf = ({ service, action }: AwsCall) => `${service}.${action}`;

const rowOf = async (jobId: string) => {
  const { Item } = await table.send(
    new GetCommand({ TableName: RESOURCES.jobTable, Key: { jobId }, ConsistentRead: true }),
  );
  return parseJob(Item);
};
async function read(Key: string, VersionId: string | undefined): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: RESOURCES.outputBucket, Key, VersionId }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

/** What a reader of the job finds wrong: its row leads to a manifest, and that to files which are as it says. */
async function faultsOfSet(jobId: string): Promise<{ wrong: string[]; version: string | undefined }> {
  const set = publishedSet(await rowOf(jobId));
  if (!set) return { wrong: ['no set'], version: undefined };
  const manifest: Manifest = JSON.parse((await read(set.manifestKey, set.manifestVersionId)).toString());
  const wrong = await Promise.all(
    manifest.outputs.map(async ({ key, versionId, sha256 }) => {
      const body = await read(key, versionId).catch(() => undefined);
      return body && createHash('sha256').update(body).digest('hex') === sha256 ? [] : [key];
    }),
  );
  return { wrong: wrong.flat(), version: set.manifestVersionId };
}

/** Reads the set again and again until the work is done. */
async function whileReading(jobId: string, work: () => Promise<unknown>) {
  let done = false;
  const problems: string[] = [];
  const versions = new Set<string | undefined>();
  let reads = 0;
  const reader = (async () => {
    while (!done) {
      const { wrong, version } = await faultsOfSet(jobId);
      problems.push(...wrong);
      versions.add(version);
      reads++;
      await sleep(2);
    }
  })();
  await work().finally(() => {
    done = true;
  });
  await reader;
  const last = await faultsOfSet(jobId);
  return { problems: [...problems, ...last.wrong], versions: versions.add(last.version), reads };
}

let uploads = 0;
async function completed(): Promise<string> {
  const key = uploadKey(`picture-${++uploads}.png`);
  await api.upload(key, await smallPng('red'));
  const job = await api.ended(key);
  await settled(api.cloud);
  return job.jobId;
}

async function makeAgain(jobId: string): Promise<void> {
  const { status } = await api.call('POST', `/api/media/jobs/${jobId}`, {
    body: { outputs: ['thumb_small'] },
  });
  expect(status).toBe(202);
  await settled(api.cloud);
}

/** The calls of a job whose output is made again, with their number. */
async function faultFree(): Promise<Map<string, number>> {
  const jobId = await completed();
  const calls = new Map<string, number>();
  const count = (call: AwsCall) => {
    if (isOurs(call)) calls.set(nameOf(call), (calls.get(nameOf(call)) ?? 0) + 1);
  };
  api.cloud.faults.observers.add(count);
  await makeAgain(jobId);
  api.cloud.faults.observers.delete(count);
  return calls;
}

test(`whichever call fails while an output is made again, readers see one whole set: ${CASES} cases`, async () => {
  await faultFree();
  const calls = await faultFree();
  const all = [...calls].flatMap(([name, count]) =>
    Array.from({ length: count }, (_, ordinal) => FAULTS.map((fault) => ({ name, ordinal, fault }))).flat(),
  );
  expect(all.length).toBeGreaterThan(100);
  const cases = shuffled(all, seededRandom(proofSeed())).slice(0, CASES);
  const wrong: unknown[] = [];
  const totals = { reads: 0, renewed: 0, failed: 0 };
  for (const { name, ordinal, fault } of cases) {
    const jobId = await completed();
    const before = await faultsOfSet(jobId);
    const rule = api.cloud.faults.add({
      ...{ fault, skip: ordinal, times: SDK_TRIES },
      when: (call) => isOurs(call) && nameOf(call) === name,
    });
    const { problems, versions, reads } = await whileReading(jobId, () => makeAgain(jobId).catch(() => {}));
    rule.remove();
    await settled(api.cloud);
    const { status } = await rowOf(jobId);
    totals.reads += reads;
    if (status === 'COMPLETED') totals.renewed += versions.size - 1;
    else totals.failed++;
    // The old one, and the new one if there is one.
    const isOne = versions.has(before.version) && versions.size <= 2;
    if (problems.length > 0 || !isOne || status === 'PROCESSING')
      wrong.push({ name, ordinal, fault, status, problems, versions: [...versions] });
  }
  reportProof(40, { cases: cases.length, of: all.length, ...totals, wrong: wrong.length });
  expect(wrong).toEqual([]);
  expect(totals.reads).toBeGreaterThan(cases.length);
  await api.deadLetters();
}, 3_600_000);
