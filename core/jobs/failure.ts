import { ERRORS, type ErrorKind, type ErrorName } from '../../base/errors.ts';
import { errorNameOf } from './foreign-errors.ts';
import type { JobError } from './job.ts';
import { isInLargerTask } from './larger-task.ts';

/** End of an execution, as reported by Step Functions. */
export interface Ending {
  status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  error?: string | undefined;
  /** JSON with errorType and errorMessage if a Lambda function failed. */
  cause?: string | undefined;
}

export interface Failure {
  status: ErrorKind['status'];
  error: JobError;
}

const NO_SLOT = 'Expected a free slot within five days, got none: other jobs held all of them.';
const LARGER_TASK_ADVICE =
  'The larger task did not suffice either: raise larger_task_size, PROCESSING_TIMEOUT if it timed out, or storage of task_size if the disk was full, then restart; a redrive keeps both.';
const MAX_MESSAGE = 2000;

/**
 * Determines a failed execution's error name, category, job status and advice. Unknown errors count
 * as the operator's to fix: FAILED, `configuration`.
 */
export function describeFailure({ status, error = '', cause = '' }: Ending, state?: string): Failure {
  const message = readable(cause);
  if (status === 'ABORTED') {
    const name = error || 'Aborted';
    const known: ErrorKind | undefined = ERRORS[name as ErrorName];
    const advice =
      known?.status === 'CANCELLED' ? known.advice : 'Retry the job if it should still be processed.';
    return {
      status: 'CANCELLED',
      error: {
        name,
        category: 'processing',
        message: message || 'The execution was stopped.',
        advice,
        state,
      },
    };
  }
  const hasWaited = state === 'AdmitUpload' && (status === 'TIMED_OUT' || error === 'States.Timeout');
  const name = hasWaited ? ('NoSlot' satisfies ErrorName) : status === 'TIMED_OUT' ? 'TimedOut' : error;
  const known: ErrorKind | undefined = ERRORS[errorNameOf(name, cause) as ErrorName];
  const kind = known ?? foreignKind(name);
  return {
    status: kind.status,
    error: {
      name: name || 'Unknown',
      category: kind.category,
      message: hasWaited ? NO_SLOT : message || name || 'The execution failed.',
      advice: kind.category === 'resource' && isInLargerTask(state) ? LARGER_TASK_ADVICE : kind.advice,
      state,
    },
  };
}

function foreignKind(name: string): ErrorKind {
  if (
    /Throttl|TooManyRequests|LimitExceeded|ServiceUnavailable|InternalServer|InternalException|FailedEntry/.test(
      name,
    )
  )
    return ERRORS.ServiceUnavailable;
  if (/AccessDenied|NotAuthorized/.test(name)) return ERRORS.AccessDenied;
  return {
    category: 'configuration',
    status: 'FAILED',
    retry: 'never',
    advice: 'Check the failed state in the execution history: the pipeline does not know this error.',
  };
}

function readable(cause: string): string {
  let text = cause;
  try {
    const parsed: unknown = JSON.parse(cause);
    if (parsed && typeof parsed === 'object' && 'errorMessage' in parsed) text = String(parsed.errorMessage);
  } catch {
    // Not the cause of a Lambda error: use the text as is.
  }
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text;
}

/**
 * Attributes of a job that is cancelled. Without its try's claim, a redrive of the execution in the
 * console has to claim the job again before it can complete.
 */
export const cancelledWith = (error: JobError, at: string) => ({
  error,
  finishedAt: at,
  progress: undefined,
  tryId: undefined,
});
