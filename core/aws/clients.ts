import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { MediaError } from '../../base/errors.ts';
import { traced } from '../../base/trace.ts';

// By default the SDK waits indefinitely on a stalled connection, for as long as the Lambda timeout
// lasts.
const config = { requestHandler: { connectionTimeout: 3_000, requestTimeout: 60_000 } };

export const s3 = (): S3Client => traced(new S3Client(config));
/**
 * Client for presigned URLs: without this setting, the SDK would sign the checksum of an empty
 * body.
 */
export const presigningS3 = (): S3Client =>
  traced(new S3Client({ ...config, requestChecksumCalculation: 'WHEN_REQUIRED' }));
export const sqs = (): SQSClient => traced(new SQSClient(config));
export const sns = (): SNSClient => traced(new SNSClient(config));
export const lambda = (): LambdaClient => traced(new LambdaClient(config));
export const sfn = (): SFNClient => traced(new SFNClient(config));
export const eventBridge = (): EventBridgeClient => traced(new EventBridgeClient(config));
export const dynamoDb = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(traced(new DynamoDBClient(config)), {
    marshallOptions: { removeUndefinedValues: true },
  });

/**
 * Awaits an AWS call and maps its failure to a `MediaError`, so that `Retry` in the state machine
 * and the dead letter can tell throttling from a missing permission. `doing` completes "Could not
 * …". Failed conditions are rethrown unchanged: callers expect them.
 */
export async function awsCall<T>(doing: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw translate(doing, error);
  }
}

const CONDITIONAL = new Set([
  'ConditionalCheckFailedException',
  'PreconditionFailed',
  'ConditionalRequestConflict',
]);
const ABSENT_OBJECT = new Set(['NoSuchKey', 'NoSuchVersion', 'NotFound']);
const MISSING = new Set([
  'NoSuchBucket',
  'ResourceNotFoundException',
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
  'StateMachineDoesNotExist',
]);
const SKEWED = /^(?:RequestTimeTooSkewed|RequestExpired|RequestInTheFuture)$/;
const DENIED =
  /AccessDenied|Forbidden|NotAuthorized|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|CredentialsProvider|KMS\.Disabled|KMSAccessDenied/;
const THROTTLED =
  /Throttl|SlowDown|TooManyRequests|RequestLimitExceeded|ProvisionedThroughputExceeded|RequestTimeout|ServiceUnavailable|InternalError|InternalServerError|InternalFailure/;
/**
 * Transport errors without a name: the SDK wraps errors that are not instances of its own realm's
 * Error.
 */
const TRANSPORT = /AWS SDK error wrapper|socket hang up|network socket disconnected/;
const NETWORK = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

function translate(doing: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof MediaError || CONDITIONAL.has(error.name)) return error;
  const code = 'code' in error ? String(error.code) : '';
  const status =
    '$metadata' in error ? (error.$metadata as { httpStatusCode?: number }).httpStatusCode : undefined;
  const named = (name: ConstructorParameters<typeof MediaError>[0]) =>
    new MediaError(name, `Could not ${doing}: ${error.name}${code ? ` ${code}` : ''}: ${error.message}`, {
      cause: error,
    });
  if (ABSENT_OBJECT.has(error.name)) return error;
  if (MISSING.has(error.name)) return named('MissingResource');
  // The clock jumped. The SDK has set itself right since, so that another try may succeed.
  if (SKEWED.test(error.name) || /Signature (?:expired|not yet current)/.test(error.message))
    return named('ServiceUnavailable');
  if (DENIED.test(error.name) || status === 401 || status === 403) return named('AccessDenied');
  if (
    THROTTLED.test(error.name) ||
    (status ?? 0) >= 500 ||
    NETWORK.has(code) ||
    error.name === 'TimeoutError' ||
    TRANSPORT.test(error.message)
  )
    return named('ServiceUnavailable');
  if (code === 'ENOSPC') return named('OutOfDisk');
  return error;
}

/** Returns true if an S3 read failed because the object or version does not exist. */
export function isAbsentObject(error: unknown): boolean {
  return error instanceof Error && ABSENT_OBJECT.has(error.name);
}

/** Returns true if a conditional read or write failed its condition. */
export function isConditionalFailure(error: unknown): boolean {
  return error instanceof Error && CONDITIONAL.has(error.name);
}

/** Awaits a conditional write. Returns undefined if its condition failed. */
export async function unlessConditional<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    if (isConditionalFailure(error)) return undefined;
    throw error;
  }
}
