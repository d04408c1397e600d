import * as z from 'zod';
import type { Announcements } from '../../core/announcements.ts';
import type { Config } from '../../core/config.ts';
import { type Executions, executionName } from '../../core/executions.ts';
import { describeFailure, type Failure } from '../../core/failure.ts';
import type { Job, Upload } from '../../core/job.ts';
import { jobIdOf } from '../../core/job.ts';
import type { JobStore } from '../../core/job-store.ts';
import { log } from '../../core/log.ts';
import { measureEnd } from '../../core/metrics.ts';
import { newJob } from '../../core/new-job.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import { removeOutputs } from '../../core/remove-outputs.ts';
import { isSlotKind, type TaskSlots } from '../../core/task-slots.ts';
import { parseUploadEvent } from '../../core/upload-event.ts';
import type { UploadLedger } from '../../core/upload-ledger.ts';

export const SETTINGS = [
  'JOB_TABLE',
  'JOB_STATUS_TTL',
  'OUTPUT_BUCKET',
  'DEAD_LETTER_QUEUE_URL',
  'EVENT_BUS_NAME',
] as const;

export interface RecordOutcomeDeps {
  jobs: JobStore;
  ledger: UploadLedger;
  slots: TaskSlots;
  objects: ObjectStore;
  executions: Executions;
  announcements: Announcements;
  config: Config<(typeof SETTINGS)[number]>;
  now: () => Date;
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html; what an event may leave out is asked of the API. */
const STATUS_EVENT = z.object({
  detail: z.object({
    executionArn: z.string().min(1),
    status: z.enum(['RUNNING', 'FAILED', 'TIMED_OUT', 'ABORTED']),
    input: z.string().nullish(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
    redriveCount: z.number().int().nullish(),
  }),
});

interface Ended {
  executionArn: string;
  redriveCount: number;
  upload: Upload | undefined;
  failure: Failure;
}

/**
 * Writes to the job row what the end (or the redrive) of its execution means, and tells those who wait: `Job …` event, dead letter for
 * FAILED. Safe to run any number of times for one event, in any order, and at once.
 */
export async function recordOutcome(deps: RecordOutcomeDeps, event: unknown): Promise<void> {
  const { detail } = STATUS_EVENT.parse(event);
  const { executionArn, status } = detail;
  const redriveCount = detail.redriveCount ?? 0;
  const known = detail.input && (status === 'RUNNING' || detail.error);
  const execution = known ? detail : { ...detail, ...(await deps.executions.describe(executionArn)), status };
  const upload = uploadOf(execution.input);
  if (status === 'RUNNING') {
    if (upload) await recordRedrive(deps, { jobId: jobIdOf(upload), executionArn, redriveCount });
    return;
  }
  const state = status === 'ABORTED' ? undefined : await deps.executions.lastState(executionArn);
  const failure = describeFailure(
    { status, error: execution.error ?? undefined, cause: execution.cause ?? undefined },
    state,
  );
  await recordEnd(deps, { executionArn, redriveCount, upload, failure });
}

/** A redrive from the console or the API: the job runs again. */
async function recordRedrive(
  deps: RecordOutcomeDeps,
  redrive: { jobId: string; executionArn: string; redriveCount: number },
): Promise<void> {
  const { jobId, executionArn, redriveCount } = redrive;
  const job = await deps.jobs.get(jobId);
  if (!job || job.redriveCount >= redriveCount) return;
  await deps.jobs.transition({
    jobId,
    to: 'PROCESSING',
    fence: { executionArn, redriveCount },
    at: deps.now().toISOString(),
    note: `redrive ${redriveCount}`,
    set: { attempt: job.attempt + 1, redriveCount, error: undefined, finishedAt: undefined },
  });
}

async function recordEnd(deps: RecordOutcomeDeps, ended: Ended): Promise<void> {
  const { executionArn, redriveCount, upload, failure } = ended;
  const at = deps.now().toISOString();
  if (!upload) {
    // Not an upload's execution: somebody started the machine by hand. There is no job to write to, but it must not vanish.
    await deps.announcements.deadLetter({
      jobId: null,
      executionArn,
      attempt: 1,
      error: failure.error,
      source: null,
      failedAt: at,
    });
    return;
  }
  const jobId = jobIdOf(upload);
  // AdmitUpload may have failed before it wrote the row.
  await deps.jobs.create(newJob(upload, { executionArn, now: deps.now(), ttl: deps.config.JOB_STATUS_TTL }));
  // The event that says "redriven" may come after the one that says how the redrive ended, or never.
  if (redriveCount > 0) await recordRedrive(deps, { jobId, executionArn, redriveCount });
  const fence = { executionArn, redriveCount };
  const set = { error: failure.error, finishedAt: at, progress: undefined };
  const written = await deps.jobs.transition({
    jobId,
    to: failure.status,
    from: ['PROCESSING'],
    fence,
    at,
    set,
  });
  const job = written ?? (await deps.jobs.get(jobId));
  const redriven = job?.executionArn === executionArn && job.redriveCount > redriveCount;
  if (job?.tenantId && isSlotKind(job.kind) && !redriven)
    await deps.slots.release(job.kind, { name: executionName(executionArn), tenantId: job.tenantId });
  const ours =
    job?.executionArn === executionArn && job.redriveCount === redriveCount && job.status !== 'PROCESSING';
  if (!job || !ours || job.notifiedAttempt === job.attempt) return;
  await settle(deps, job, failure);
}

/** What follows from an end, after the row says so: each step may be repeated by a second run after a crash. */
async function settle(deps: RecordOutcomeDeps, job: Job, failure: Failure): Promise<void> {
  const { jobId, executionArn, attempt, status } = job;
  // A job that is COMPLETED while its execution failed could not announce its completion: its readers were not told.
  if (status === 'FAILED' || status === 'COMPLETED') {
    const source = { bucket: job.bucket, key: job.key, versionId: job.versionId ?? null };
    await deps.announcements.deadLetter({
      jobId,
      executionArn,
      attempt,
      error: failure.error,
      source,
      failedAt: job.updatedAt,
    });
  }
  if (status === 'CANCELLED')
    await removeOutputs({ ...deps, outputBucket: deps.config.OUTPUT_BUCKET }, job, 'if-latest');
  if (status !== 'COMPLETED') await deps.announcements.ended(job);
  await deps.jobs.markNotified(jobId, attempt);
  measureEnd(job);
  log.info('job ended', { jobId, executionArn, status, attempt, error: failure.error });
}

function uploadOf(input: string | null | undefined): Upload | undefined {
  try {
    return parseUploadEvent(JSON.parse(input ?? '')).upload;
  } catch {
    return undefined;
  }
}
