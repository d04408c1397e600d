import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inBatches } from '../../base/in-batches.ts';
import { digest } from '../../core/uploads/digest.ts';
import { comparableSequencer } from '../../core/uploads/upload.ts';
import { RESOURCES } from '../../local/resources.ts';
import { type JobApi, startApi } from '../support/job-api.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';
import { rowOf } from '../support/tenant-jobs.ts';

const JOBS = proofSize(500);
const LOOKUPS = Math.min(JOBS, 1000);
/** Items of one BatchWriteItem. */
const BATCH = 25;

let api: JobApi;
beforeAll(async () => {
  // Without the schedules, whose functions read as well.
  api = await startApi({}, { rules: [] });
  const numbers = Array.from({ length: JOBS }, (_, i) => i);
  const batches = Array.from({ length: Math.ceil(JOBS / BATCH) }, (_, i) =>
    numbers.slice(i * BATCH, (i + 1) * BATCH),
  );
  for (const itemOf of [(i: number) => rowOf('acme', i), entryOf])
    await inBatches(batches, 4, (batch) => {
      const requests = batch.map((i) => ({ PutRequest: { Item: itemOf(i) } }));
      return api.table.send(new BatchWriteCommand({ RequestItems: { [RESOURCES.jobTable]: requests } }));
    });
}, 3_600_000);
afterAll(() => api?.stop());

/** The entry of the upload ledger, as recordUpload writes it. */
function entryOf(i: number) {
  const { bucket, key, jobId, sequencer } = rowOf('acme', i);
  return {
    jobId: `key#${digest(bucket, key)}`,
    ...{ sequencer: comparableSequencer(sequencer), deleted: false, versionId: null },
    ...{ latestJobId: jobId, jobIds: [jobId] },
  };
}

test(`each of ${LOOKUPS} lookups by key among ${JOBS} jobs reads the ledger's entry and the job, one item each`, async () => {
  const random = seededRandom(proofSeed());
  const calls: string[] = [];
  const count = ({ service, action }: { service: string; action: string }) => {
    if (service === 'dynamodb') calls.push(action);
  };
  api.cloud.faults.observers.add(count);
  for (let n = 0; n < LOOKUPS; n++) {
    const { key, jobId } = rowOf('acme', random.below(JOBS));
    const { body } = await api.call('GET', `/api/media/jobs?key=${encodeURIComponent(key)}`);
    expect(body.jobs.map((job: { jobId: string }) => job.jobId)).toEqual([jobId]);
  }
  api.cloud.faults.observers.delete(count);
  reportProof(37, { jobs: JOBS, lookups: LOOKUPS, reads: calls.length });
  expect(new Set(calls)).toEqual(new Set(['GetItem']));
  expect(calls).toHaveLength(2 * LOOKUPS);
}, 3_600_000);
