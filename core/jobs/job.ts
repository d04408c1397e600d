import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ERROR_CATEGORIES } from '../../base/errors.ts';
import { JOB_STATUSES, type JobStatus } from '../../contract/lists.ts';
import { MEDIA_KINDS } from '../../media/kinds/kinds.ts';
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

// Rows live as long as JOB_STATUS_TTL says, so today's code reads what earlier code wrote: an
// attribute that is added must be optional here, and one that is dropped stays out of use
// (docs/job-contract.md).

const moment = z.iso.datetime();
const text = z.string().min(1);
const count = z.number().int().min(0);

const ERROR_FIELDS = {
  name: text,
  category: z.enum(ERROR_CATEGORIES),
  message: z.string(),
  advice: z.string(),
  /** The state machine's state that failed, where it is known. */
  state: z.string().optional(),
};

const TIMELINE_FIELDS = {
  at: moment,
  status: z.enum(JOB_STATUSES),
  /** Absent where the state machine wrote the entry. */
  attempt: count.optional(),
  note: z.string().optional(),
};

const JOB_FIELDS = {
  jobId: text,
  /** The upload (core/uploads/upload.ts). */
  bucket: text,
  key: text,
  versionId: z.string().optional(),
  etag: z.string(),
  sequencer: z.string(),
  size: count,
  /** Absent only where the key was so malformed that no tenant can be read from it. */
  tenantId: z.string().optional(),
  userId: z.string().optional(),
  kind: z.enum(MEDIA_KINDS).optional(),
  contentType: z.string().optional(),
  /** Stem of the output keys, claimed at admission (core/uploads/upload-ledger.ts). */
  stem: z.string().optional(),
  status: z.enum(JOB_STATUSES),
  /** 1 for the first run; each restart or redrive adds one. */
  attempt: z.number().int().min(1),
  /** The execution that may write this row: the fence against superseded executions. */
  executionArn: text,
  /** Redrives of that execution so far, as Step Functions counts them: the fence against status events from before a redrive. */
  redriveCount: count,
  createdAt: moment,
  updatedAt: moment,
  finishedAt: moment.optional(),
  /** `YYYY-MM-DD` of createdAt. */
  day: z.string(),
  progress: z
    .looseObject({ phase: z.string(), percent: z.number(), etaSeconds: z.number().optional() })
    .optional() as z.ZodOptional<z.ZodType<JobProgress>>,
  error: z.looseObject(ERROR_FIELDS).optional() as z.ZodOptional<z.ZodType<JobError>>,
  /** In the output bucket; lists every output. Set exactly when COMPLETED. */
  manifestKey: z.string().optional(),
  /** Number of outputs, the manifest not counted. */
  outputCount: count.optional(),
  /** JSON array of texts: why the outputs are less than the source could give; empty when they are not. */
  degraded: z.string().optional(),
  /** Set where the upload was deleted after completion, and its outputs with it. */
  outputsRemovedAt: moment.optional(),
  /** Set once the event (and the dead letter, when FAILED) of the attempt that ended has been sent. */
  notifiedAttempt: count.optional(),
  timeline: z.array(z.looseObject(TIMELINE_FIELDS) as z.ZodType<TimelineEntry>),
  /** Epoch seconds: DynamoDB's TTL attribute. */
  expiresAt: z.number(),
};

/** A job row as DynamoDB holds it; moments are ISO 8601, UTC. Attributes of later code pass. */
export const JOB_ROW = z.looseObject(JOB_FIELDS);

// Without the index signature that a loose schema infers: code may use only the attributes that are
// named.
type Plain<Fields extends z.ZodRawShape> = z.infer<z.ZodObject<Fields>>;
export type JobError = Plain<typeof ERROR_FIELDS>;
type TimelineEntry = Plain<typeof TIMELINE_FIELDS>;
export type Job = Plain<typeof JOB_FIELDS>;

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
