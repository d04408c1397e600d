import { MediaError } from '../../../base/errors.ts';
import { log } from '../../../base/log.ts';
import type { RecordResult } from '../../../contract/s3-event-api.ts';
import { ownerOf, parseUploadKey } from '../../../contract/upload-key.ts';
import type { CurrentObject } from '../../../core/aws/object-store.ts';
import { type Job, jobIdOf } from '../../../core/jobs/job.ts';
import { FIRST_SEQUENCER, sequencerJustAfter } from '../../../core/uploads/upload.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { Identity } from '../http/identity.ts';
import type { S3Entry } from './s3-records.ts';
import { startExecution } from './start-execution.ts';

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
export async function startUpload(deps: Deps, identity: Identity, entry: S3Entry): Promise<RecordResult> {
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

async function startCurrent(deps: Deps, target: Target): Promise<RecordResult> {
  const { key } = target;
  // Read before HeadObject: an event that arrives in between sorts after the sequencer given below,
  // and wins.
  const known = await deps.ledger.get(target);
  const object = await deps.objects.current(target.bucket, key);
  if (!object) return { key, outcome: 'refused', reason: ABSENT };
  const latest = known?.latestJobId && !known.deleted ? await deps.jobs.get(known.latestJobId) : undefined;
  if (latest && isSame(latest, object))
    return { key, outcome: 'duplicate', jobId: latest.jobId, executionArn: latest.executionArn };
  const sequencer = known ? sequencerJustAfter(known.sequencer) : FIRST_SEQUENCER;
  const upload = { bucket: target.bucket, key, ...object, sequencer };
  const jobId = jobIdOf(upload);
  const job = await deps.jobs.get(jobId);
  if (job) return { key, outcome: 'duplicate', jobId, executionArn: job.executionArn };
  return { key, jobId, ...(await startExecution(deps, upload, jobId)) };
}

function isSame({ versionId, etag }: Job, object: CurrentObject): boolean {
  return object.versionId ? versionId === object.versionId : !versionId && etag === object.etag;
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
