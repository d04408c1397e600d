import type { ObjectStore } from '../aws/object-store.ts';
import type { Job } from '../jobs/job.ts';
import type { UploadLedger } from '../uploads/upload-ledger.ts';
import { isOutputOf, outputFolder, outputPrefix } from './output-key.ts';

interface Stores {
  objects: ObjectStore;
  ledger: UploadLedger;
  outputBucket: string;
}

/**
 * Removes all outputs of a job's upload, complete or not. `if-latest`: only if no newer upload to
 * the key owns them. Returns the number of objects removed.
 */
export async function removeOutputs(stores: Stores, job: Job, when: 'always' | 'if-latest'): Promise<number> {
  const { tenantId, userId, stem } = job;
  if (!tenantId || !userId || !stem) return 0;
  if (when === 'if-latest' && (await stores.ledger.get(job))?.latestJobId !== job.jobId) return 0;
  return removeBelow(stores, outputPrefix({ tenantId, userId, stem }));
}

/**
 * Removes outputs by owner and stem, for when the job row may have expired, and releases the stem.
 */
export async function removeOutputsOfStem(
  stores: Stores,
  upload: { bucket: string; key: string },
  owner: { tenantId: string; userId: string; stem: string },
): Promise<number> {
  const removed = await removeBelow(stores, outputPrefix(owner));
  await stores.ledger.releaseStem(outputFolder(owner), upload, owner.stem);
  return removed;
}

async function removeBelow({ objects, outputBucket }: Stores, prefix: string): Promise<number> {
  const keys = [...(await objects.list(outputBucket, prefix)).keys()].filter((key) =>
    isOutputOf(prefix, key),
  );
  await objects.remove(outputBucket, keys);
  return keys.length;
}
