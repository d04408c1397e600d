import type { Config } from '../../base/config.ts';
import { MediaError } from '../../base/errors.ts';
import { parseUploadKey } from '../../contract/upload-key.ts';
import { type Executions, executionName } from '../../core/aws/executions.ts';
import type { ObjectStore } from '../../core/aws/object-store.ts';
import type { Admission } from '../../core/jobs/admission.ts';
import type { JobStore } from '../../core/jobs/job-store.ts';
import { newJob } from '../../core/jobs/new-job.ts';
import { workOrderOf } from '../../core/jobs/work-order.ts';
import { outputFolder, stemCandidates } from '../../core/outputs/output-key.ts';
import type { ProfileStores } from '../../core/profiles/choose-profile.ts';
import type { JobQueue } from '../../core/queue/job-queue.ts';
import { policyOf, QUEUE_SETTINGS, queueOf } from '../../core/queue/queues.ts';
import { inspectUpload } from '../../core/uploads/inspect-upload.ts';
import { BYTE_SETTINGS } from '../../core/uploads/max-bytes.ts';
import type { StemClaims } from '../../core/uploads/stem-claims.ts';
import { parseUploadEvent } from '../../core/uploads/upload-event.ts';
import type { UploadLedger } from '../../core/uploads/upload-ledger.ts';
import type { WatermarkRegistry } from '../../core/watermarks/watermark-registry.ts';
import { chooseMaking } from './choose-making.ts';
import { takeOver, takeTurn } from './take-turn.ts';

export const SETTINGS = [
  'JOB_TABLE',
  'OUTPUT_BUCKET',
  'JOB_STATUS_TTL',
  'PROCESSING_TIMEOUT',
  'EXTENSION_MISMATCH',
  'QUEUE_TABLE',
  'MANAGED_PROFILES',
  ...QUEUE_SETTINGS,
  ...BYTE_SETTINGS,
] as const;

export interface AdmitUploadDeps extends ProfileStores {
  jobs: JobStore;
  ledger: UploadLedger;
  stems: StemClaims;
  objects: ObjectStore;
  executions: Executions;
  queue: JobQueue;
  watermarkRows: WatermarkRegistry;
  config: Config<(typeof SETTINGS)[number]>;
  now: () => Date;
}

/** Input from the state AdmitUpload. */
export interface AdmitUploadInput {
  event: unknown;
  executionArn: string;
  /** When the execution started, ISO 8601: the order among the waiting jobs of a tenant. */
  startedAt: string;
  taskToken: string;
}

/**
 * Turns an upload event into a job. Creates the row first, so that every later failure is recorded.
 * Throws if the upload is rejected; record-outcome writes the error to the row. Returns undefined if
 * the job waits in line for a slot: whoever hands it one reports the admission.
 */
export async function admitUpload(
  deps: AdmitUploadDeps,
  input: AdmitUploadInput,
): Promise<Admission | undefined> {
  const { upload } = parseUploadEvent(input.event);
  // The S3 console creates folders as empty objects; they are not uploads.
  if (upload.key.endsWith('/') && upload.size === 0) return { admission: 'IGNORED', job: { jobId: null } };

  const job = newJob(upload, {
    executionArn: input.executionArn,
    now: deps.now(),
    ttl: deps.config.JOB_STATUS_TTL,
  });
  const row = (await deps.jobs.create(job)) ?? (await takeOver(deps, job));
  if (!row) return { admission: 'DUPLICATE', job: { jobId: job.jobId } };

  const owner = parseUploadKey(upload.key);
  await takeTurn(deps, job);
  const type = await inspectUpload(deps, upload, owner.file);
  const chosen = await chooseMaking(deps, row, { ...type, tenantId: owner.tenantId });
  const stem = await deps.stems.claim(outputFolder(owner), upload, stemCandidates(upload.key, owner));
  const described = { kind: type.kind, contentType: type.contentType, stem };
  const order = {
    convert: type.convert ?? false,
    timeoutSeconds: deps.config.PROCESSING_TIMEOUT,
    ...(type.misnamed && { notes: [type.misnamed.note] }),
    ...chosen,
    ...(type.focalPoint && { focalPoint: type.focalPoint }),
  };
  const name = executionName(input.executionArn);
  const member = { name, jobId: job.jobId, tenantId: owner.tenantId };
  const queue = queueOf(type);
  const policy = policyOf(queue, deps.config);
  const hasSlot = !policy || (await deps.queue.take(queue, member, policy));
  // Shown until the work starts.
  const set = { ...described, order, ...(!hasSlot && { progress: { phase: 'queued', percent: 0 } }) };
  const admitted = await deps.jobs.setAttributes(job.jobId, { executionArn: input.executionArn }, set);
  const workOrder = admitted && workOrderOf(admitted);
  if (!workOrder) {
    // The row does not say which queue the job is in, so that its end would give back nothing.
    if (policy) await deps.queue.release(queue, name);
    throw new MediaError('Superseded', `Job ${job.jobId} was cancelled or taken over during admission.`);
  }
  if (hasSlot) return { admission: 'ADMITTED', job: workOrder };
  const since = new Date(input.startedAt).toISOString();
  await deps.queue.enter(queue, { ...member, since, token: input.taskToken, parked: false }, policy);
  return undefined;
}
