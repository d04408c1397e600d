import type { Config } from '../../base/config.ts';
import { type Executions, executionArn } from '../aws/executions.ts';
import type { ObjectStore } from '../aws/object-store.ts';
import { type Job, jobIdOf } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { FIRST_SEQUENCER, sequencerJustAfter, type Upload } from '../uploads/upload.ts';
import { uploadEvent } from '../uploads/upload-event.ts';
import type { UploadLedger } from '../uploads/upload-ledger.ts';

export interface StartUploadDeps {
  jobs: JobStore;
  ledger: UploadLedger;
  objects: ObjectStore;
  executions: Executions;
  config: Config<'STATE_MACHINE_ARN'>;
  now: () => Date;
}

/** What S3 and the job table say about the current object of a key. */
export type FoundUpload =
  | { is: 'absent' }
  | { is: 'known'; job: Job }
  /** No job row: never processed, or so long ago that the row has expired. */
  | { is: 'new'; upload: Upload; jobId: string };

/**
 * Looks up the current object of a key and its job. The latest job of the key is that of any object
 * with the same ETag: another version of the same content needs no other outputs, and its own event,
 * if it is still under way, takes precedence.
 */
export async function findUpload(
  { jobs, ledger, objects }: Pick<StartUploadDeps, 'jobs' | 'ledger' | 'objects'>,
  target: { bucket: string; key: string },
): Promise<FoundUpload> {
  // Read before HeadObject: an event that arrives in between sorts after the sequencer given below,
  // and wins.
  const entry = await ledger.get(target);
  const object = await objects.current(target.bucket, target.key);
  if (!object) return { is: 'absent' };
  const latest = entry?.latestJobId && !entry.deleted ? await jobs.get(entry.latestJobId) : undefined;
  if (latest && latest.etag === object.etag) return { is: 'known', job: latest };
  const sequencer = entry ? sequencerJustAfter(entry.sequencer) : FIRST_SEQUENCER;
  const upload = { ...target, ...object, sequencer };
  const jobId = jobIdOf(upload);
  const job = await jobs.get(jobId);
  return job ? { is: 'known', job } : { is: 'new', upload, jobId };
}

/**
 * Starts the execution that the S3 event of an upload would have started, by the job's name, so
 * that concurrent calls start only one. Returns its ARN, or why it was not started.
 */
export async function startUpload(
  { jobs, executions, config, now }: Pick<StartUploadDeps, 'jobs' | 'executions' | 'config' | 'now'>,
  upload: Upload,
  jobId: string,
): Promise<{ started: boolean; executionArn?: string; reason?: string }> {
  // An upload whose job row has expired may be processed again before its first execution name is
  // free (90 days).
  const day = now().toISOString().slice(0, 10).replaceAll('-', '');
  for (const name of [`${jobId}-1`, `${jobId}-1-${day}`]) {
    const arn = executionArn(config.STATE_MACHINE_ARN, name);
    if (await executions.start(config.STATE_MACHINE_ARN, name, uploadEvent(upload)))
      return { started: true, executionArn: arn };
    const since = await jobs.get(jobId);
    if (since) return { started: false, executionArn: since.executionArn };
  }
  return { started: false, reason: 'an execution was already started today and created no job' };
}
