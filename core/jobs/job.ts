import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ERROR_CATEGORIES } from '../../base/errors.ts';
import { JOB_STATUSES, type JobStatus } from '../../contract/lists.ts';
import {
  EARLIER_OUTPUTS,
  type EarlierManifest,
  ORDER_TERMS,
  type OrderTerms,
} from '../../contract/work-order.ts';
import { MEDIA_KINDS } from '../../media/kinds/kinds.ts';
import type { Upload } from '../uploads/upload.ts';
import { CHUNKS_PROGRESS, type RowProgress } from './chunks-progress.ts';

/**
 * Allowed status transitions. Only a retry (by the API, or a redrive in the Step Functions console)
 * leads back to PROCESSING, and from COMPLETED the restoration of a deleted upload, or outputs that
 * are made again. FAILED and
 * REJECTED may change directly to COMPLETED: a redriven execution can finish before its RUNNING
 * event arrives.
 */
export const TRANSITIONS: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  PROCESSING: ['COMPLETED', 'REJECTED', 'FAILED', 'CANCELLED'],
  COMPLETED: ['PROCESSING'],
  REJECTED: ['PROCESSING', 'COMPLETED'],
  FAILED: ['PROCESSING', 'COMPLETED'],
  CANCELLED: ['PROCESSING'],
};

// Rows live for JOB_STATUS_TTL, so current code reads rows written by earlier code: a new
// attribute must be optional, and the name of a dropped one must not be reused
// (docs/job-contract.md).

// The clock of Step Functions writes some of them; how it writes UTC is no reason to call a row
// corrupt.
const moment = z.iso.datetime({ offset: true });
const text = z.string().min(1);
const count = z.number().int().min(0);

const ERROR_FIELDS = {
  name: text,
  category: z.enum(ERROR_CATEGORIES),
  message: z.string(),
  advice: z.string(),
  /** Name of the failed state, if known. */
  state: z.string().optional(),
};

const TIMELINE_FIELDS = {
  at: moment,
  status: z.enum(JOB_STATUSES),
  /** Absent if the state machine wrote the entry. */
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
  /** Absent only if the key is too malformed to contain a tenant. */
  tenantId: z.string().optional(),
  userId: z.string().optional(),
  kind: z.enum(MEDIA_KINDS).optional(),
  contentType: z.string().optional(),
  /** Stem of the output keys, claimed at admission (core/uploads/upload-ledger.ts). */
  stem: z.string().optional(),
  /**
   * What the work order has besides the attributes of this row, which Fargate tasks read it from
   * (core/jobs/work-order.ts). Absent before the admission.
   */
  order: ORDER_TERMS.optional() as z.ZodOptional<z.ZodType<OrderTerms>>,
  status: z.enum(JOB_STATUSES),
  /** 1 for the first run; each restart or redrive adds one. */
  attempt: z.number().int().min(1),
  /** The execution that may write this row: the fence against superseded executions. */
  executionArn: text,
  /**
   * Redrive count of that execution in Step Functions: the fence against status events from before
   * a redrive.
   */
  redriveCount: count,
  /**
   * Try of a work state that claimed the job last (core/outputs/publication-fence.ts): the fence
   * against workers that outlived their timeout.
   */
  tryId: z.string().optional(),
  createdAt: moment,
  updatedAt: moment,
  finishedAt: moment.optional(),
  /** `YYYY-MM-DD` of createdAt. */
  day: z.string(),
  progress: z
    .looseObject({
      phase: z.string(),
      percent: z.number(),
      etaSeconds: z.number().optional(),
      /** Of a film whose chunks are encoded by several tasks. */
      chunks: CHUNKS_PROGRESS.optional(),
    })
    .optional() as z.ZodOptional<z.ZodType<RowProgress>>,
  error: z.looseObject(ERROR_FIELDS).optional() as z.ZodOptional<z.ZodType<JobError>>,
  /** Key of the manifest in the output bucket. Set if and only if COMPLETED. */
  manifestKey: z.string().optional(),
  /** Version of the manifest. Absent in rows completed by earlier code. */
  manifestVersionId: z.string().optional(),
  /**
   * Last whole set of outputs, while some are made again and if that did not complete: readers see
   * it until then (core/outputs/published-set.ts).
   */
  published: EARLIER_OUTPUTS.optional() as z.ZodOptional<z.ZodType<EarlierManifest>>,
  /** Number of outputs, excluding the manifest. */
  outputCount: count.optional(),
  /**
   * JSON array of reasons why the outputs fall short of what the source allows; empty if they do
   * not.
   */
  degraded: z.string().optional(),
  /** Set when the outputs were removed, after the upload was deleted or the job cancelled. */
  outputsRemovedAt: moment.optional(),
  /** Attempt whose end has been announced: event sent, and dead letter if FAILED. */
  notifiedAttempt: count.optional(),
  timeline: z.array(z.looseObject(TIMELINE_FIELDS) as z.ZodType<TimelineEntry>),
  /** Number of entries dropped from the middle of a long timeline (core/jobs/timeline.ts). */
  timelineDropped: count.optional(),
  /** Epoch seconds: DynamoDB's TTL attribute. Later than the execution can end (retention.ts). */
  expiresAt: z.number(),
};

/**
 * Schema of a job row in DynamoDB. Timestamps are ISO 8601, UTC. Accepts unknown attributes, which
 * later code may add.
 */
export const JOB_ROW = z.looseObject(JOB_FIELDS);

// Drops the index signature that a loose schema infers, so that code can use only the attributes
// named above.
type Plain<Fields extends z.ZodRawShape> = z.infer<z.ZodObject<Fields>>;
export type JobError = Plain<typeof ERROR_FIELDS>;
type TimelineEntry = Plain<typeof TIMELINE_FIELDS>;
export type Job = Plain<typeof JOB_FIELDS>;

/** Derives the job id: the same for repeated deliveries of one upload, new for each re-upload. */
export const jobIdOf = (upload: Upload): string =>
  upload.versionId
    ? jobIdOfVersion(upload, upload.versionId)
    : idOf(upload, `etag ${upload.etag} sequencer ${upload.sequencer}`);

/** Derives the job id of an upload to a bucket that keeps versions. */
export const jobIdOfVersion = (target: UploadTarget, versionId: string): string =>
  idOf(target, `version ${versionId}`);

type UploadTarget = Pick<Upload, 'bucket' | 'key'>;

function idOf({ bucket, key }: UploadTarget, instance: string): string {
  return `job_${base32(
    createHash('sha256')
      .update(JSON.stringify([bucket, key, instance]))
      .digest()
      .subarray(0, 16),
  )}`;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Encodes as RFC 4648 base32, lowercase, without padding. */
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
