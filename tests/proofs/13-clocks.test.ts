import { expect, test } from '@jest/globals';
import { searchSchedules } from '../support/interleavings/search-schedules.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';

const SIZE = proofSize(150);
const SEED = proofSeed();

test(`clocks that are wrong by up to an hour, and jump at every look, change no outcome in ${SIZE} schedules from seed ${SEED}`, async () => {
  const { failed, totals } = await searchSchedules({
    ...{ proof: 13, seed: SEED, size: SIZE, skew: 1 },
    problemsOf: ({ problems }) => problems,
  });
  reportProof(13, { schedules: SIZE, failed: failed.length, ...totals });
  expect(failed).toEqual([]);
}, 3_600_000);
