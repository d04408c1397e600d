import { ERRORS, type ErrorKind, type ErrorName } from '../../base/errors.ts';
import type { JobError } from './job.ts';

/** What ended an execution, as Step Functions tells it. */
export interface Ending {
  status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  error?: string | undefined;
  /** For a Lambda: JSON with errorType and errorMessage. */
  cause?: string | undefined;
}

export interface Failure {
  status: ErrorKind['status'];
  error: JobError;
}

/**
 * Names that others give to what one of our names says better; how often the state machine tries
 * again follows from ours (tests/state-machines/tables.test.ts). A name's beginning says who gives
 * it.
 */
export const FOREIGN: Readonly<Record<string, ErrorName>> = {
  'States.Timeout': 'TimedOut',
  'States.HeartbeatTimeout': 'Interrupted',
  'States.Permissions': 'AccessDenied',
  'Sandbox.Timedout': 'TimedOut',
  'Runtime.OutOfMemory': 'OutOfMemory',
  'Runtime.ExitError': 'OutOfMemory',
  'Lambda.Unknown': 'OutOfMemory',
  'Lambda.TooManyRequestsException': 'ServiceUnavailable',
  'Lambda.ServiceException': 'ServiceUnavailable',
  'Lambda.AWSLambdaException': 'ServiceUnavailable',
  'Lambda.SdkClientException': 'ServiceUnavailable',
  'Lambda.ClientExecutionTimeoutException': 'ServiceUnavailable',
  'Lambda.ResourceNotFoundException': 'MissingResource',
  // RunTask answered with failures, as it does where there is no capacity or the vCPU quota is used
  // up: https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
  'AmazonECS.Unknown': 'NoCapacity',
  'ECS.AmazonECSException': 'ServiceUnavailable',
  'ECS.LimitExceededException': 'ServiceUnavailable',
  'ECS.ServerException': 'ServiceUnavailable',
  'ECS.ThrottlingException': 'ServiceUnavailable',
  'ECS.SdkClientException': 'ServiceUnavailable',
  'DynamoDB.ProvisionedThroughputExceededException': 'ServiceUnavailable',
  'DynamoDB.RequestLimitExceeded': 'ServiceUnavailable',
  'DynamoDB.ThrottlingException': 'ServiceUnavailable',
  'DynamoDB.InternalServerErrorException': 'ServiceUnavailable',
  'DynamoDB.InternalServerError': 'ServiceUnavailable',
  'DynamoDB.ServiceUnavailableException': 'ServiceUnavailable',
  'DynamoDB.SdkClientException': 'ServiceUnavailable',
  // What DynamoDB's integration calls an error without a name of its own.
  'DynamoDB.AmazonDynamoDBException': 'ServiceUnavailable',
  // Only AcquireTaskSlot lets it through: CompleteJob catches its own.
  'DynamoDB.ConditionalCheckFailedException': 'NoTaskSlot',
  'EventBridge.FailedEntry': 'ServiceUnavailable',
  'EventBridge.ThrottlingException': 'ServiceUnavailable',
  'EventBridge.InternalException': 'ServiceUnavailable',
  'EventBridge.SdkClientException': 'ServiceUnavailable',
};
/** What happened, where the cause only says how. */
const MESSAGES: Readonly<Record<string, string>> = {
  'DynamoDB.ConditionalCheckFailedException':
    'Expected a free task slot within a day; other jobs of this kind held all of them.',
};
const MAX_MESSAGE = 2000;

/** Names a failed execution's error, whose fault it is, where the job ends and what to do. Unknown errors are ours: FAILED, `configuration`. */
export function describeFailure({ status, error = '', cause = '' }: Ending, state?: string): Failure {
  const message = readable(cause);
  if (status === 'ABORTED') {
    const name = error || 'Aborted';
    const known: ErrorKind | undefined = ERRORS[name as ErrorName];
    const advice =
      known?.status === 'CANCELLED' ? known.advice : 'Retry the job if it should be processed after all.';
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
  const name = status === 'TIMED_OUT' ? 'TimedOut' : error;
  const known: ErrorKind | undefined = ERRORS[(FOREIGN[name] ?? name) as ErrorName];
  const kind = known ?? foreignKind(name);
  return {
    status: kind.status,
    error: {
      name: name || 'Unknown',
      category: kind.category,
      message: MESSAGES[name] || message || name || 'The execution failed.',
      advice: kind.advice,
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
    advice: 'Read the execution history at the failed state: this error has no name of ours.',
  };
}

function readable(cause: string): string {
  let text = cause;
  try {
    const parsed: unknown = JSON.parse(cause);
    if (parsed && typeof parsed === 'object' && 'errorMessage' in parsed) text = String(parsed.errorMessage);
  } catch {
    // Not a Lambda's cause; the text itself is the message.
  }
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text;
}
