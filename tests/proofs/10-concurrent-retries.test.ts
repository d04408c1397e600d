import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MediaError } from '../../base/errors.ts';
import type { JobApi } from '../support/job-api.ts';
import { uploadKey } from '../support/pipeline.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';
import { settled } from '../support/settled-cloud.ts';
import { STAND_IN_OUTPUTS, startStandInApi } from '../support/stand-in-api.ts';
import { PIXEL, type standInWorker } from '../support/stand-in-worker.ts';

/** Jobs that are retried. */
const JOBS = proofSize(6);
const RETRIES = 50;
const MODES = ['redrive', 'restart', 'auto'] as const;
/** A retry of a rejected job with the same upload is allowed, too. */
const ENDS = ['FAILED', 'REJECTED'] as const;

let api: JobApi;
let worker: ReturnType<typeof standInWorker>;
beforeAll(async () => {
  ({ api, worker } = await startStandInApi());
});
afterAll(() => api?.stop());

/** Fails a job in one of the two ways, and mends what it failed of. */
async function failed(file: string, end: (typeof ENDS)[number]) {
  const key = uploadKey(file);
  worker.fail(
    file,
    end === 'REJECTED' ? new MediaError('CorruptMedia', 'The picture ends early.') : undefined,
  );
  await api.upload(key, PIXEL);
  await settled(api.cloud);
  worker.mend(file);
  const job = (await api.jobs()).find((row) => row.key === key);
  expect(job).toMatchObject({ status: end, attempt: 1, notifiedAttempt: 1 });
  return job as NonNullable<typeof job>;
}

test(`of ${RETRIES} retries at once of each of ${JOBS} jobs, one is accepted and 49 are refused; the job runs once more`, async () => {
  const random = seededRandom(proofSeed());
  for (let i = 0; i < JOBS; i++) {
    const end = ENDS[i % 2] as (typeof ENDS)[number];
    const before = await failed(`job-${i}.png`, end);
    const executions = (await api.executions()).length;
    // All in one mode, or everyone as he likes.
    const mode = random.pick([...MODES, undefined]);
    const answers = await Promise.all(
      Array.from({ length: RETRIES }, () =>
        api.call('POST', `/api/media/jobs/${before.jobId}`, { body: { mode: mode ?? random.pick(MODES) } }),
      ),
    );
    await settled(api.cloud);
    const statuses = answers.map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([202, ...Array.from({ length: RETRIES - 1 }, () => 409)]);

    const accepted = answers.find(({ status }) => status === 202)?.body.mode as string;
    const started = (await api.executions()).length - executions;
    expect([accepted, started]).toEqual([accepted, accepted === 'restart' ? 1 : 0]);
    const after = await api.deps.jobs.get(before.jobId);
    expect(after).toMatchObject({ status: 'COMPLETED', attempt: 2 });
    expect(api.cloud.states.find(after?.executionArn ?? '').redriveCount).toBe(
      accepted === 'restart' ? 0 : 1,
    );
    // One version of each output: the other 49 have not run.
    const prefix = (after?.manifestKey ?? '').replace('manifest.json', '');
    expect(await api.deps.versions.list(api.deps.config.OUTPUT_BUCKET, prefix)).toHaveLength(
      STAND_IN_OUTPUTS,
    );
  }
  reportProof(10, { jobs: JOBS, retries: JOBS * RETRIES });
}, 3_600_000);
