import { log } from '../../base/log.ts';
import { ownerOf, type UploadKey } from '../../contract/upload-key.ts';
import type { Executions } from '../../core/aws/executions.ts';
import { describeFailure } from '../../core/jobs/failure.ts';
import { outputFolder, stemCandidates } from '../../core/outputs/output-key.ts';
import type { PublicationStores } from '../../core/outputs/publication.ts';
import { removeOutputsOfDeleted } from '../../core/outputs/remove-outputs.ts';
import type { Upload } from '../../core/uploads/upload.ts';
import { parseUploadEvent } from '../../core/uploads/upload-event.ts';

export const SETTINGS = ['JOB_TABLE', 'OUTPUT_BUCKET'] as const;

export interface RemoveOutputsDeps extends PublicationStores {
  executions: Executions;
  now: () => Date;
}

/**
 * Handles the deletion of an upload: records a tombstone first (seen by late create events and by
 * workers about to publish), then cancels the running job, then removes the outputs. Safe to
 * repeat. A delete older than the key's latest upload does nothing.
 */
export async function removeOutputs(deps: RemoveOutputsDeps, event: unknown): Promise<void> {
  const { upload, permanent } = parseUploadEvent(event);
  const owner = ownerOf(upload.key);
  if (!owner) return;
  if (permanent && upload.versionId && (await isOlderVersion(deps, upload))) return;
  const replaced = await deps.ledger.recordDelete(upload);
  if (!replaced) return;
  if (replaced.latestJobId) await cancel(deps, replaced.latestJobId);
  const stem = await ownedStem(deps, upload, owner);
  const removed = stem
    ? await removeOutputsOfDeleted(deps, upload, { ...owner, stem }, replaced.latestJobId)
    : 0;
  if (stem) await deps.ledger.releaseStem(outputFolder(owner), upload, stem);
  log.info('upload deleted', { key: upload.key, jobId: replaced.latestJobId, outputsRemoved: removed });
}

/**
 * Returns true if a noncurrent version was permanently deleted: the source of the outputs still
 * exists.
 */
async function isOlderVersion({ ledger }: RemoveOutputsDeps, upload: Upload): Promise<boolean> {
  const entry = await ledger.get(upload);
  return entry !== undefined && entry.versionId !== upload.versionId;
}

async function cancel({ jobs, executions, now }: RemoveOutputsDeps, jobId: string): Promise<void> {
  const at = now().toISOString();
  const cause = 'The upload was deleted while it was processed.';
  const { error } = describeFailure({ status: 'ABORTED', error: 'SourceDeleted', cause });
  const cancelled = await jobs.transition({
    jobId,
    to: 'CANCELLED',
    from: ['PROCESSING'],
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
