import type { Config } from '../../base/config.ts';
import { type Executions, executionArn, executionName } from '../aws/executions.ts';
import { type Job, jobIdOf } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { expiryOf } from '../jobs/retention.ts';
import type { Upload } from '../uploads/upload.ts';
import { uploadEvent } from '../uploads/upload-event.ts';
import type { UploadLedger } from '../uploads/upload-ledger.ts';
import { NOTHING_YET } from './begin-retry.ts';

export interface RestoreDeps {
  jobs: JobStore;
  ledger: UploadLedger;
  executions: Executions;
  config: Config<'STATE_MACHINE_ARN' | 'JOB_STATUS_TTL'>;
  now: () => Date;
}

/**
 * Processes an upload that S3 shows again because a delete marker, or the version after it, was
 * permanently deleted: its outputs were removed with it. `upload`: S3's facts about the version, with
 * the sequencer of that deletion. Safe to repeat.
 */
export async function restoreUpload(deps: RestoreDeps, upload: Upload): Promise<void> {
  const jobId = jobIdOf(upload);
  // 80 characters are the limit of Step Functions.
  const name = `${jobId}-restored-${upload.sequencer}`.slice(0, 80);
  const arn = executionArn(deps.config.STATE_MACHINE_ARN, name);
  const job = await deps.jobs.get(jobId);
  if (job?.status === 'PROCESSING' && job.executionArn !== arn) {
    // The deletion was undone before it ended the job.
    await deps.ledger.recordUpload({ ...upload, jobId });
    return;
  }
  if (job && job.status !== 'PROCESSING' && !(await claim(deps, job, upload, arn))) return;
  await deps.executions.start(deps.config.STATE_MACHINE_ARN, executionName(arn), uploadEvent(upload));
}

/** Claims an ended job for a new execution, like a restart. */
function claim(
  { jobs, config, now }: RestoreDeps,
  job: Job,
  { sequencer }: Upload,
  arn: string,
): Promise<Job | undefined> {
  const expiresAt = Math.max(job.expiresAt, expiryOf(now(), config.JOB_STATUS_TTL));
  return jobs.transition({
    jobId: job.jobId,
    to: 'PROCESSING',
    from: [job.status],
    fence: { executionArn: job.executionArn, redriveCount: job.redriveCount },
    at: now().toISOString(),
    note: 'the deletion of the upload was undone',
    set: {
      ...NOTHING_YET,
      ...{
        manifestKey: undefined,
        manifestVersionId: undefined,
        outputCount: undefined,
        degraded: undefined,
      },
      ...{ sequencer, executionArn: arn, redriveCount: 0, attempt: job.attempt + 1, expiresAt },
    },
  });
}
