import type { JobStore } from '../jobs/job-store.ts';
import type { ProgressWriter } from './task-token.ts';

/** Writes the progress of a chunk among those of its job: less often, since many do at once. */
export const chunkProgress = (jobs: JobStore, chunk: number): ProgressWriter => ({
  milliseconds: 10_000,
  write: ({ jobId, executionArn }, { percent }, at) =>
    jobs.chunkProgress(jobId, { executionArn }, { chunk, percent }, at),
});
