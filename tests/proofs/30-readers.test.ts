import { describe, expect, test } from '@jest/globals';
import { runSchedule } from '../support/interleavings/run-schedule.ts';
import { fixturesOf, searchSchedules } from '../support/interleavings/search-schedules.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';

const SIZE = proofSize(200);
const SEED = proofSeed();
const READERS = 3;

describe('a reader that polls rows, manifests and outputs while everything is interleaved', () => {
  test(`meets each manifest with all its files, of the same upload, in ${SIZE} schedules from seed ${SEED}`, async () => {
    const { failed, totals } = await searchSchedules({
      ...{ proof: 30, seed: SEED, size: SIZE, readers: READERS },
      problemsOf: ({ readProblems }) => readProblems,
    });
    reportProof(30, { schedules: SIZE, failed: failed.length, ...totals });
    expect(failed).toEqual([]);
    expect(totals.reads).toBeGreaterThan(SIZE);
  }, 3_600_000);

  test.each(fixturesOf(30))('no longer fails as it did in %s', async (_name, { script }) => {
    expect((await runSchedule(script)).readProblems).toEqual([]);
  });
});
