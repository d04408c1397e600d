import type { JobStore } from '../jobs/job-store.ts';
import type { TaskPart } from './task-part.ts';
import type { ProgressWriter, TaskRun } from './task-token.ts';

/** Writes the progress of a chunk among those of its job: less often, since many do at once. */
const chunkProgress = (jobs: JobStore, chunk: number): ProgressWriter => ({
  milliseconds: 10_000,
  write: ({ jobId, executionArn }, { percent }, at) =>
    jobs.chunkProgress(jobId, { executionArn }, { chunk, percent }, at),
});

/** How a task reports on its part of a job. */
export const partReports = (
  jobs: JobStore,
  { name, chunk }: TaskPart,
): Pick<TaskRun, 'about' | 'progress'> =>
  name === 'chunk' ? { about: `Chunk ${chunk}`, progress: chunkProgress(jobs, chunk) } : {};
