import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inBatches } from '../../base/in-batches.ts';
import { DEFAULT_FROZEN } from '../../core/profiles/profile-documents.ts';
import { RESOURCES } from '../../local/resources.ts';
import { hostileKey, meantOwner } from '../support/hostile-keys.ts';
import type { JobApi } from '../support/job-api.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';
import { settled } from '../support/settled-cloud.ts';
import { startStandInApi } from '../support/stand-in-api.ts';
import { PIXEL } from '../support/stand-in-worker.ts';

const KEYS = proofSize(100);
const AT_ONCE = 25;

let api: JobApi;
/** Keys in the output bucket that were written or deleted, as S3 received them. */
const written = new Set<string>();
beforeAll(async () => {
  ({ api } = await startStandInApi());
  api.cloud.faults.observers.add(({ service, action, bucket, key }) => {
    if (
      service === 's3' &&
      bucket === RESOURCES.outputBucket &&
      /^(Put|Delete|Create|Copy|Upload)/.test(action)
    )
      written.add(key);
  });
});
afterAll(() => api?.stop());

test(`each of ${KEYS} hostile keys is processed exactly or rejected, and nothing is written outside its user's folder`, async () => {
  const random = seededRandom(proofSeed());
  const keys = [...new Set(Array.from({ length: KEYS }, () => hostileKey(random)))];
  await inBatches(keys, AT_ONCE, async (key) => {
    await api.upload(key, PIXEL);
  });
  await settled(api.cloud);

  const jobs = new Map((await api.jobs()).map((job) => [job.key, job]));
  const count: Record<string, number> = {};
  const manifests = new Set<string>();
  for (const key of keys) {
    const job = jobs.get(key);
    const owner = meantOwner(key);
    // The rule is for keys below tenants/: no other starts anything.
    const status = job?.status ?? 'NONE';
    count[status] = (count[status] ?? 0) + 1;
    expect([key, status === 'NONE']).toEqual([key, !key.startsWith('tenants/')]);
    if (!job || status === 'NONE') continue;
    if (!owner) {
      expect([key, job]).toEqual([key, expect.objectContaining({ status: 'REJECTED' })]);
      expect(job).toMatchObject({ error: { category: 'processing' } });
      expect(job.manifestKey).toBeUndefined();
      continue;
    }
    // Exactly this object: not a decoded, normalized or cut one.
    expect([key, job.status]).toEqual([key, 'COMPLETED']);
    expect([job.tenantId, job.userId]).toEqual([owner.tenant, owner.user]);
    const { source, outputs } = await api.manifest(job);
    expect(source.key).toBe(key);
    expect(await api.missing(job)).toEqual([]);
    const folder = `tenants/${owner.tenant}/users/${owner.user}/media/processed/`;
    for (const output of [job.manifestKey ?? '', ...outputs.map((one) => one.key)]) {
      expect([key, output.startsWith(folder), output.slice(folder.length).includes('/')]).toEqual([
        key,
        true,
        false,
      ]);
      expect(Buffer.byteLength(output)).toBeLessThanOrEqual(1024);
      written.delete(output);
    }
    manifests.add(job.manifestKey ?? '');
  }
  reportProof(19, { keys: keys.length, ...count });
  expect(jobs.size).toBe(keys.length - (count.NONE ?? 0));
  // No two uploads share a manifest, and nothing else was written but the profile.
  expect(manifests.size).toBe(count.COMPLETED);
  expect([...written]).toEqual([`profiles/${DEFAULT_FROZEN.hash}.json`]);
  expect(await api.deadLetters()).toEqual([]);
}, 3_600_000);
