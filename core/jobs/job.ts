import { createHash } from 'node:crypto';
import type { ErrorCategory } from '../../base/errors.ts';
import type { JobStatus } from '../../contract/lists.ts';
import type { MediaKind } from '../../media/kinds/media-kind.ts';
import type { JobProgress } from '../../media/progress.ts';
import type { Upload } from '../uploads/upload.ts';

/**
 * The statuses a job may move to from each. Only a retry (the API's, or a redrive in the Step Functions console) leads back to
 * PROCESSING. FAILED and REJECTED may go to COMPLETED directly: a redriven execution can finish before the event that says it runs again.
 */
export const TRANSITIONS: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  PROCESSING: ['COMPLETED', 'REJECTED', 'FAILED', 'CANCELLED'],
  COMPLETED: [],
  REJECTED: ['PROCESSING', 'COMPLETED'],
  FAILED: ['PROCESSING', 'COMPLETED'],
  CANCELLED: ['PROCESSING'],
};

export interface JobError {
  name: string;
  category: ErrorCategory;
  message: string;
  advice: string;
  /** The state machine's state that failed, where it is known. */
  state?: string | undefined;
}

interface TimelineEntry {
  /** ISO 8601, UTC. */
  at: string;
  status: JobStatus;
  attempt: number;
  note?: string | undefined;
}

/** A job row, as DynamoDB holds it (core/jobs/job-store.ts). */
export interface Job extends Upload {
  jobId: string;
  /** Absent only where the key was so malformed that no tenant can be read from it. */
  tenantId?: string | undefined;
  userId?: string | undefined;
  kind?: MediaKind | undefined;
  contentType?: string | undefined;
  /** Stem of the output keys, claimed at admission (core/uploads/upload-ledger.ts). */
  stem?: string | undefined;
  status: JobStatus;
  /** 1 for the first run; each restart or redrive adds one. */
  attempt: number;
  /** The execution that may write this row: the fence against superseded executions. */
  executionArn: string;
  /** Redrives of that execution so far, as Step Functions counts them: the fence against status events from before a redrive. */
  redriveCount: number;
  /** ISO 8601, UTC. */
  createdAt: string;
  updatedAt: string;
  finishedAt?: string | undefined;
  /** `YYYY-MM-DD` of createdAt. */
  day: string;
  progress?: JobProgress | undefined;
  error?: JobError | undefined;
  /** In the output bucket; lists every output. Set exactly when COMPLETED. */
  manifestKey?: string | undefined;
  /** Number of outputs, the manifest not counted. */
  outputCount?: number | undefined;
  /** JSON array of texts: why the outputs are less than the source could give; empty when they are not. */
  degraded?: string | undefined;
  /** ISO 8601; set where the upload was deleted after completion, and its outputs with it. */
  outputsRemovedAt?: string | undefined;
  /** Set once the event (and the dead letter, when FAILED) of the attempt that ended has been sent. */
  notifiedAttempt?: number | undefined;
  timeline: TimelineEntry[];
  /** Epoch seconds: DynamoDB's TTL attribute. */
  expiresAt: number;
}

/** Stable over repeated deliveries of one upload, new for each re-upload. */
export function jobIdOf({ bucket, key, versionId, etag, sequencer }: Upload): string {
  const instance = versionId ? `version ${versionId}` : `etag ${etag} sequencer ${sequencer}`;
  return `job_${base32(
    createHash('sha256')
      .update(JSON.stringify([bucket, key, instance]))
      .digest()
      .subarray(0, 16),
  )}`;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** RFC 4648 base32 without padding, lower case. */
function base32(bytes: Uint8Array): string {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  const length = Math.ceil((bytes.length * 8) / 5);
  bits <<= BigInt(length * 5 - bytes.length * 8);
  return Array.from(
    { length },
    (_, i) => ALPHABET[Number((bits >> BigInt((length - 1 - i) * 5)) & 31n)],
  ).join('');
}
