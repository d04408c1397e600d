import { describe, expect, test } from '@jest/globals';
import { runSchedule } from '../support/interleavings/run-schedule.ts';
import { fixturesOf, searchSchedules } from '../support/interleavings/search-schedules.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';

const SIZE = proofSize(400);
const SEED = proofSeed();

describe('uploads, re-uploads, deletes, undeletes, retries, redrives, cancels and crashes, interleaved at every AWS call', () => {
  test(`leave of each upload key one whole set of its latest completed version, or none, in ${SIZE} schedules from seed ${SEED}`, async () => {
    const problemsOf = ({ problems }: { problems: string[] }) => problems;
    const { failed, totals } = await searchSchedules({
      proof: 29,
      seed: SEED,
      size: SIZE,
      problemsOf,
    });
    reportProof(29, { schedules: SIZE, failed: failed.length, ...totals });
    expect(failed).toEqual([]);
  }, 3_600_000);

  test.each(fixturesOf(29))('no longer fail as they did in %s', async (_name, { script }) => {
    expect((await runSchedule(script)).problems).toEqual([]);
  });
});
