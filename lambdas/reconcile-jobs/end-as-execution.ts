import type { ExecutionDescription } from '../../core/aws/executions.ts';
import type { Ending } from '../../core/jobs/failure.ts';
import type { Job } from '../../core/jobs/job.ts';
import { type EndJobDeps, endJob } from '../../core/lifecycle/end-job.ts';
import { executionFailure } from '../../core/lifecycle/execution-failure.ts';

/**
 * Ends a job according to its execution. Values missing from Step Functions are taken from the row.
 */
export async function endAsExecution(
  deps: EndJobDeps,
  job: Job,
  execution: Partial<Pick<ExecutionDescription, 'error' | 'cause' | 'redriveCount'>>,
  status: Ending['status'],
): Promise<void> {
  const { executionArn } = job;
  const { error = job.error?.name, cause = job.error?.message, redriveCount = job.redriveCount } = execution;
  const failure = await executionFailure(deps, executionArn, { status, error, cause });
  await endJob(deps, { executionArn, redriveCount, upload: job, failure });
}
