import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Watermarks } from '../../media/watermark/watermark-image.ts';
import { type ClipStudio, clipStudio } from '../support/clips.ts';
import { logoPng, watermarksOf } from '../support/logo.ts';
import { madeByProfile } from '../support/made-by-profile.ts';
import { askedFor } from '../support/profiles/asked-for.ts';
import { differences } from '../support/profiles/differences.ts';
import { randomProfile, WATERMARK_NAME } from '../support/profiles/random-profile.ts';
import { makeSamples, type Sample } from '../support/profiles/samples.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';

const PROFILES = proofSize(2);

let studio: ClipStudio;
let samples: Sample[];
let watermarks: Watermarks;
beforeAll(async () => {
  watermarks = watermarksOf({ [WATERMARK_NAME]: await logoPng() });
  studio = await clipStudio();
  samples = await makeSamples(studio);
});
afterAll(() => studio.remove());

test(`${PROFILES} generated profiles give exactly the outputs that they ask for`, async () => {
  const failures: string[] = [];
  let outputs = 0;
  for (let i = 0; i < PROFILES; i++) {
    // Each has a seed of its own, so that it can be repeated alone.
    const seed = proofSeed() + i;
    const random = seededRandom(seed);
    const profile = randomProfile(random);
    const focalPoint = { x: random.below(101) / 100, y: random.below(101) / 100 };
    for (const sample of samples) {
      const changes = { ...(sample.kind === 'IMAGE' && { focalPoint }) };
      const made = await madeByProfile(profile, studio.path(sample.file), changes, { watermarks });
      outputs += made.outputs.size;
      const found = await differences(askedFor(profile, sample), made.outputs, made.manifest.degraded);
      failures.push(...found.map((difference) => `SEED=${seed}, ${sample.file}: ${difference}`));
    }
  }
  reportProof(38, { profiles: PROFILES, outputs, failures: failures.length });
  expect(outputs).toBeGreaterThan(PROFILES * samples.length * 3);
  expect(failures).toEqual([]);
});
