import { log } from '../../base/log.ts';
import { ownerOf, type UploadKey } from '../../contract/upload-key.ts';
import type { Executions } from '../../core/aws/executions.ts';
import { describeFailure } from '../../core/jobs/failure.ts';
import { outputFolder, stemCandidates } from '../../core/outputs/output-key.ts';
import type { PublicationStores } from '../../core/outputs/publication.ts';
import { removeOutputsOfStem } from '../../core/outputs/remove-outputs.ts';
import type { Upload } from '../../core/uploads/upload.ts';
import { parseUploadEvent } from '../../core/uploads/upload-event.ts';

export const SETTINGS = ['JOB_TABLE', 'OUTPUT_BUCKET'] as const;

export interface RemoveOutputsDeps extends PublicationStores {
  executions: Executions;
  now: () => Date;
}

/**
 * Follows the deletion of an upload: a tombstone first (so that a late create event, or a worker about to publish, sees it), then the
 * running job is cancelled, then the outputs go. Safe to repeat; a delete that is older than the key's last upload does nothing.
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
  const removed = stem ? await removeOutputsOfStem(deps, upload, { ...owner, stem }) : 0;
  log.info('upload deleted', { key: upload.key, jobId: replaced.latestJobId, outputsRemoved: removed });
}

/** A version other than the current one went for good: what the outputs were made from is still there. */
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
  await jobs.markOutputsRemoved(jobId, at);
}

/** The stem that the key owns; asked of the claims, because the job row may have expired long before the upload is deleted. */
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
