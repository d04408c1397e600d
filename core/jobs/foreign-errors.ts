import type { ErrorName } from '../../base/errors.ts';

/**
 * Error names of AWS services, mapped to the pipeline's own, which determine the state machine's
 * `Retry` (tests/state-machines/tables.test.ts). The prefix is the service. Names that AWS documents
 * and that are not here cannot be met; tests/state-machines/service-errors.ts says why.
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
  // The function is being created or updated, or Lambda restores it after weeks without a call:
  // https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
  'Lambda.ResourceConflictException': 'ServiceUnavailable',
  'Lambda.ResourceNotReadyException': 'ServiceUnavailable',
  'Lambda.ResourceNotFoundException': 'MissingResource',
  'Lambda.KMSAccessDeniedException': 'AccessDenied',
  'Lambda.KMSDisabledException': 'MissingResource',
  'Lambda.KMSInvalidStateException': 'MissingResource',
  'Lambda.KMSNotFoundException': 'MissingResource',
  'Lambda.InvalidRuntimeException': 'InvalidConfiguration',
  'Lambda.InvalidZipFileException': 'InvalidConfiguration',
  'Lambda.InvalidParameterValueException': 'InvalidConfiguration',
  'Lambda.RequestTooLargeException': 'InvalidConfiguration',
  'Lambda.RecursiveInvocationException': 'InvalidConfiguration',
  // RunTask answered with failures, as it does where there is no capacity or the vCPU quota is used
  // up: https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
  'AmazonECS.Unknown': 'NoCapacity',
  'ECS.AmazonECSException': 'ServiceUnavailable',
  'ECS.LimitExceededException': 'ServiceUnavailable',
  'ECS.ServerException': 'ServiceUnavailable',
  'ECS.ThrottlingException': 'ServiceUnavailable',
  'ECS.SdkClientException': 'ServiceUnavailable',
  // EC2 throttled ECS as it attached the network interface, among other reasons.
  'ECS.InvalidParameterException': 'ServiceUnavailable',
  'ECS.AccessDeniedException': 'AccessDenied',
  'ECS.ClientException': 'InvalidConfiguration',
  'ECS.BlockedException': 'InvalidConfiguration',
  'ECS.ClusterNotFoundException': 'MissingResource',
  'ECS.PlatformUnknownException': 'InvalidConfiguration',
  'ECS.PlatformTaskDefinitionIncompatibilityException': 'InvalidConfiguration',
  'ECS.UnsupportedFeatureException': 'InvalidConfiguration',
  'DynamoDB.AmazonDynamoDBException': 'ServiceUnavailable',
  'DynamoDB.ProvisionedThroughputExceededException': 'ServiceUnavailable',
  'DynamoDB.RequestLimitExceeded': 'ServiceUnavailable',
  'DynamoDB.ThrottlingException': 'ServiceUnavailable',
  'DynamoDB.InternalServerErrorException': 'ServiceUnavailable',
  'DynamoDB.InternalServerError': 'ServiceUnavailable',
  'DynamoDB.ServiceUnavailableException': 'ServiceUnavailable',
  'DynamoDB.TransactionConflictException': 'ServiceUnavailable',
  'DynamoDB.SdkClientException': 'ServiceUnavailable',
  'DynamoDB.ResourceNotFoundException': 'MissingResource',
  'EventBridge.FailedEntry': 'ServiceUnavailable',
  'EventBridge.ThrottlingException': 'ServiceUnavailable',
  'EventBridge.InternalException': 'ServiceUnavailable',
  'EventBridge.SdkClientException': 'ServiceUnavailable',
};

/**
 * Names under which a service reports errors of several kinds, among them lasting ones. They are
 * retried as if they would pass; once the retries are used up, the cause says what they were.
 */
const COLLECTIVE = /^(?:ECS\.(?:AmazonECS|InvalidParameter)|DynamoDB\.AmazonDynamoDB)Exception$/;
const DENIED = /AccessDenied|not authorized to perform/i;
const MAY_PASS = /throttl|rate exceeded|limit ?exceeded|try again|unavailable|internal|timed? ?out/i;

/**
 * Returns the pipeline's name for an error of an execution, or `name` itself where it is no AWS
 * service's. `cause` is the execution's.
 */
export function errorNameOf(name: string, cause: string): string {
  if (!COLLECTIVE.test(name)) return FOREIGN[name] ?? name;
  if (DENIED.test(cause)) return 'AccessDenied' satisfies ErrorName;
  return MAY_PASS.test(cause) || !cause
    ? ('ServiceUnavailable' satisfies ErrorName)
    : ('InvalidConfiguration' satisfies ErrorName);
}
