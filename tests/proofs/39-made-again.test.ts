import { afterAll, beforeAll, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { outputPrefix } from '../../core/outputs/output-key.ts';
import { RESOURCES } from '../../local/resources.ts';
import { DEFAULT_PROFILE } from '../../media/profile/default-profile.ts';
import { type JobApi, startApi } from '../support/job-api.ts';
import { uploadKey } from '../support/pipeline.ts';
import { proofSize, reportProof } from '../support/proof-size.ts';

const JOBS = proofSize(6);
/** Of one request. */
const PAGE = 25;

let api: JobApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.stop());

/** The default profile, with one of them of this quality. */
async function useQuality(quality: number): Promise<void> {
  const outputs = DEFAULT_PROFILE.image.outputs.map((output) =>
    output.name === 'thumb_medium' ? { ...output, quality } : output,
  );
  const document = { ...DEFAULT_PROFILE, image: { outputs } };
  const body = { document, defaultFor: ['acme'] };
  expect((await api.call('PUT', '/api/media/profiles/web', { as: 'operator', body })).status).toBe(200);
}

/** Has everything that is stale made again, and returns how many jobs had which outcome. */
async function rerender(): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  let cursor: string | undefined;
  do {
    const body = { limit: PAGE, ratePerSecond: 50, cursor };
    const answer = await api.call('POST', '/api/media/jobs/rerender', { body });
    for (const { outcome } of answer.body.results) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    cursor = answer.body.nextCursor;
  } while (cursor);
  await api.until('the executions to end', async () =>
    [...api.cloud.states.executions.values()].every(({ status }) => status !== 'RUNNING'),
  );
  return outcomes;
}

test(`of ${JOBS} jobs with five images each, one is made again where one has changed, and then none`, async () => {
  await useQuality(80);
  for (let i = 0; i < JOBS; i++) {
    const background = `hsl(${(i * 37) % 360}, 60%, 50%)`;
    const picture = sharp({
      create: {
        width: 500,
        height: 300,
        channels: 3,
        background,
        noise: { type: 'gaussian', mean: 128, sigma: 30 },
      },
    });
    await api.upload(uploadKey(`photo-${i}.png`), await picture.png().toBuffer());
  }
  await api.until('the jobs to complete', async () => {
    const jobs = await api.jobs();
    return jobs.length === JOBS && jobs.every(({ status }) => status === 'COMPLETED');
  });
  const before = await api.jobs();
  const images = (await Promise.all(before.slice(0, 1).map(api.manifest)))
    .flatMap(({ outputs }) => outputs)
    .filter(({ key }) => !key.endsWith('.json'));
  expect(images.length).toBeGreaterThanOrEqual(5);

  const written: string[] = [];
  api.cloud.faults.observers.add(({ action, bucket, key }) => {
    if (action === 'PutObject' && bucket === RESOURCES.outputBucket) written.push(key);
  });
  await useQuality(40);
  written.length = 0;
  expect(await rerender()).toEqual({ started: JOBS });
  // Metadata and manifest describe the set, and are written with each.
  const encoded = written.filter((key) => !key.endsWith('.json'));
  expect(new Set(encoded)).toEqual(
    new Set(before.map((job) => `${outputPrefix(job as never)}thumb_medium.jpg`)),
  );
  expect(encoded).toHaveLength(JOBS);

  written.length = 0;
  const executions = api.cloud.states.executions.size;
  expect(await rerender()).toEqual({ current: JOBS });
  expect([written, api.cloud.states.executions.size]).toEqual([[], executions]);
  const after = await api.jobs();
  for (const job of after) expect(await api.missing(job)).toEqual([]);
  reportProof(39, { jobs: JOBS, images: images.length * JOBS, encoded: encoded.length });
}, 3_600_000);
