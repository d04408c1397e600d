import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Job } from '../../../core/jobs/job.ts';
import { RESOURCES } from '../../../local/resources.ts';
import { oneOfEachKind } from '../one-of-each-kind.ts';
import { type Pipeline, uploadKey } from '../pipeline.ts';

/** Holds the worker's first read of an upload; admission has read it before. */
export function holdReads({ cloud }: Pipeline, key: string) {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let reach: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  cloud.faults.add({
    ...{ service: 's3', action: 'GetObject', skip: 1, times: 1 },
    when: (call) => call.bucket === RESOURCES.mediaBucket && call.key === key,
    fault: async () => {
      reach();
      await released;
    },
  });
  return { reached, release };
}

/** Lets the worker's reads of an upload fail until `mend` is called. */
export const denyReads = ({ cloud }: Pipeline, key: string) =>
  cloud.faults.add({
    ...{ service: 's3', action: 'GetObject', skip: 1, times: 100 },
    when: (call) => call.bucket === RESOURCES.mediaBucket && call.key === key,
    fault: 'deny',
  });

/** Writes what a worker of the job may have written before it was stopped. */
export async function writeAsWorker({ s3 }: Pipeline, { jobId, stem, tenantId, userId }: Job): Promise<void> {
  const folder = `tenants/${tenantId}/users/${userId}/media/processed`;
  for (const Key of [`intermediate/${jobId}/document.pdf`, `${folder}/${stem}_thumb_small.jpg`])
    await s3.send(
      new PutObjectCommand({
        ...{ Bucket: RESOURCES.outputBucket, Key, Body: 'x' },
        Metadata: { 'job-id': jobId },
      }),
    );
}

/** Uploads a picture, and returns its job once its worker is at work, with outputs, and held. */
export async function atWork(pipeline: Pipeline, file: string): Promise<{ job: Job; release: () => void }> {
  const [picture] = await oneOfEachKind(1, 4);
  const key = uploadKey(file);
  const { reached, release } = holdReads(pipeline, key);
  await pipeline.upload(key, picture?.content ?? '');
  await reached;
  const job = (await pipeline.jobs()).find((row) => row.key === key);
  if (!job) throw new Error(`Expected a job of ${key}`);
  await writeAsWorker(pipeline, job);
  return { job, release };
}
