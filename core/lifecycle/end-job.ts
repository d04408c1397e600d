import type { Config } from '../../base/config.ts';
import type { FailedStatus } from '../../base/errors.ts';
import { log } from '../../base/log.ts';
import type { JobStatus } from '../../contract/lists.ts';
import { type Executions, executionName } from '../aws/executions.ts';
import type { ObjectStore } from '../aws/object-store.ts';
import type { ObjectVersions } from '../aws/object-versions.ts';
import type { Failure } from '../jobs/failure.ts';
import type { Job } from '../jobs/job.ts';
import { jobIdOf } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { METRICS_SETTINGS, measureEnd } from '../jobs/metrics.ts';
import { newJob } from '../jobs/new-job.ts';
import { DEAD_LETTER_SECONDS } from '../jobs/retention.ts';
import { removeOutputsOfJob } from '../outputs/remove-outputs.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import { queueOf } from '../queue/queues.ts';
import type { Upload } from '../uploads/upload.ts';
import type { UploadLedger } from '../uploads/upload-ledger.ts';
import type { Announcements } from './announcements.ts';
import { recordRedrive } from './record-redrive.ts';

/** Settings required by `endJob`. */
export const END_JOB_SETTINGS = [
  'JOB_TABLE',
  'QUEUE_TABLE',
  'JOB_STATUS_TTL',
  'OUTPUT_BUCKET',
  'DEAD_LETTER_QUEUE_URL',
  'EVENT_BUS_NAME',
  ...METRICS_SETTINGS,
] as const;

export interface EndJobDeps {
  jobs: JobStore;
  ledger: UploadLedger;
  queue: JobQueue;
  objects: ObjectStore;
  versions: ObjectVersions;
  executions: Executions;
  announcements: Announcements;
  config: Config<(typeof END_JOB_SETTINGS)[number]>;
  now: () => Date;
}

/** Execution that ended without completing its job. */
export interface FailedExecution {
  executionArn: string;
  /** Redrive count of the execution when it ended. */
  redriveCount: number;
  /** Undefined if the execution was started by hand, not by an upload. */
  upload: Upload | undefined;
  failure: Failure;
}

/**
 * Ends a job that did not complete: writes the status to the row, unless a cancellation already
 * has, gives back the slot or the place in line, and announces the end (`Job …` event, dead letter for FAILED). Every
 * rejection, failure and cancellation passes through here. Safe to repeat, in any order, and
 * concurrently.
 */
export async function endJob(deps: EndJobDeps, ended: FailedExecution): Promise<void> {
  const { executionArn, redriveCount, upload, failure } = ended;
  const at = deps.now().toISOString();
  if (!upload) {
    // No job row to update, but the failure must not get lost.
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
  // The RUNNING event of a redrive may arrive after the event of its end, or never.
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
  if (job?.kind && !redriven)
    await deps.queue.leave(
      queueOf({ kind: job.kind, convert: job.order?.convert ?? false }),
      executionName(executionArn),
    );
  const ours =
    job?.executionArn === executionArn && job.redriveCount === redriveCount && job.status !== 'PROCESSING';
  if (!job || !ours || job.notifiedAttempt === job.attempt) return;
  await announceEnd(deps, job, failure);
}

/** Announces the end recorded in the row. Every step may be repeated after a crash. */
async function announceEnd(deps: EndJobDeps, job: Job, failure: Failure): Promise<void> {
  const { jobId, executionArn, attempt, status } = job;
  // COMPLETED with a failed execution: AnnounceCompletion failed, so `Job Completed` was not sent.
  if (status === 'FAILED' || status === 'COMPLETED') {
    const source = { bucket: job.bucket, key: job.key, versionId: job.versionId ?? null };
    const { error } = failure;
    const letter = { jobId, executionArn, attempt, error, source, failedAt: job.updatedAt };
    // The letter must not outlive the row, which a redrive needs.
    await deps.jobs.keepUntil(jobId, Math.floor(deps.now().getTime() / 1000) + DEAD_LETTER_SECONDS);
    await deps.announcements.deadLetter(letter);
  }
  if (isFailedStatus(status)) {
    // A worker that was killed could not remove what it had written.
    if (!isPublished(job))
      await removeOutputsOfJob({ ...deps, outputBucket: deps.config.OUTPUT_BUCKET }, job);
    // Rows cancelled by earlier code have no error.
    await deps.announcements.ended({ ...job, status, error: job.error ?? failure.error });
  }
  await deps.jobs.markNotified(jobId, attempt);
  measureEnd(deps.config, job);
  log.info('job ended', { jobId, executionArn, status, attempt, error: failure.error });
}

const isFailedStatus = (status: JobStatus): status is FailedStatus =>
  status !== 'PROCESSING' && status !== 'COMPLETED';

/**
 * Returns true if a redrive resumes after the outputs were published, and completes the job with
 * them.
 */
const isPublished = ({ status, error }: Job) => status === 'FAILED' && AFTER_WORK.has(error?.state ?? '');
const AFTER_WORK = new Set(['CompleteJob', 'AnnounceCompletion', '']);
