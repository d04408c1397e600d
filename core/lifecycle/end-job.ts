import type { Config } from '../../base/config.ts';
import type { FailedStatus } from '../../base/errors.ts';
import { log } from '../../base/log.ts';
import type { JobStatus } from '../../contract/lists.ts';
import { type Executions, executionName } from '../aws/executions.ts';
import type { ObjectStore } from '../aws/object-store.ts';
import type { Failure } from '../jobs/failure.ts';
import type { Job } from '../jobs/job.ts';
import { jobIdOf } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { METRICS_SETTINGS, measureEnd } from '../jobs/metrics.ts';
import { newJob } from '../jobs/new-job.ts';
import { isSlotKind, type TaskSlots } from '../jobs/task-slots.ts';
import { removeOutputs } from '../outputs/remove-outputs.ts';
import type { Upload } from '../uploads/upload.ts';
import type { UploadLedger } from '../uploads/upload-ledger.ts';
import type { Announcements } from './announcements.ts';
import { recordRedrive } from './record-redrive.ts';

/** Settings that ending a job needs, for the SETTINGS of whoever ends jobs. */
export const END_JOB_SETTINGS = [
  'JOB_TABLE',
  'JOB_STATUS_TTL',
  'OUTPUT_BUCKET',
  'DEAD_LETTER_QUEUE_URL',
  'EVENT_BUS_NAME',
  ...METRICS_SETTINGS,
] as const;

export interface EndJobDeps {
  jobs: JobStore;
  ledger: UploadLedger;
  slots: TaskSlots;
  objects: ObjectStore;
  executions: Executions;
  announcements: Announcements;
  config: Config<(typeof END_JOB_SETTINGS)[number]>;
  now: () => Date;
}

/** An execution that ended without completing its job. */
export interface FailedExecution {
  executionArn: string;
  /** Redrives of the execution when it ended, as Step Functions counts them. */
  redriveCount: number;
  /** Undefined for an execution that no upload started: somebody started the state machine by hand. */
  upload: Upload | undefined;
  failure: Failure;
}

/**
 * The one way for a job to end other than by completing: writes the status to the row, gives the task slot back and tells those who wait
 * (`Job …` event, dead letter for FAILED). Safe to run any number of times for one end, in any order, and at once.
 */
export async function endJob(deps: EndJobDeps, ended: FailedExecution): Promise<void> {
  const { executionArn, redriveCount, upload, failure } = ended;
  const at = deps.now().toISOString();
  if (!upload) {
    // There is no job to write to, but the failure must not vanish.
    const letter = {
      jobId: null,
      executionArn,
      attempt: 1,
      error: failure.error,
      source: null,
      failedAt: at,
    };
    await deps.announcements.deadLetter(letter);
    return;
  }
  const jobId = jobIdOf(upload);
  // AdmitUpload may have failed before it wrote the row.
  await deps.jobs.create(newJob(upload, { executionArn, now: deps.now(), ttl: deps.config.JOB_STATUS_TTL }));
  // The event that says "redriven" may come after the one that says how the redrive ended, or never.
  if (redriveCount > 0) await recordRedrive(deps, { jobId, executionArn, redriveCount });
  const written = await deps.jobs.transition({
    jobId,
    to: failure.status,
    from: ['PROCESSING'],
    fence: { executionArn, redriveCount },
    at,
    set: { error: failure.error, finishedAt: at, progress: undefined },
  });
  const job = written ?? (await deps.jobs.get(jobId));
  const redriven = job?.executionArn === executionArn && job.redriveCount > redriveCount;
  if (job?.tenantId && isSlotKind(job.kind) && !redriven)
    await deps.slots.release(job.kind, { name: executionName(executionArn), tenantId: job.tenantId });
  const ours =
    job?.executionArn === executionArn && job.redriveCount === redriveCount && job.status !== 'PROCESSING';
  if (!job || !ours || job.notifiedAttempt === job.attempt) return;
  await announceEnd(deps, job, failure);
}

/** Does what follows from an end, after the row says so. A second run after a crash may repeat each step. */
async function announceEnd(deps: EndJobDeps, job: Job, failure: Failure): Promise<void> {
  const { jobId, executionArn, attempt, status } = job;
  // A job that is COMPLETED while its execution failed could not announce its completion: its readers were not told.
  if (status === 'FAILED' || status === 'COMPLETED') {
    const source = { bucket: job.bucket, key: job.key, versionId: job.versionId ?? null };
    const { error } = failure;
    const letter = { jobId, executionArn, attempt, error, source, failedAt: job.updatedAt };
    await deps.announcements.deadLetter(letter);
  }
  if (status === 'CANCELLED')
    await removeOutputs({ ...deps, outputBucket: deps.config.OUTPUT_BUCKET }, job, 'if-latest');
  // Rows that earlier code cancelled do not say why.
  if (isFailedStatus(status))
    await deps.announcements.ended({ ...job, status, error: job.error ?? failure.error });
  await deps.jobs.markNotified(jobId, attempt);
  measureEnd(deps.config, job);
  log.info('job ended', { jobId, executionArn, status, attempt, error: failure.error });
}

const isFailedStatus = (status: JobStatus): status is FailedStatus =>
  status !== 'PROCESSING' && status !== 'COMPLETED';
