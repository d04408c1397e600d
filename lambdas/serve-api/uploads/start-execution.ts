import type { RecordResult } from '../../../contract/s3-event-api.ts';
import { executionArn } from '../../../core/aws/executions.ts';
import type { Upload } from '../../../core/uploads/upload.ts';
import { uploadEvent } from '../../../core/uploads/upload-event.ts';
import type { ApiDeps } from '../api-deps.ts';

type Started = Pick<RecordResult, 'outcome' | 'executionArn' | 'reason'>;

/** Starts an execution by the job's name, so that concurrent requests start only one. */
export async function startExecution(
  { jobs, executions, config, now }: Pick<ApiDeps, 'jobs' | 'executions' | 'config' | 'now'>,
  upload: Upload,
  jobId: string,
): Promise<Started> {
  // An upload whose job row has expired may be processed again before its first execution name is
  // free (90 days).
  const day = now().toISOString().slice(0, 10).replaceAll('-', '');
  for (const name of [`${jobId}-1`, `${jobId}-1-${day}`]) {
    const arn = executionArn(config.STATE_MACHINE_ARN, name);
    if (await executions.start(config.STATE_MACHINE_ARN, name, uploadEvent(upload)))
      return { outcome: 'started', executionArn: arn };
    const since = await jobs.get(jobId);
    if (since) return { outcome: 'duplicate', executionArn: since.executionArn };
  }
  return { outcome: 'duplicate', reason: 'an execution was already started today and created no job' };
}
