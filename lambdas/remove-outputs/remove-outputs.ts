import { log } from '../../base/log.ts';
import { ownerOf, type UploadKey } from '../../contract/upload-key.ts';
import type { CurrentObject } from '../../core/aws/object-store.ts';
import { cancelledWith, describeFailure } from '../../core/jobs/failure.ts';
import { jobIdOf } from '../../core/jobs/job.ts';
import { tombstoneExpiryOf } from '../../core/jobs/retention.ts';
import { type RestoreDeps, restoreUpload } from '../../core/lifecycle/restore-upload.ts';
import { outputFolder, stemCandidates } from '../../core/outputs/output-key.ts';
import type { PublicationStores } from '../../core/outputs/publication.ts';
import { removeOutputsOfDeleted, removeOutputsOfVersion } from '../../core/outputs/remove-outputs.ts';
import { jobsOf, type LedgerEntry } from '../../core/uploads/ledger-entry.ts';
import type { StemClaims } from '../../core/uploads/stem-claims.ts';
import { comparableSequencer, type Upload } from '../../core/uploads/upload.ts';
import { parseUploadEvent } from '../../core/uploads/upload-event.ts';

export const SETTINGS = ['JOB_TABLE', 'OUTPUT_BUCKET', 'STATE_MACHINE_ARN', 'JOB_STATUS_TTL'] as const;

/** Milliseconds within which the event of an upload is expected: EventBridge tries for 24 hours. */
const RECENT = 24 * 3600_000;

export type RemoveOutputsDeps = PublicationStores & RestoreDeps & { stems: StemClaims };

/**
 * Handles the deletion of an upload: records a tombstone first (seen by late create events and by
 * workers about to publish), then cancels the running job, then removes the outputs. A permanent
 * deletion can also make an earlier version current, or undo a deletion: then that version is
 * processed. A delete older than the key's latest upload concerns only the uploads before it. Safe
 * to repeat.
 */
export async function removeOutputs(deps: RemoveOutputsDeps, event: unknown): Promise<void> {
  const { upload, permanent } = parseUploadEvent(event);
  const owner = ownerOf(upload.key);
  if (!owner) return;
  const { gone, shown } = permanent && upload.versionId ? await effectOf(deps, upload) : GONE;
  if (!gone) {
    await removeOfVersion(deps, owner, upload, jobIdOf(upload));
    if (shown) await restoreUpload(deps, { ...upload, ...shown });
    return;
  }
  const entry = await deps.ledger.recordDelete(
    upload,
    tombstoneExpiryOf(deps.now(), deps.config.JOB_STATUS_TTL),
  );
  if (!entry)
    return permanent
      ? removeOfVersion(deps, owner, upload, jobIdOf(upload))
      : removeOlder(deps, owner, upload).then(() => restoreMarked(deps, upload));
  for (const jobId of jobsBefore(entry)) await endOfDeleted(deps, upload, jobId);
  const outputsRemoved: number[] = [];
  for (const stem of await ownedStems(deps, upload, owner)) {
    const removed = await removeOutputsOfDeleted(deps, upload, { ...owner, stem }, entry.latestJobId);
    if (removed === undefined) await restoreMarked(deps, upload);
    else await deps.stems.release(outputFolder(owner), upload, stem);
    outputsRemoved.push(removed ?? 0);
  }
  log.info('upload deleted', { key: upload.key, jobId: entry.latestJobId, outputsRemoved });
  if (shown) await restoreUpload(deps, { ...upload, ...shown });
}

/** Returns the jobs before a deletion, also when its handling is repeated. */
const jobsBefore = (entry: Partial<LedgerEntry>): string[] =>
  entry.deleted ? (entry.deletedJobIds ?? []) : jobsOf(entry);

interface Effect {
  /** Whether the upload that was processed last no longer exists. */
  gone: boolean;
  /** Version that S3 shows now, if it must be processed. */
  shown?: CurrentObject | undefined;
}
const GONE: Effect = { gone: true };

/** Determines what the permanent deletion of a version, or of a delete marker, has changed. */
async function effectOf({ ledger, objects, now }: RemoveOutputsDeps, upload: Upload): Promise<Effect> {
  const entry = await ledger.get(upload);
  const current = await objects.current(upload.bucket, upload.key);
  // Recorded whatever the entry says: an upload before this event may not have recorded itself yet,
  // and must lose, and the entry may be that of this event, whose handler has crashed since.
  if (!current) return GONE;
  if (entry?.deleted || entry?.versionId === upload.versionId) return { gone: true, shown: current };
  if (entry?.versionId === current.versionId) {
    // The event of a delete marker that no longer exists may still arrive, and must lose. If it has
    // arrived since the entry was read, the deletion is undone here.
    const undone = !(await ledger.confirm(upload, current.versionId)) && (await ledger.get(upload))?.deleted;
    return undone ? { gone: true, shown: current } : { gone: false };
  }
  // Its own event may still be on its way, and lose to that of a delete marker that no longer exists.
  // An older upload is older than the ledger.
  const recent = now().getTime() - current.lastModified.getTime() < RECENT;
  return { gone: false, shown: recent ? current : undefined };
}

/** Removes the outputs of uploads before a deletion that is older than the key's latest upload. */
async function removeOlder(deps: RemoveOutputsDeps, owner: UploadKey, upload: Upload): Promise<void> {
  const entry = await deps.ledger.get(upload);
  for (const jobId of entry ? jobsOf(entry).slice(1) : []) {
    const job = await deps.jobs.get(jobId);
    if (job && comparableSequencer(job.sequencer) < comparableSequencer(upload.sequencer))
      await removeOfVersion(deps, owner, upload, jobId);
  }
}

/**
 * Processes the key's latest upload again if its outputs are marked as removed: another event has
 * undone the deletion after this one was recorded, maybe by a handler that crashed.
 */
async function restoreMarked(deps: RemoveOutputsDeps, { bucket, key }: Upload): Promise<void> {
  const entry = await deps.ledger.get({ bucket, key });
  if (!entry?.latestJobId || entry.deleted) return;
  const job = await deps.jobs.get(entry.latestJobId);
  if (job?.status !== 'COMPLETED' || !job.outputsRemovedAt) return;
  const current = await deps.objects.current(bucket, key);
  if (current?.versionId === job.versionId) await restoreUpload(deps, job);
}

/** Removes the outputs of a completed job whose version of the upload no longer exists. */
async function removeOfVersion(
  deps: RemoveOutputsDeps,
  owner: UploadKey,
  upload: Upload,
  jobId: string,
): Promise<void> {
  const job = await deps.jobs.get(jobId);
  if (job?.status !== 'COMPLETED' && !job?.published) return;
  await deps.jobs.markOutputsRemoved(job, deps.now().toISOString());
  for (const stem of job.stem ? [job.stem] : await ownedStems(deps, upload, owner))
    await removeOutputsOfVersion(deps, { ...owner, stem }, jobId);
}

/** Cancels a job whose upload was deleted, or marks its outputs as removed. */
async function endOfDeleted(
  { jobs, ledger, executions, now }: RemoveOutputsDeps,
  upload: Upload,
  jobId: string,
): Promise<void> {
  const job = await jobs.get(jobId);
  const entry = await ledger.get(upload);
  const undone = entry && !entry.deleted && jobsOf(entry).includes(jobId);
  // A later event has restored it, whose execution has not recorded that in the ledger yet.
  const restored = job && comparableSequencer(job.sequencer) > comparableSequencer(upload.sequencer);
  if (!job || undone || restored) return;
  const at = now().toISOString();
  const cause = 'The upload was deleted while it was processed.';
  const { error } = describeFailure({ status: 'ABORTED', error: 'SourceDeleted', cause });
  const cancelled = await jobs.transition({
    jobId,
    to: 'CANCELLED',
    from: ['PROCESSING'],
    fence: { executionArn: job.executionArn },
    at,
    note: 'the upload was deleted',
    set: cancelledWith(error, at),
  });
  if (cancelled) return executions.stop(cancelled.executionArn, error.name, cause);
  const ended = job.status === 'PROCESSING' ? await jobs.get(jobId) : job;
  // A cancelled job's worker may write until its next heartbeat: reconcile-jobs removes that too,
  // then marks the job.
  if (ended && ended.status !== 'CANCELLED') await jobs.markOutputsRemoved(ended, at);
}

/**
 * Finds the stems that the key owns from the stem claims, because the job row may have expired long
 * ago. There are two while an admission chooses between them, and after one that has crashed then.
 */
async function ownedStems({ stems }: RemoveOutputsDeps, upload: Upload, owner: UploadKey): Promise<string[]> {
  const folder = outputFolder(owner);
  const candidates = stemCandidates(upload.key, owner);
  const isOwned = await Promise.all(candidates.map((stem) => stems.owns(folder, upload, stem)));
  return candidates.filter((_, i) => isOwned[i]);
}
