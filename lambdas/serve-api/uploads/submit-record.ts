import { MediaError } from '../../../base/errors.ts';
import { log } from '../../../base/log.ts';
import type { RecordResult } from '../../../contract/s3-event-api.ts';
import { ownerOf, parseUploadKey } from '../../../contract/upload-key.ts';
import { findUpload, startUpload } from '../../../core/lifecycle/start-upload.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { Identity } from '../http/identity.ts';
import type { S3Entry } from './s3-records.ts';

type Deps = Pick<ApiDeps, 'jobs' | 'ledger' | 'objects' | 'executions' | 'config' | 'now'>;
interface Target {
  bucket: string;
  key: string;
}

/** The same for a missing upload, another tenant's and another bucket's. */
const ABSENT = 'the upload does not exist';

/**
 * Starts the execution that the S3 event of an upload would have started. The record only names the
 * upload. An error becomes the record's result, so that the others continue.
 */
export async function submitRecord(deps: Deps, identity: Identity, entry: S3Entry): Promise<RecordResult> {
  const { key } = entry;
  if ('wrong' in entry) return { key, outcome: 'refused', reason: entry.wrong };
  if ('ignored' in entry) return { key, outcome: 'ignored', reason: entry.ignored };
  const refusal = refusalOf(deps, identity, entry);
  if (refusal) return { key, outcome: 'refused', reason: refusal };
  try {
    return await startCurrent(deps, entry);
  } catch (error) {
    log.error('record not processed', { key, error: error as Error });
    const name = error instanceof MediaError ? error.name : 'Internal';
    return { key, outcome: 'failed', reason: `the record could not be processed (${name}); see the log` };
  }
}

async function startCurrent(deps: Deps, { bucket, key }: Target): Promise<RecordResult> {
  const found = await findUpload(deps, { bucket, key });
  if (found.is === 'absent') return { key, outcome: 'refused', reason: ABSENT };
  if (found.is === 'known') {
    const { jobId, executionArn } = found.job;
    return { key, outcome: 'duplicate', jobId, executionArn };
  }
  const { started, ...result } = await startUpload(deps, found.upload, found.jobId);
  return { key, jobId: found.jobId, outcome: started ? 'started' : 'duplicate', ...result };
}

function refusalOf({ config }: Deps, identity: Identity, { bucket, key }: Target): string | undefined {
  const foreign = identity.role === 'tenant' && ownerOf(key)?.tenantId !== identity.tenantId;
  return foreign || bucket !== config.MEDIA_BUCKET ? ABSENT : problemOf(key);
}

function problemOf(key: string): string | undefined {
  try {
    parseUploadKey(key);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
