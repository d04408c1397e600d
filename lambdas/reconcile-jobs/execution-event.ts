import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import type { Job } from '../../core/job.ts';
import { uploadEvent } from '../../core/upload-event.ts';

export type Ending = 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** The status event that was lost, or that nobody could send, as record-outcome takes it. What is not known is said of the row. */
export function executionEvent(
  job: Job,
  execution: Partial<Pick<DescribeExecutionCommandOutput, 'input' | 'error' | 'cause' | 'redriveCount'>>,
  status: Ending | 'RUNNING',
): object {
  const { executionArn } = job;
  const {
    input = JSON.stringify(uploadEvent(job)),
    error = job.error?.name,
    cause = job.error?.message,
    redriveCount = job.redriveCount,
  } = execution;
  return { detail: { executionArn, status, input, error, cause, redriveCount } };
}

export function hasEnded(status: string | undefined): status is Ending {
  return status === 'FAILED' || status === 'TIMED_OUT' || status === 'ABORTED';
}
