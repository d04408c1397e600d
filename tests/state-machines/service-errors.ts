import { readFileSync } from 'node:fs';

/** A call that Step Functions makes for a Task state, and the errors that AWS documents for it. */
interface Integration {
  /** Part of the state's Resource. */
  resource: string;
  /** Of the names in an execution. */
  prefix: string;
  /** Errors of the API's call, without the prefix. */
  call: readonly string[];
  /** Names that Step Functions gives, with the prefix. */
  named: readonly string[];
}

/**
 * Every integration in use. The errors of a call are those of the SDK's model, or of the API
 * reference where the SDK's package is not installed; read on 2026-11-27.
 */
export const INTEGRATIONS: readonly Integration[] = [
  {
    resource: 'lambda:invoke',
    prefix: 'Lambda',
    call: errorsInModel('client-lambda', 'Invoke'),
    // https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
    named: [
      ...['Lambda.ClientExecutionTimeoutException', 'Lambda.ServiceException', 'Lambda.AWSLambdaException'],
      ...['Lambda.SdkClientException', 'Lambda.Unknown', 'Lambda.TooManyRequestsException'],
    ],
  },
  {
    resource: 'ecs:runTask',
    prefix: 'ECS',
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html#API_RunTask_Errors
    call: [
      ...['AccessDeniedException', 'BlockedException', 'ClientException', 'ClusterNotFoundException'],
      ...['ConflictException', 'InvalidParameterException', 'PlatformTaskDefinitionIncompatibilityException'],
      ...['PlatformUnknownException', 'ServerException', 'UnsupportedFeatureException'],
    ],
    // https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
    named: ['AmazonECS.Unknown', 'ECS.AmazonECSException'],
  },
  {
    resource: 'dynamodb:updateItem',
    prefix: 'DynamoDB',
    call: errorsInModel('client-dynamodb', 'UpdateItem'),
    named: ['DynamoDB.AmazonDynamoDBException'],
  },
  {
    resource: 'events:putEvents',
    prefix: 'EventBridge',
    call: errorsInModel('client-eventbridge', 'PutEvents'),
    // https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html
    named: ['EventBridge.FailedEntry'],
  },
];

/** Documented errors that no state can meet, by reason. */
const NOT_MET: Readonly<Record<string, readonly string[]>> = {
  // tests/terraform/workloads.test.ts: no function has a vpc_config.
  'the functions are in no VPC': [
    ...['EC2AccessDenied', 'EC2Throttled', 'EC2Unexpected', 'ENILimitReached', 'ENINotReady'],
    ...['InvalidSecurityGroupID', 'InvalidSubnetID', 'SubnetIPAddressLimitReached'],
  ].map(lambda),
  'the functions mount no file system': [
    ...['EFSIO', 'EFSMountConnectivity', 'EFSMountFailure', 'EFSMountTimeout'],
    ...['S3FilesMountConnectivity', 'S3FilesMountFailure', 'S3FilesMountTimeout'],
  ].map(lambda),
  'the functions do not use SnapStart': [
    ...['SnapStart', 'SnapStartNotReady', 'SnapStartTimeout', 'SnapStartRegenerationFailure'],
  ].map(lambda),
  'the functions are neither durable nor published as versions': [
    ...['DurableExecutionAlreadyStarted', 'NoPublishedVersion', 'ModeNotSupported'],
  ].map(lambda),
  'Step Functions writes the request': [
    ...['InvalidRequestContent', 'UnsupportedMediaType', 'SerializedRequestEntityTooLarge'],
  ].map(lambda),
  'the packages come from a build, not from CodeArtifact': [
    ...['CodeArtifactUserDeleted', 'CodeArtifactUserFailed', 'CodeArtifactUserPending'],
  ].map(lambda),
  'Invoke creates nothing that counts against a quota': ['ServiceQuotaExceeded'].map(lambda),
  'RunTask is called without a client token': ['ECS.ConflictException'],
  'the table has no local secondary index': ['DynamoDB.ItemCollectionSizeLimitExceededException'],
  'CompleteJob catches it': ['DynamoDB.ConditionalCheckFailedException'],
  'the table has no replicas': ['DynamoDB.ReplicatedWriteConflictException'],
  'Step Functions chooses the endpoint': ['DynamoDB.InvalidEndpointException'],
};

function lambda(name: string): string {
  return `Lambda.${name}Exception`;
}

/** Returns why no state can meet an error, or undefined if one can. */
export const whyNotMet = (error: string): string | undefined =>
  Object.entries(NOT_MET).find(([, errors]) => errors.includes(error))?.[0];

/** Returns all documented errors of an integration as an execution names them. */
export const documentedErrors = ({ prefix, call, named }: Integration): string[] => [
  ...new Set([...call.map((error) => `${prefix}.${error}`), ...named]),
];

/** Reads the errors of an operation from the SDK's documentation of its command. */
function errorsInModel(client: string, operation: string): string[] {
  const path = `node_modules/@aws-sdk/${client}/dist-types/commands/${operation}Command.d.ts`;
  const thrown = [...readFileSync(path, 'utf8').matchAll(/@throws \{@link (\w+)\}/g)].map(
    ([, name = '']) => name,
  );
  // The base class, of which every other one is a kind.
  const errors = thrown.filter((name) => !name.endsWith('ServiceException') || name === 'ServiceException');
  if (errors.length === 0) throw new Error(`Expected errors of ${operation} in ${path}`);
  return errors;
}
