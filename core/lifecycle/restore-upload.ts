import { randomBytes } from 'node:crypto';
import type { Config } from '../../base/config.ts';
import { type Executions, executionArn, executionName } from '../aws/executions.ts';
import { type Job, jobIdOf } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { expiryOf } from '../jobs/retention.ts';
import { comparableSequencer, type Upload } from '../uploads/upload.ts';
import { uploadEvent } from '../uploads/upload-event.ts';
import { NOTHING_YET } from './begin-retry.ts';

export interface RestoreDeps {
  jobs: JobStore;
  executions: Executions;
  config: Config<'STATE_MACHINE_ARN' | 'JOB_STATUS_TTL'>;
  now: () => Date;
}

/**
 * Processes an upload again in a new execution: one that S3 shows again because a delete marker, or
 * the version after it, was permanently deleted, or one whose job was cancelled for a newer event
 * that turned out not to be the last. `upload`: S3's facts, with the sequencer of the event that shows
 * it. Returns false if it has already been restored.
 */
export async function restoreUpload(deps: RestoreDeps, upload: Upload): Promise<boolean> {
  const jobId = jobIdOf(upload);
  const job = await deps.jobs.get(jobId);
  const attempt = (job?.attempt ?? 0) + 1;
  const arn = executionArn(
    deps.config.STATE_MACHINE_ARN,
    `${jobId}-${attempt}-${randomBytes(4).toString('hex')}`,
  );
  if (job && !(await claim(deps, job, upload, arn))) return false;
  if (job?.status === 'PROCESSING')
    await deps.executions.stop(job.executionArn, 'Superseded', 'The upload was deleted and restored.');
  await deps.executions.start(deps.config.STATE_MACHINE_ARN, executionName(arn), uploadEvent(upload));
  return true;
}

/**
 * Claims a job for a new execution, like a restart. A running one too: its execution may be about to
 * end because of the deletion.
 */
async function claim(
  { jobs, config, now }: RestoreDeps,
  job: Job,
  { sequencer }: Upload,
  arn: string,
): Promise<Job | undefined> {
  const running = job.status === 'PROCESSING';
  if (running && comparableSequencer(job.sequencer) >= comparableSequencer(sequencer)) return undefined;
  const fence = { executionArn: job.executionArn, redriveCount: job.redriveCount };
  const set = {
    ...NOTHING_YET,
    ...{ manifestKey: undefined, manifestVersionId: undefined, outputCount: undefined, degraded: undefined },
    ...{ sequencer, executionArn: arn, redriveCount: 0, attempt: job.attempt + 1 },
    expiresAt: Math.max(job.expiresAt, expiryOf(now(), config.JOB_STATUS_TTL)),
  };
  if (running) return jobs.setAttributes(job.jobId, fence, set);
  return jobs.transition({
    jobId: job.jobId,
    to: 'PROCESSING',
    from: [job.status],
    fence,
    at: now().toISOString(),
    note: 'the upload was restored',
    set,
  });
}
