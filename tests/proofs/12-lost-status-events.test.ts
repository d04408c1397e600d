import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MediaError } from '../../base/errors.ts';
import { type JobApi, startApi } from '../support/job-api.ts';
import { uploadKey } from '../support/pipeline.ts';
import { proofSize, reportProof } from '../support/proof-size.ts';
import { reconcile } from '../support/reconciler.ts';
import { PIXEL, standInWorker } from '../support/stand-in-worker.ts';

/** A multiple of ten. */
const JOBS = proofSize(100);

let api: JobApi;
const worker = standInWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));
beforeAll(async () => {
  api = await startApi({ work: worker.work }, { dropStatusEvents: true, functionConcurrency: 16 });
});
afterAll(() => api?.stop());

describe('with every status event lost', () => {
  test(`of ${JOBS} jobs one in five fails: each row is right after at most two rounds, with one dead letter for each that is ours`, async () => {
    worker.fail('ours');
    worker.fail('theirs', new MediaError('CorruptMedia', 'The picture ends in the middle.'));
    const name = (i: number) => (i % 10 === 0 ? `ours-${i}` : i % 10 === 5 ? `theirs-${i}` : `fine-${i}`);
    const keys = Array.from({ length: JOBS }, (_, i) => uploadKey(`${name(i)}.png`));
    await Promise.all(keys.map((key) => api.upload(key, PIXEL)));
    await api.until('all executions', async () => {
      const all = await api.executions();
      return all.length === JOBS && all.every(({ status }) => status !== 'RUNNING');
    });
    const before = await counts();
    const first = await reconcile(api);
    const after = await counts();
    const second = await reconcile(api);
    reportProof(12, { before, after, repairs: [first.repairs, second.repairs] });
    expect(before).toEqual({ COMPLETED: JOBS * 0.8, PROCESSING: JOBS / 5 });
    expect(after).toEqual({ COMPLETED: JOBS * 0.8, FAILED: JOBS / 10, REJECTED: JOBS / 10 });
    expect([first.repairs, second.repairs]).toEqual([{ recorded: JOBS / 5 }, {}]);
    const letters = await api.deadLetters();
    expect(new Set(letters.map(({ jobId }) => jobId)).size).toBe(JOBS / 10);
    expect(letters).toHaveLength(JOBS / 10);
    expect((await api.jobs()).find(({ key }) => key === uploadKey('ours-0.png'))?.error).toMatchObject({
      name: 'AccessDenied',
      state: 'ProcessImage',
    });
  });

  async function counts() {
    const statuses = (await api.jobs()).map(({ status }) => status);
    return Object.fromEntries(
      [...new Set(statuses)].sort().map((s) => [s, statuses.filter((one) => one === s).length]),
    );
  }
});
