import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type JobApi, startApi } from '../support/job-api.ts';
import { uploadKey } from '../support/pipeline.ts';
import { proofSize } from '../support/proof-size.ts';
import { PIXEL, standInWorker } from '../support/stand-in-worker.ts';

/** A multiple of ten: one in ten is poison. */
const UPLOADS = proofSize(50);

let api: JobApi;
const worker = standInWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));
beforeAll(async () => {
  api = await startApi({ work: worker.work });
});
afterAll(() => api?.stop());

const waiting = async () => (await api.deps.deadLetters.counts()).waiting;

test(`of ${UPLOADS} uploads one in ten poisons its worker: the others are done, each of these is one dead letter, and runs once more when mended`, async () => {
  worker.fail('poison');
  const keys = Array.from({ length: UPLOADS }, (_, i) =>
    uploadKey(`${i % 10 === 0 ? 'poison' : 'good'}-${i}.png`, 'mixed'),
  );
  await Promise.all(keys.map((key) => api.upload(key, PIXEL)));
  const ours = async () => (await api.jobs()).filter(({ tenantId }) => tenantId === 'mixed');
  const settled = (wanted: number) =>
    api.until(`${wanted} jobs to end`, async () => {
      const rows = await ours();
      const ended = rows.filter((row) => row.status === 'COMPLETED' || row.notifiedAttempt === row.attempt);
      return ended.length === wanted && rows;
    });
  const before = await settled(UPLOADS);
  const count = (rows: typeof before, status: string) => rows.filter((row) => row.status === status).length;
  expect([count(before, 'COMPLETED'), count(before, 'FAILED')]).toEqual([UPLOADS * 0.9, UPLOADS / 10]);
  expect(await waiting()).toBe(UPLOADS / 10);

  worker.mend('poison');
  const outcomesOf: Record<string, number> = {};
  while ((await waiting()) > 0) {
    const { body } = await api.call('POST', '/api/media/jobs/redrive', {
      body: { source: 'dead-letters', ratePerSecond: 50 },
      as: 'operator',
    });
    for (const { outcome } of body.results as { outcome: string }[])
      outcomesOf[outcome] = (outcomesOf[outcome] ?? 0) + 1;
  }
  expect(outcomesOf).toEqual({ redriven: UPLOADS / 10 });
  const after = await api.until('all to complete', async () => {
    const rows = await ours();
    return count(rows, 'COMPLETED') === UPLOADS && rows;
  });
  const poisoned = after.filter(({ key }) => key.includes('poison'));
  expect(new Set(poisoned.map(({ attempt, redriveCount }) => `${attempt} ${redriveCount}`))).toEqual(
    new Set(['2 1']),
  );
  expect(await waiting()).toBe(0);
});
