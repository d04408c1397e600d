import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Fault } from '../../local/faults/faults.ts';
import { RESOURCES } from '../../local/resources.ts';
import { type JobApi, startApi } from '../support/job-api.ts';
import { uploadKey } from '../support/pipeline.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';
import { reconcile } from '../support/reconciler.ts';
import { PIXEL, standInWorker } from '../support/stand-in-worker.ts';

const JOBS = proofSize(40);
/** Throttled, failed, cut off, and carried out but answered with an error or not at all. */
const FAULTS = ['throttle', 'error', 'drop', 'error-after', 'drop-after'] as const satisfies readonly Fault[];
/** Probability per call. */
const RATE = 0.05;
/** Uploads that wait at the same time. */
const AT_ONCE = 50;

let api: JobApi;
const worker = standInWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));
beforeAll(async () => {
  api = await startApi({ work: worker.work }, { functionConcurrency: 16 });
});
afterAll(() => api?.stop());

test(`with 5 % of all AWS calls failing, ${JOBS} jobs all end, none is lost and none is done twice`, async () => {
  const random = seededRandom(proofSeed());
  const keys = Array.from({ length: JOBS }, (_, i) => uploadKey(`job-${i}.png`));
  let failing = true;
  // The user's uploads and this test's own reads are not the pipeline's calls.
  const isOurs = ({ action, bucket }: { action?: string; bucket?: string }) =>
    failing && action !== 'Scan' && !(action === 'PutObject' && bucket === RESOURCES.mediaBucket);
  const rules = FAULTS.map((fault) =>
    api.cloud.faults.add({
      ...{ fault, times: Number.POSITIVE_INFINITY },
      when: (call) => isOurs(call) && random.chance(RATE / FAULTS.length),
    }),
  );
  for (let i = 0; i < keys.length; i += AT_ONCE) {
    const batch = keys.slice(i, i + AT_ONCE);
    await Promise.all(batch.map((key) => api.upload(key, PIXEL)));
    await api.until('the executions to end', async () => {
      const all = [...api.cloud.states.executions.values()];
      return all.length >= i + batch.length && all.every(({ status }) => status !== 'RUNNING');
    });
  }
  failing = false;
  await reconcile(api);
  await reconcile(api);

  const rows = await api.jobs();
  const hits = rules.map((rule) => rule.hits());
  const count = (status: string) => rows.filter((row) => row.status === status).length;
  const letters = await api.deadLetters();
  reportProof(6, { jobs: rows.length, completed: count('COMPLETED'), failed: count('FAILED'), hits });
  expect(rows.map(({ key }) => key).sort()).toEqual([...keys].sort());
  expect(count('COMPLETED') + count('FAILED')).toBe(JOBS);
  expect(hits.every((hit) => hit > 0)).toBe(true);
  // Nothing is lost: what failed has its dead letter, one for the attempt.
  const failed = rows
    .filter(({ status }) => status === 'FAILED')
    .map(({ jobId, attempt }) => `${jobId} ${attempt}`);
  const told = new Set(letters.map(({ jobId, attempt }) => `${jobId} ${attempt}`));
  expect(failed.filter((job) => !told.has(job))).toEqual([]);
  // Nothing is done twice: each completed job has its own set, whole, and nothing more is current.
  const outputs = new Set(await api.outputs());
  for (const job of rows.filter(({ status }) => status === 'COMPLETED')) {
    const { outputs: listed } = await api.manifest(job);
    const own = [...outputs].filter((key) => key.includes(`/${job.stem}_`));
    expect(own.sort()).toEqual([...listed.map(({ key }) => key), job.manifestKey].sort());
  }
}, 3_600_000);
