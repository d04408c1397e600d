import type { RecordResult } from '../../../contract/s3-event-api.ts';
import { ownerOf, parseUploadKey } from '../../../contract/upload-key.ts';
import { executionArn } from '../../../core/aws/executions.ts';
import { jobIdOf } from '../../../core/jobs/job.ts';
import type { Upload } from '../../../core/uploads/upload.ts';
import { uploadEvent } from '../../../core/uploads/upload-event.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { Identity } from '../http/identity.ts';
import type { S3Entry } from './s3-records.ts';

type Deps = Pick<ApiDeps, 'jobs' | 'ledger' | 'executions' | 'config' | 'now'>;

/**
 * Starts the execution that the S3 event would have started. Duplicates find the existing job, or
 * the execution by its name.
 */
export async function startUpload(deps: Deps, identity: Identity, entry: S3Entry): Promise<RecordResult> {
  const { key } = entry;
  if ('wrong' in entry) return { key, outcome: 'refused', reason: entry.wrong };
  if ('ignored' in entry) return { key, outcome: 'ignored', reason: entry.ignored };
  const refusal = refusalOf(deps, identity, entry.upload);
  if (refusal) return { key, outcome: 'refused', reason: refusal };
  const { upload, known } = await complete(deps, entry.upload);
  const jobId = known ?? jobIdOf(upload);
  const job = await deps.jobs.get(jobId);
  if (job) return { key, outcome: 'duplicate', jobId, executionArn: job.executionArn };
  // An upload whose job row has expired may be processed again before its first execution name is
  // free (90 days).
  const day = deps.now().toISOString().slice(0, 10).replaceAll('-', '');
  const { STATE_MACHINE_ARN } = deps.config;
  for (const name of [`${jobId}-1`, `${jobId}-1-${day}`]) {
    const arn = executionArn(STATE_MACHINE_ARN, name);
    if (await deps.executions.start(STATE_MACHINE_ARN, name, uploadEvent(upload)))
      return { key, outcome: 'started', jobId, executionArn: arn };
    const since = await deps.jobs.get(jobId);
    if (since) return { key, outcome: 'duplicate', jobId, executionArn: since.executionArn };
  }
  return {
    key,
    outcome: 'duplicate',
    jobId,
    reason: 'an execution was already started today and created no job',
  };
}

function refusalOf({ config }: Deps, identity: Identity, { bucket, key }: { bucket: string; key: string }) {
  const foreign = identity.role === 'tenant' && ownerOf(key)?.tenantId !== identity.tenantId;
  // The same reason for another tenant's upload, another bucket and a missing upload.
  if (foreign || bucket !== config.MEDIA_BUCKET) return 'the upload does not exist';
  return problemOf(key);
}

function problemOf(key: string): string | undefined {
  try {
    parseUploadKey(key);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * Fills in a missing sequencer (a listing has none) with that of the last known event for the key.
 */
async function complete(
  { jobs, ledger }: Deps,
  upload: Omit<Upload, 'sequencer'> & { sequencer?: string | undefined },
): Promise<{ upload: Upload; known?: string | undefined }> {
  if (upload.sequencer) return { upload: { ...upload, sequencer: upload.sequencer } };
  const entry = await ledger.get(upload);
  const latest = entry?.latestJobId && !entry.deleted ? await jobs.get(entry.latestJobId) : undefined;
  const same =
    latest && latest.etag === upload.etag && (!upload.versionId || latest.versionId === upload.versionId);
  return {
    upload: { ...upload, sequencer: entry?.sequencer ?? '0' },
    known: same ? latest.jobId : undefined,
  };
}
