import { inBatches } from '../../base/in-batches.ts';
import type { Executions } from '../aws/executions.ts';
import type { ObjectVersion } from '../aws/object-versions.ts';
import type { Job } from '../jobs/job.ts';
import { jobsOf } from '../uploads/ledger-entry.ts';
import type { StemClaims } from '../uploads/stem-claims.ts';
import { liveJob } from './live-job.ts';
import { parseManifest } from './manifest.ts';
import { intermediatePrefix, isOutputOf, JOB_ID_METADATA, outputFolder, outputPrefix } from './output-key.ts';
import type { PublicationStores } from './publication.ts';

// Each removal lists versions first, then reads who owns the outputs, then deletes exactly the
// listed versions. A successor records itself before its first write, so if the read does not show
// one, none of the listed versions is its own, however late the deletes arrive.

type Stores = Pick<PublicationStores, 'objects' | 'versions' | 'jobs' | 'ledger' | 'outputBucket'>;

/** Concurrent HeadObject calls. */
const AT_ONCE = 16;

/**
 * Removes what the tries of an ended job wrote, unless the job has been retried since, but for the
 * set of before outputs were to be made again. Leaves the
 * outputs of other uploads to the key, unless none of those has outputs any more: then some belong
 * to an upload that was deleted. Returns the number of object versions removed.
 */
export async function removeOutputsOfJob(
  stores: Stores & { executions: Executions },
  job: Job,
): Promise<number> {
  const { versions, outputBucket: bucket } = stores;
  const { jobId, tenantId, userId, stem } = job;
  if (!tenantId || !userId || !stem) return 0;
  const listed = await listOutputs(stores, { tenantId, userId, stem });
  // A redrive of a failed job resumes with its intermediate files.
  const work = job.status === 'FAILED' ? [] : await versions.list(bucket, intermediatePrefix(jobId));
  if (listed.length + work.length === 0) return 0;
  const now = await stores.jobs.get(jobId);
  if (now?.status !== job.status || now.attempt !== job.attempt || now.tryId !== job.tryId) return 0;
  // A redrive in the console, whose event has not arrived, may already have claimed the job.
  const execution = await stores.executions.describe(job.executionArn);
  if (execution?.status === 'RUNNING' || (execution?.redriveCount ?? 0) > job.redriveCount) return 0;
  const isToRemove = await jobsToRemove(stores, job);
  const isKept = await publishedVersions(stores, now);
  if (!(await stores.jobs.withdrawClaim(now))) return 0;
  const written = await writtenBy(stores, isToRemove, listed);
  const removed = [...work, ...written.filter((version) => !isKept(version))];
  await versions.remove(bucket, removed);
  return removed.length;
}

type IsToRemove = (jobId: string) => boolean | Promise<boolean>;

/**
 * Selects the ended job and, if no upload of the key has outputs any more, all jobs of the key: none
 * of those that wrote what was listed is newer. The ledger knows only the last ones, so the rows of
 * others are asked; another key may share the stem by now.
 */
async function jobsToRemove(stores: Stores, job: Job): Promise<IsToRemove> {
  const entry = await stores.ledger.get(job);
  const isLast = entry?.deleted || entry?.latestJobId === job.jobId;
  if (!entry || !isLast || (await liveJob(stores, job))) return (jobId) => jobId === job.jobId;
  const known = new Map(
    [job.jobId, ...jobsOf(entry), ...(entry.deletedJobIds ?? [])].map((id) => [id, true]),
  );
  return async (jobId) => {
    const found = known.get(jobId);
    if (found !== undefined) return found;
    const row = await stores.jobs.get(jobId);
    const isOfKey = row?.bucket === job.bucket && row.key === job.key;
    // One that was redriven after the ledger had dropped it may have outputs, or be making them.
    const isDone = entry.deleted || row?.outputsRemovedAt !== undefined || isFailed(row);
    known.set(jobId, isOfKey && isDone);
    return isOfKey && isDone;
  };
}

const isFailed = (row: Job | undefined) =>
  row?.status !== 'COMPLETED' && row?.status !== 'PROCESSING' && !row?.published;

/** Selects the versions of the set that readers see of a job whose outputs were to be made again. */
async function publishedVersions(
  { objects, outputBucket }: Stores,
  { published }: Job,
): Promise<(version: ObjectVersion) => boolean> {
  if (!published) return () => false;
  const { manifestKey: key, manifestVersionId } = published;
  const bytes = await objects.readOutput(outputBucket, key, manifestVersionId);
  const outputs = bytes ? parseManifest(bytes).outputs : [];
  const kept = new Set([
    `${manifestVersionId} ${key}`,
    ...outputs.map((one) => `${one.versionId} ${one.key}`),
  ]);
  return (version) => kept.has(`${version.versionId} ${version.key}`);
}

/**
 * Removes what one job wrote, whose upload no longer exists, beside other uploads to the key.
 * Returns the number of object versions removed.
 */
export async function removeOutputsOfVersion(
  stores: Stores,
  owner: { tenantId: string; userId: string; stem: string },
  jobId: string,
): Promise<number> {
  const own = await writtenBy(stores, (id) => id === jobId, await listOutputs(stores, owner));
  await stores.versions.remove(stores.outputBucket, own);
  return own.length;
}

async function writtenBy(
  { versions, outputBucket }: Stores,
  isToRemove: IsToRemove,
  listed: readonly ObjectVersion[],
): Promise<ObjectVersion[]> {
  const own: ObjectVersion[] = [];
  await inBatches(listed, AT_ONCE, async (version) => {
    const metadata = await versions.metadata(outputBucket, version);
    const writer = metadata?.[JOB_ID_METADATA];
    if (writer && (await isToRemove(writer))) own.push(version);
  });
  return own;
}

/**
 * Removes all outputs of a deleted upload. `jobId`: its job, if known. Returns the number of object
 * versions removed, or undefined if the key has been uploaded again since: the end of that job
 * removes or replaces them.
 */
export async function removeOutputsOfDeleted(
  stores: Stores & { stems: StemClaims },
  upload: { bucket: string; key: string },
  owner: { tenantId: string; userId: string; stem: string },
  jobId: string | undefined,
): Promise<number | undefined> {
  const { versions, outputBucket: bucket } = stores;
  const listed = await listOutputs(stores, owner);
  if (jobId) listed.push(...(await versions.list(bucket, intermediatePrefix(jobId))));
  if (!(await stores.ledger.get(upload))?.deleted) return undefined;
  // Another key may have claimed the stem, and written, after a repeated handling released it.
  if (!(await stores.stems.owns(outputFolder(owner), upload, owner.stem))) return undefined;
  // Manifests first: a reader that still finds one should find its files too.
  const isManifest = ({ key }: ObjectVersion) => key.endsWith('_manifest.json');
  await versions.remove(bucket, listed.filter(isManifest));
  await versions.remove(
    bucket,
    listed.filter((version) => !isManifest(version)),
  );
  return listed.length;
}

async function listOutputs(
  { versions, outputBucket }: Stores,
  owner: { tenantId: string; userId: string; stem: string },
): Promise<ObjectVersion[]> {
  const prefix = outputPrefix(owner);
  return (await versions.list(outputBucket, prefix)).filter(({ key }) => isOutputOf(prefix, key));
}
