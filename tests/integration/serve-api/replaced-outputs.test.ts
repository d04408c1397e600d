import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MediaError } from '../../../base/errors.ts';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { PIXEL, standInWorker } from '../../support/stand-in-worker.ts';

let api: JobApi;
const worker = standInWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));
beforeAll(async () => {
  api = await startApi({ work: worker.work });
});
afterAll(() => api?.stop());

const key = uploadKey('avatar.png');
const view = async (jobId: string) => (await api.call('GET', `/api/media/jobs/${jobId}`)).body;
/** Uploads to the key again; gives the job once it has ended. */
async function upload(content: string) {
  const before = new Set((await api.jobs()).map(({ jobId }) => jobId));
  await api.upload(key, Buffer.concat([PIXEL, Buffer.from(content)]));
  return api.until('the new job to end', async () => {
    const job = (await api.jobs()).find(({ jobId }) => !before.has(jobId));
    const told = job?.status === 'COMPLETED' || job?.notifiedAttempt === job?.attempt;
    return job && job.status !== 'PROCESSING' && told ? job : undefined;
  });
}

test('a job shows its own outputs until a newer upload to its key completes, and then which job replaced them', async () => {
  const first = await upload('first');
  const { manifest, outputs } = await view(first.jobId);
  expect(outputs).toHaveLength(3);

  worker.fail('avatar', new MediaError('CorruptMedia', 'Expected a whole picture.'));
  expect((await upload('second')).status).toBe('REJECTED');
  const beside = await view(first.jobId);
  expect(beside.manifest.versionId).toBe(manifest.versionId);
  for (const { url, size } of beside.outputs) {
    const answer = await fetch(url);
    expect([answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([200, size]);
  }

  const { headers } = await api.call('GET', `/api/media/jobs/${first.jobId}`);
  const known = { headers: { 'if-none-match': headers.get('etag') ?? '' } };
  expect((await api.call('GET', `/api/media/jobs/${first.jobId}`, known)).status).toBe(304);
  worker.mend('avatar');
  const third = await upload('third');
  expect((await api.call('GET', `/api/media/jobs/${first.jobId}`, known)).status).toBe(200);
  expect(await view(first.jobId)).toMatchObject({ status: 'COMPLETED', outputsReplacedBy: third.jobId });
  expect(await view(first.jobId)).not.toHaveProperty('outputs');
  expect((await view(third.jobId)).outputs).toHaveLength(3);
});
