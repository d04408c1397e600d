import type { Config } from '../../base/config.ts';
import { MediaError } from '../../base/errors.ts';
import { parseUploadKey } from '../../contract/upload-key.ts';
import type { WorkOrder } from '../../contract/work-order.ts';
import type { Executions } from '../../core/aws/executions.ts';
import type { ObjectStore } from '../../core/aws/object-store.ts';
import type { JobStore } from '../../core/jobs/job-store.ts';
import { newJob } from '../../core/jobs/new-job.ts';
import { SLOT_SETTINGS, slotRequest } from '../../core/jobs/task-slots.ts';
import { workOrderOf } from '../../core/jobs/work-order.ts';
import { outputFolder, stemCandidates } from '../../core/outputs/output-key.ts';
import { BYTE_SETTINGS, maxBytes } from '../../core/uploads/max-bytes.ts';
import type { StemClaims } from '../../core/uploads/stem-claims.ts';
import type { Upload } from '../../core/uploads/upload.ts';
import { parseUploadEvent } from '../../core/uploads/upload-event.ts';
import type { UploadLedger } from '../../core/uploads/upload-ledger.ts';
import { detectMediaType, HEAD_BYTES } from '../../media/kinds/detect-media-type.ts';
import { takeOver, takeTurn } from './take-turn.ts';

export const SETTINGS = [
  'JOB_TABLE',
  'JOB_STATUS_TTL',
  'PROCESSING_TIMEOUT',
  'EXTENSION_MISMATCH',
  ...SLOT_SETTINGS,
  ...BYTE_SETTINGS,
] as const;

export interface AdmitUploadDeps {
  jobs: JobStore;
  ledger: UploadLedger;
  stems: StemClaims;
  objects: ObjectStore;
  executions: Executions;
  config: Config<(typeof SETTINGS)[number]>;
  now: () => Date;
}

export interface Admission {
  admission: 'ADMITTED' | 'DUPLICATE' | 'IGNORED';
  /** Work order if ADMITTED, otherwise only the job id. */
  job: WorkOrder | { jobId: string | null };
}

/**
 * Turns an upload event into a job. Creates the row first, so that every later failure is recorded.
 * Throws if the upload is rejected; record-outcome writes the error to the row.
 */
export async function admitUpload(
  deps: AdmitUploadDeps,
  input: { event: unknown; executionArn: string },
): Promise<Admission> {
  const { upload } = parseUploadEvent(input.event);
  // The S3 console creates folders as empty objects; they are not uploads.
  if (upload.key.endsWith('/') && upload.size === 0) return { admission: 'IGNORED', job: { jobId: null } };

  const job = newJob(upload, {
    executionArn: input.executionArn,
    now: deps.now(),
    ttl: deps.config.JOB_STATUS_TTL,
  });
  const isNew = (await deps.jobs.create(job)) || (await takeOver(deps, job));
  if (!isNew) return { admission: 'DUPLICATE', job: { jobId: job.jobId } };

  const owner = parseUploadKey(upload.key);
  await takeTurn(deps, job);
  const type = await inspect(deps, upload, owner.file);
  const stem = await deps.stems.claim(outputFolder(owner), upload, stemCandidates(upload.key, owner));
  const described = { kind: type.kind, contentType: type.contentType, stem };
  const slot = slotRequest({ ...type, tenantId: owner.tenantId }, deps.config);
  const order = {
    convert: type.convert ?? false,
    timeoutSeconds: deps.config.PROCESSING_TIMEOUT,
    ...(type.misnamed && { notes: [type.misnamed.note] }),
    ...(slot && { slot }),
  };
  // Shown until the task starts.
  const progress = slot && { phase: 'queued', percent: 0 };
  const set = { ...described, order, ...(progress && { progress }) };
  const admitted = await deps.jobs.setAttributes(job.jobId, { executionArn: input.executionArn }, set);
  const workOrder = admitted && workOrderOf(admitted);
  if (!workOrder)
    throw new MediaError('Superseded', `Job ${job.jobId} was cancelled or taken over during admission.`);
  return { admission: 'ADMITTED', job: workOrder };
}

/**
 * Detects the media type from the first bytes of the upload. Throws if the upload must be rejected.
 */
async function inspect({ objects, config }: AdmitUploadDeps, upload: Upload, file: string) {
  if (upload.size === 0)
    throw new MediaError('EmptyFile', `Expected a file with content; ${file} has 0 bytes.`);
  const { found: head, size } = await objects.readRange(upload, 0, HEAD_BYTES);
  if (size === 0) throw new MediaError('EmptyFile', `Expected a file with content; ${file} has 0 bytes.`);
  const type = await detectMediaType(
    file,
    head,
    async (position, bytes) => (await objects.readRange(upload, position, bytes)).found,
  );
  if (type.misnamed && config.EXTENSION_MISMATCH === 'refuse')
    throw new MediaError('MediaTypeMismatch', type.misnamed.refusal);
  const limit = maxBytes(type.kind, config);
  if (size > limit)
    throw new MediaError(
      'FileTooLarge',
      `Expected at most ${limit} bytes of ${type.label}; ${file} has ${size}.`,
    );
  return type;
}
