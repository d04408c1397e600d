import { dynamoDb } from '../../core/aws/clients.ts';
import type { Job } from '../../core/jobs/job.ts';
import { QueueClient } from '../../core/queue/queue-client.ts';
import { RESOURCES } from '../../local/resources.ts';
import type { JobApi } from './job-api.ts';
import { rowOf } from './tenant-jobs.ts';

/** Stores running jobs of acme that nothing works on, numbered from `first`. */
export function storeRunningJobs({ deps }: JobApi, count: number, first = 0): Promise<Job[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const { finishedAt: _f, error: _e, notifiedAttempt: _n, ...row } = rowOf('acme', first + i);
      const job: Job = { ...row, status: 'PROCESSING', kind: 'IMAGE' };
      await deps.jobs.create(job);
      return job;
    }),
  );
}

/** Changes a job that storeRunningJobs stored. */
export const advance = ({ deps }: JobApi, { jobId, executionArn }: Job, percent: number) =>
  deps.jobs.setAttributes(jobId, { executionArn }, { progress: { phase: 'decode', percent } });

export const placesTaken = async (): Promise<number> =>
  (await new QueueClient(dynamoDb(), RESOURCES.queueTable).all('api#waiting')).length;

/** Waits until so many requests wait. */
export const untilWaiting = (api: JobApi, count: number) =>
  api.until(`${count} requests to wait`, async () => {
    // Reading hundreds of places takes a while itself.
    await new Promise((resolve) => setTimeout(resolve, count / 2));
    return (await placesTaken()) === count;
  });
