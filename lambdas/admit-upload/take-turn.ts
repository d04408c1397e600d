import { MediaError } from '../../base/errors.ts';
import type { Executions } from '../../core/aws/executions.ts';
import { describeFailure } from '../../core/jobs/failure.ts';
import type { Job } from '../../core/jobs/job.ts';
import type { JobStore } from '../../core/jobs/job-store.ts';
import { NOTHING_YET } from '../../core/lifecycle/begin-retry.ts';
import { comparableSequencer } from '../../core/uploads/upload.ts';
import type { UploadLedger } from '../../core/uploads/upload-ledger.ts';

export interface TurnDeps {
  jobs: JobStore;
  ledger: UploadLedger;
  executions: Executions;
  now: () => Date;
}

/**
 * Records this upload as the latest of its key. Cancels the job of the upload that it replaces, or
 * records that it had completed: its outputs stay until this job completes.
 */
export async function takeTurn(deps: TurnDeps, job: Job): Promise<void> {
  const { jobs, ledger } = deps;
  const replaced = await ledger.recordUpload(job);
  if (!replaced) {
    const latest = await ledger.get(job);
    if (latest?.deleted)
      throw new MediaError('SourceDeleted', `The upload ${job.key} was deleted before it was processed.`);
    throw new MediaError('Superseded', `A newer upload replaced ${job.key} before this one was processed.`);
  }
  // A restored upload replaces its own deletion.
  if (!replaced.jobId || replaced.jobId === job.jobId) return;
  await cancelReplaced(deps, replaced.jobId, job.jobId);
  if (replaced.deleted) return;
  const old = await jobs.get(replaced.jobId);
  if (old?.status === 'COMPLETED' && !old.outputsRemovedAt) await ledger.recordCompleted(job, old.jobId);
}

/**
 * Takes over the job of this upload if it was started before the upload's own event arrived, from
 * what S3 showed (POST /api/media/process-s3-event), and a late event of an older upload has
 * cancelled it since. Returns true if it did.
 */
export async function takeOver({ jobs, ledger, now }: TurnDeps, job: Job): Promise<boolean> {
  const { jobId, sequencer, executionArn } = job;
  const started = await jobs.get(jobId);
  if (!started || comparableSequencer(started.sequencer) >= comparableSequencer(sequencer)) return false;
  if (!(await ledger.recordUpload(job)) || !isSuperseded(started)) return false;
  const claimed = await jobs.transition({
    jobId,
    to: 'PROCESSING',
    from: ['CANCELLED'],
    fence: { executionArn: started.executionArn, redriveCount: started.redriveCount },
    at: now().toISOString(),
    note: 'the upload is the latest of its key after all',
    set: {
      ...NOTHING_YET,
      ...{ sequencer, executionArn, redriveCount: 0, attempt: started.attempt + 1 },
      expiresAt: Math.max(started.expiresAt, job.expiresAt),
    },
  });
  return claimed !== undefined;
}

const isSuperseded = ({ status, error }: Job) => status === 'CANCELLED' && error?.name === 'Superseded';

async function cancelReplaced(
  { jobs, executions, now }: TurnDeps,
  replacedJobId: string,
  jobId: string,
): Promise<void> {
  const at = now().toISOString();
  const note = `replaced by a newer upload, ${jobId}`;
  const cause = `The upload was ${note}.`;
  const { error } = describeFailure({ status: 'ABORTED', error: 'Superseded', cause });
  const old = await jobs.transition({
    jobId: replacedJobId,
    to: 'CANCELLED',
    from: ['PROCESSING'],
    at,
    note,
    set: { error, finishedAt: at, progress: undefined },
  });
  if (old) await executions.stop(old.executionArn, error.name, cause);
}
