import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EventEntry } from '../../local/events/event.ts';
import { RESOURCES } from '../../local/resources.ts';
import { holdS3Events, shuffled } from '../support/held-events.ts';
import type { JobApi } from '../support/job-api.ts';
import { uploadKey } from '../support/pipeline.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';
import { settled } from '../support/settled-cloud.ts';
import { STAND_IN_OUTPUTS, startStandInApi } from '../support/stand-in-api.ts';
import { PIXEL } from '../support/stand-in-worker.ts';

const UPLOADS = proofSize(40);
/** Uploads whose events are on the bus at the same time. */
const AT_ONCE = 50;
/** Each event is delivered once to this many times. */
const MOST_DELIVERIES = 10;

let api: JobApi;
beforeAll(async () => {
  ({ api } = await startStandInApi());
});
afterAll(() => api?.stop());

test(`of ${UPLOADS} uploads, each event is delivered up to ten times, shuffled: each is one job, one manifest and no output more`, async () => {
  const random = seededRandom(proofSeed());
  const held = holdS3Events(api.cloud);
  const keys = Array.from({ length: UPLOADS }, (_, i) => uploadKey(`many-${i}.png`));
  let deliveries = 0;
  /** Deliveries that come when the job has long ended. */
  let late: EventEntry[] = [];
  const deliver = async (events: readonly EventEntry[]) => {
    for (const event of shuffled(events, random)) held.deliver(event);
    deliveries += events.length;
    await settled(api.cloud);
  };
  for (let i = 0; i < UPLOADS; i += AT_ONCE) {
    await Promise.all(keys.slice(i, i + AT_ONCE).map((key) => api.upload(key, PIXEL)));
    const now = late;
    late = [];
    for (const event of held.take(RESOURCES.mediaBucket)) {
      now.push(event);
      for (let more = random.below(MOST_DELIVERIES); more > 0; more--)
        (random.chance(0.2) ? late : now).push(event);
    }
    await deliver(now);
  }
  await deliver(late);

  const jobs = await api.jobs();
  expect(jobs.map(({ key }) => key).sort()).toEqual([...keys].sort());
  expect(jobs.filter(({ status, attempt }) => status !== 'COMPLETED' || attempt !== 1)).toEqual([]);
  expect(new Set(jobs.map(({ manifestKey }) => manifestKey)).size).toBe(UPLOADS);

  const { states } = api.cloud;
  const admissions = [...states.executions.keys()].map((arn) =>
    states.find(arn).output?.includes('"DUPLICATE"') ? 'duplicate' : 'admitted',
  );
  const admitted = admissions.filter((admission) => admission === 'admitted').length;
  // Versions are counted, not keys: a duplicate that wrote the same outputs again would show here.
  const versions = await api.deps.versions.list(RESOURCES.outputBucket, 'tenants/');
  reportProof(1, { uploads: UPLOADS, deliveries, executions: admissions.length, versions: versions.length });
  expect([admissions.length, admitted]).toEqual([deliveries, UPLOADS]);
  expect(versions).toHaveLength(UPLOADS * STAND_IN_OUTPUTS);
  // Admissions at the same time store the profile's document once.
  expect(await api.deps.versions.list(RESOURCES.outputBucket, 'profiles/')).toHaveLength(1);
  expect(await api.deadLetters()).toEqual([]);
}, 3_600_000);
