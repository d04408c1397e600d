import type { Config } from '../../base/config.ts';
import { MediaError } from '../../base/errors.ts';
import type { Executions } from '../../core/aws/executions.ts';
import { cancelledWith, describeFailure } from '../../core/jobs/failure.ts';
import type { Job } from '../../core/jobs/job.ts';
import type { JobStore } from '../../core/jobs/job-store.ts';
import { claimJob } from '../../core/lifecycle/claim-job.ts';
import { comparableSequencer } from '../../core/uploads/upload.ts';
import type { UploadLedger } from '../../core/uploads/upload-ledger.ts';

export interface TurnDeps {
  jobs: JobStore;
  ledger: UploadLedger;
  executions: Executions;
  config: Config<'JOB_STATUS_TTL'>;
  now: () => Date;
}

/**
 * Records this upload as the latest of its key, and cancels the jobs of the uploads before it. The
 * outputs of the last one that has completed stay until this job completes.
 */
export async function takeTurn(deps: TurnDeps, job: Job): Promise<void> {
  const { jobs, ledger } = deps;
  const older = await ledger.recordUpload(job);
  if (!older) {
    const latest = await ledger.get(job);
    if (latest?.deleted)
      throw new MediaError('SourceDeleted', `The upload ${job.key} was deleted before it was processed.`);
    throw new MediaError('Superseded', `A newer upload replaced ${job.key} before this one was processed.`);
  }
  if (older.length === 0) return;
  const completed: string[] = [];
  for (const jobId of older) {
    await cancelReplaced(deps, jobId, job.jobId);
    const ended = await jobs.get(jobId);
    if (ended?.status !== 'COMPLETED' && !ended?.published) continue;
    completed.push(jobId);
    break;
  }
  // Keeps the list short, and adds what an entry of earlier code did not list. If this write is
  // lost, the list is only longer.
  await ledger.shorten(job, [job.jobId, ...completed]);
}

/**
 * Takes over the job of this upload if it was started before this event arrived (by the upload's
 * own event, or from what S3 showed), and the late event of an older upload or deletion has ended it
 * since, or removed its outputs. Returns its row if it did.
 */
export async function takeOver(deps: TurnDeps, job: Job): Promise<Job | undefined> {
  const { sequencer, executionArn } = job;
  const started = await deps.jobs.get(job.jobId);
  if (!started || comparableSequencer(started.sequencer) >= comparableSequencer(sequencer)) return undefined;
  if (!(await deps.ledger.recordUpload(job))) return undefined;
  const now = await deps.jobs.get(job.jobId);
  if (!now) return undefined;
  if (!isOvertaken(now)) {
    // Its own execution goes on, or has ended; the order of the key's jobs is that of their events.
    await deps.jobs.setAttributes(now.jobId, { executionArn: now.executionArn }, { sequencer });
    return undefined;
  }
  const note = 'the upload is the latest of its key after all';
  return claimJob(deps, now, { executionArn, redriveCount: 0, sequencer, note });
}

const isOvertaken = ({ status, error, outputsRemovedAt }: Job) =>
  status === 'CANCELLED'
    ? error?.name === 'Superseded' || error?.name === 'SourceDeleted'
    : status === 'COMPLETED' && outputsRemovedAt !== undefined;

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
    set: cancelledWith(error, at),
  });
  if (old) await executions.stop(old.executionArn, error.name, cause);
}
