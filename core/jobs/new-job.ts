import { ownerOf } from '../../contract/upload-key.ts';
import type { Upload } from '../uploads/upload.ts';
import { type Job, jobIdOf } from './job.ts';
import { expiryOf } from './retention.ts';

/**
 * Builds the job row for an upload's first execution. `ttl`: JOB_STATUS_TTL. A
 * malformed key leaves tenant and user undefined.
 */
export function newJob(
  upload: Upload,
  { executionArn, now, ttl }: { executionArn: string; now: Date; ttl: number },
): Job {
  const at = now.toISOString();
  const { bucket, key, versionId, etag, sequencer, size } = upload;
  const owner = ownerOf(key);
  return {
    jobId: jobIdOf(upload),
    ...{ bucket, key, versionId, etag, sequencer, size },
    tenantId: owner?.tenantId,
    userId: owner?.userId,
    status: 'PROCESSING',
    attempt: 1,
    executionArn,
    redriveCount: 0,
    createdAt: at,
    updatedAt: at,
    day: at.slice(0, 10),
    timeline: [{ at, status: 'PROCESSING', attempt: 1 }],
    expiresAt: expiryOf(now, ttl),
  };
}
