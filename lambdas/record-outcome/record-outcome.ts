import * as z from 'zod';
import { jobIdOf } from '../../core/jobs/job.ts';
import { END_JOB_SETTINGS, type EndJobDeps, endJob } from '../../core/lifecycle/end-job.ts';
import { executionFailure } from '../../core/lifecycle/execution-failure.ts';
import { recordRedrive } from '../../core/lifecycle/record-redrive.ts';
import { uploadOfInput } from '../../core/uploads/upload-event.ts';

export const SETTINGS = END_JOB_SETTINGS;

/**
 * Status-change event:
 * https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html. Fields that an
 * event omits are read with DescribeExecution.
 */
const STATUS_EVENT = z.object({
  detail: z.object({
    executionArn: z.string().min(1),
    status: z.enum(['RUNNING', 'FAILED', 'TIMED_OUT', 'ABORTED']),
    input: z.string().nullish(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
    redriveCount: z.number().int().nullish(),
  }),
});

/**
 * Records a status-change event of an execution in the job row: the end of the job, or a redrive
 * that runs it again. Safe to repeat, in any order, and concurrently.
 */
export async function recordOutcome(deps: EndJobDeps, event: unknown): Promise<void> {
  const { detail } = STATUS_EVENT.parse(event);
  const { executionArn, status } = detail;
  const redriveCount = detail.redriveCount ?? 0;
  const known = detail.input && (status === 'RUNNING' || detail.error);
  const { input, error, cause } = known
    ? detail
    : { ...detail, ...(await deps.executions.describe(executionArn)) };
  const upload = uploadOfInput(input);
  if (status === 'RUNNING') {
    if (upload) await recordRedrive(deps, { jobId: jobIdOf(upload), executionArn, redriveCount });
    return;
  }
  const ending = { status, error: error ?? undefined, cause: cause ?? undefined };
  const failure = await executionFailure(deps, executionArn, ending);
  await endJob(deps, { executionArn, redriveCount, upload, failure });
}
