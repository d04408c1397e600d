import type { CurrentObject, ObjectStore } from '../aws/object-store.ts';
import type { Job } from '../jobs/job.ts';
import { type PublishedSet, publishedSet } from '../outputs/published-set.ts';
import { newExecution, type RetryDeps, type RetryResult, startClaimed } from './begin-retry.ts';
import type { Refusal } from './choose-retry.ts';
import { claimJob } from './claim-job.ts';

export interface RerenderDeps extends RetryDeps {
  objects: ObjectStore;
}

export interface RerenderRequest {
  /** Names of the outputs to make again, and no others. Absent: those that are stale. */
  only?: readonly string[] | undefined;
  /** Whether the profile is chosen anew, instead of keeping that of the job. */
  choosesProfile: boolean;
  /** Requester, for the timeline. */
  by: string;
}

type Refused = { refusal: Refusal; reason: string };

/**
 * Makes some outputs of a completed job again, in a new execution. Readers see the set that there is
 * until the new one is whole, which takes over what is not made again. Claims the row first, as a
 * retry does, and restores it if the execution does not start.
 */
export async function beginRerender(
  deps: RerenderDeps,
  job: Job,
  { only, choosesProfile, by }: RerenderRequest,
): Promise<RetryResult> {
  const found = await findRerender(deps, job);
  if ('refusal' in found) return { accepted: false, ...found };
  const what = only ? only.join(', ') : 'what is stale';
  const claimed = await claimJob(deps, job, {
    ...newExecution(deps, job),
    ...(choosesProfile && { order: undefined }),
    published: { ...found.set, ...(only && { only: [...only] }), attempt: job.attempt },
    note: `made again by ${by}: ${what}`,
  });
  return startClaimed(deps, { before: job, claimed, mode: 'restart', reason: `Made again: ${what}.` });
}

/** Returns the outputs of a job and its upload, or why none can be made again now. */
export async function findRerender(
  { ledger, objects }: Pick<RerenderDeps, 'ledger' | 'objects'>,
  job: Job,
): Promise<Refused | { set: PublishedSet; object: CurrentObject }> {
  const set = publishedSet(job);
  if (job.status === 'PROCESSING') return refused('still-running', 'The job is running.');
  if (job.status !== 'COMPLETED')
    return refused('not-completed', `The job is ${job.status}: a retry makes what is missing.`);
  if (!set) return REMOVED;
  const [entry, object] = await Promise.all([ledger.get(job), objects.current(job.bucket, job.key)]);
  if (entry?.deleted || !object) return refused('source-gone', 'The upload has been deleted.');
  if (entry && entry.latestJobId !== job.jobId)
    return refused('source-gone', `A newer upload replaced it: ${entry.latestJobId}.`);
  if (object.etag !== job.etag) return refused('source-gone', 'A newer upload replaced it.');
  return { set, object };
}

const REMOVED: Refused = { refusal: 'source-gone', reason: 'The outputs have been removed.' };

const refused = (refusal: Refusal, reason: string): Refused => ({ refusal, reason });
