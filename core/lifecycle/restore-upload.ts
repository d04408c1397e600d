import { randomBytes } from 'node:crypto';
import type { Config } from '../../base/config.ts';
import { type Executions, executionArn } from '../aws/executions.ts';
import { jobIdOf } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { comparableSequencer, type Upload } from '../uploads/upload.ts';
import { uploadEvent } from '../uploads/upload-event.ts';
import { claimJob } from './claim-job.ts';

export interface RestoreDeps {
  jobs: JobStore;
  executions: Executions;
  config: Config<'STATE_MACHINE_ARN' | 'JOB_STATUS_TTL'>;
  now: () => Date;
}

/**
 * Processes an upload again in a new execution: one that S3 shows again because a delete marker, or
 * the version after it, was permanently deleted, or one whose job was cancelled for a newer event
 * that turned out not to be the last. `upload`: S3's facts, with the sequencer of the event that
 * shows it. Returns false if it has already been restored.
 */
export async function restoreUpload(deps: RestoreDeps, upload: Upload): Promise<boolean> {
  const jobId = jobIdOf(upload);
  const { sequencer } = upload;
  for (let i = 0; i < TRIES; i++) {
    const job = await deps.jobs.get(jobId);
    const running = job?.status === 'PROCESSING';
    const [known, shown] = [job?.sequencer ?? '', sequencer].map(comparableSequencer);
    // An event later than this one has processed the upload, or is about to.
    if (job && known && shown && (known > shown || (running && known === shown))) return false;
    const name = `${jobId}-${(job?.attempt ?? 0) + 1}-${randomBytes(4).toString('hex')}`;
    const claim = {
      ...{ executionArn: executionArn(deps.config.STATE_MACHINE_ARN, name), redriveCount: 0, sequencer },
      note: 'the upload was restored',
    };
    // A running job too: its execution may be about to end because of the deletion. If it ends right
    // now, the ended job is claimed.
    if (job && !(await claimJob(deps, job, claim))) continue;
    if (running)
      await deps.executions.stop(job.executionArn, 'Superseded', 'The upload was deleted and restored.');
    await deps.executions.start(deps.config.STATE_MACHINE_ARN, name, uploadEvent(upload));
    return true;
  }
  return false;
}

/** Maximum number of claims, each of which can lose against the end of the job. */
const TRIES = 3;
