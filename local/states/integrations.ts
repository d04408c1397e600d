import {
  DynamoDBClient,
  type DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { FunctionError, type Functions, Throttled, UnknownFunction } from '../compute/functions.ts';
import { type Endpoints, LOCAL_CLIENT } from '../endpoints.ts';
import { TaskError } from './task-error.ts';
import type { Integration, TaskCall } from './task-run.ts';

/** Disables SDK retries: the state machine does the retrying. */
const ONCE = { maxAttempts: 1 };

/** Returns the service integrations for Task states by Resource. The servers may start later. */
export function serviceIntegrations(
  functions: Functions,
  urls: Readonly<Endpoints>,
): Record<string, Integration> {
  const dynamoDb = lazy(() => new DynamoDBClient({ ...LOCAL_CLIENT, ...ONCE, endpoint: urls.tables }));
  const eventBridge = lazy(() => new EventBridgeClient({ ...LOCAL_CLIENT, ...ONCE, endpoint: urls.control }));
  const s3 = lazy(() => new S3Client({ ...LOCAL_CLIENT, endpoint: urls.storage, forcePathStyle: true }));
  const table = (call: (input: never) => Promise<object>): Integration =>
    sdkCall('DynamoDB', DYNAMODB_ERRORS, (parameters) => call(parameters as never));
  return {
    'arn:aws:states:::lambda:invoke': (call) => invoke(functions, call),
    'arn:aws:states:::lambda:invoke.waitForTaskToken': (call) => invoke(functions, call),
    'arn:aws:states:::dynamodb:getItem': table((input) => dynamoDb().send(new GetItemCommand(input))),
    'arn:aws:states:::dynamodb:putItem': table((input) => dynamoDb().send(new PutItemCommand(input))),
    'arn:aws:states:::dynamodb:updateItem': table((input) => dynamoDb().send(new UpdateItemCommand(input))),
    // The ItemReader of a distributed Map state.
    'arn:aws:states:::s3:listObjectsV2': ({ parameters }) =>
      s3().send(new ListObjectsV2Command(parameters as never)),
    'arn:aws:states:::events:putEvents': sdkCall('EventBridge', EVENTBRIDGE_ERRORS, async (parameters) => {
      const entries = (parameters.Entries ?? []) as { Detail?: unknown }[];
      const Entries = entries.map((entry) => ({
        ...entry,
        Detail: typeof entry.Detail === 'string' ? entry.Detail : JSON.stringify(entry.Detail),
      }));
      const answer = await eventBridge().send(new PutEventsCommand({ Entries }));
      const failed = answer.Entries?.find(({ ErrorCode }) => ErrorCode);
      if (failed) throw new TaskError('EventBridge.FailedEntry', JSON.stringify(answer.Entries));
      return answer;
    }),
  };
}

async function invoke(functions: Functions, { parameters, started, signal }: TaskCall): Promise<unknown> {
  const name = String(parameters.FunctionName)
    .replace(/^arn:.*:function:/, '')
    .replace(/:.*$/, '');
  try {
    const Payload = await functions.invoke(name, parameters.Payload ?? {}, started, signal);
    return { ExecutedVersion: '$LATEST', Payload, StatusCode: 200 };
  } catch (error) {
    if (error instanceof FunctionError) throw new TaskError(error.name, JSON.stringify(error.report));
    if (error instanceof Throttled)
      throw new TaskError('Lambda.TooManyRequestsException', `${error.message} (Service: Lambda)`);
    if (error instanceof UnknownFunction)
      throw new TaskError('Lambda.ResourceNotFoundException', error.message);
    throw error;
  }
}

/**
 * Errors declared by the services; Step Functions reports all others under the service's general
 * exception.
 */
const DYNAMODB_ERRORS = [
  'ConditionalCheckFailedException',
  'InternalServerError',
  'ItemCollectionSizeLimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ResourceNotFoundException',
  'ThrottlingException',
];
const EVENTBRIDGE_ERRORS = ['InternalException', 'ThrottlingException'];

function sdkCall(
  service: 'DynamoDB' | 'EventBridge',
  declared: readonly string[],
  call: (parameters: Record<string, unknown>) => Promise<object>,
): Integration {
  return async ({ parameters, started }) => {
    started();
    try {
      const { $metadata: _transport, ...answer } = (await call(parameters)) as { $metadata?: object };
      return answer;
    } catch (error) {
      if (error instanceof TaskError) throw error;
      const { name, message, $metadata } = error as DynamoDBServiceException;
      const answered = $metadata?.httpStatusCode !== undefined;
      const kind = declared.includes(name)
        ? name
        : answered
          ? `Amazon${service}Exception`
          : 'SdkClientException';
      throw new TaskError(`${service}.${kind}`, `${message} (Service: ${service}; Error Code: ${name})`);
    }
  };
}

function lazy<Value>(make: () => Value): () => Value {
  let value: Value | undefined;
  return () => {
    value ??= make();
    return value;
  };
}
