import { log } from '../../base/log.ts';
import { ownerOf, type UploadKey } from '../../contract/upload-key.ts';
import type { CurrentObject } from '../../core/aws/object-store.ts';
import { describeFailure } from '../../core/jobs/failure.ts';
import { type RestoreDeps, restoreUpload } from '../../core/lifecycle/restore-upload.ts';
import { outputFolder, stemCandidates } from '../../core/outputs/output-key.ts';
import type { PublicationStores } from '../../core/outputs/publication.ts';
import { removeOutputsOfDeleted } from '../../core/outputs/remove-outputs.ts';
import type { Upload } from '../../core/uploads/upload.ts';
import { parseUploadEvent } from '../../core/uploads/upload-event.ts';

export const SETTINGS = ['JOB_TABLE', 'OUTPUT_BUCKET', 'STATE_MACHINE_ARN', 'JOB_STATUS_TTL'] as const;

export type RemoveOutputsDeps = PublicationStores & RestoreDeps;

/**
 * Handles the deletion of an upload: records a tombstone first (seen by late create events and by
 * workers about to publish), then cancels the running job, then removes the outputs. A permanent
 * deletion can also make an earlier version current, or undo a deletion: then that version is
 * processed. Safe to repeat. A delete older than the key's latest upload does nothing.
 */
export async function removeOutputs(deps: RemoveOutputsDeps, event: unknown): Promise<void> {
  const { upload, permanent } = parseUploadEvent(event);
  const owner = ownerOf(upload.key);
  if (!owner) return;
  const shown = permanent && upload.versionId ? await versionsShown(deps, upload) : undefined;
  if (shown === 'unchanged') return;
  const replaced = await deps.ledger.recordDelete(upload);
  if (!replaced) return;
  if (replaced.latestJobId) await cancel(deps, upload, replaced.latestJobId);
  const stem = await ownedStem(deps, upload, owner);
  const removed = stem
    ? await removeOutputsOfDeleted(deps, upload, { ...owner, stem }, replaced.latestJobId)
    : 0;
  if (stem) await deps.ledger.releaseStem(outputFolder(owner), upload, stem);
  log.info('upload deleted', { key: upload.key, jobId: replaced.latestJobId, outputsRemoved: removed });
  if (shown) await restoreUpload(deps, { ...upload, ...shown });
}

/**
 * Determines what a permanent deletion of a version has changed: the current version if it is not
 * the one that was processed last, undefined if the upload is gone.
 */
async function versionsShown(
  { ledger, objects }: RemoveOutputsDeps,
  upload: Upload,
): Promise<CurrentObject | 'unchanged' | undefined> {
  const [entry, current] = await Promise.all([
    ledger.get(upload),
    objects.current(upload.bucket, upload.key),
  ]);
  if (!current) return entry && entry.versionId !== upload.versionId ? 'unchanged' : undefined;
  if (!entry) return 'unchanged';
  if (entry.deleted || entry.versionId !== current.versionId) return current;
  // The event of a delete marker that no longer exists may still arrive, and must lose.
  await ledger.confirm(upload, current.versionId);
  return 'unchanged';
}

async function cancel(
  { jobs, ledger, executions, now }: RemoveOutputsDeps,
  upload: Upload,
  jobId: string,
): Promise<void> {
  const job = await jobs.get(jobId);
  // The deletion may have been undone since.
  if (!job || !(await ledger.get(upload))?.deleted) return;
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
    set: { error, finishedAt: at, progress: undefined },
  });
  if (cancelled) await executions.stop(cancelled.executionArn, error.name, cause);
  // A cancelled job's worker may write until its next heartbeat: reconcile-jobs removes that too, then
  // marks the job.
  else if ((await jobs.get(jobId))?.status !== 'CANCELLED') await jobs.markOutputsRemoved(jobId, at);
}

/**
 * Finds the stem that the key owns from the stem claims, because the job row may have expired long
 * ago.
 */
async function ownedStem(
  { ledger }: RemoveOutputsDeps,
  upload: Upload,
  owner: UploadKey,
): Promise<string | undefined> {
  for (const stem of stemCandidates(upload.key, owner)) {
    if (await ledger.ownsStem(outputFolder(owner), upload, stem)) return stem;
  }
  return undefined;
}
