import type { AwsCall } from '../../../local/faults/aws-call.ts';
import { RESOURCES } from '../../../local/resources.ts';
import type { AccessRequest } from '../policies/evaluate.ts';
import { arn, KEY, REGION } from '../policies/mocked-names.ts';

const BUCKETS: Readonly<Record<string, string>> = {
  [RESOURCES.mediaBucket]: 'media',
  [RESOURCES.outputBucket]: 'output',
};

/** Returns a bucket's ARN under the mocked deployment's name. */
export const bucketArn = (bucket: string) => `arn:aws:s3:::${BUCKETS[bucket] ?? bucket}`;
/** Tables under the mocked deployment's names. */
const TABLES: Readonly<Record<string, string>> = { [RESOURCES.queueTable]: 'queue' };
const QUEUES: Readonly<Record<string, string>> = {
  [RESOURCES.deadLetterQueue]: 'dead-letters.fifo',
  [RESOURCES.undeliveredQueue]: 'mock',
};

// biome-ignore lint/suspicious/noExplicitAny: each operation has parameters of its own.
type Body = any;

/**
 * Returns what IAM decides about for a call to the local cloud, under the names that the mocked
 * deployment gives to its resources. `body`: of the request.
 */
export function requestsOfCall(call: AwsCall, body: string): AccessRequest[] {
  switch (call.service) {
    case 's3':
      return s3Requests(call, body);
    case 'dynamodb':
      return [...dynamoDbRequests(call.action, JSON.parse(body)), keyUse('kms:Decrypt', 'dynamodb')];
    case 'sqs':
      return sqsRequests(call.action, JSON.parse(body));
    case 'states':
      return [statesRequest(call.action, JSON.parse(body))];
    case 'eventbridge':
      return JSON.parse(body).Entries.map((entry: Body) => ({
        ...{ action: 'events:PutEvents', resource: arn('events', 'event-bus/default') },
        context: { 'events:source': entry.Source, 'events:detail-type': entry.DetailType },
      }));
    case 'sns':
      return [
        { action: 'sns:Publish', resource: arn('sns', 'mock') },
        ...[keyUse('kms:GenerateDataKey', 'sns'), keyUse('kms:Decrypt', 'sns')],
      ];
    case 'lambda':
      return [{ action: 'lambda:InvokeFunction', resource: arn('lambda', `function:${functionOf(call)}`) }];
  }
}

/** The function whose ARN terraform/tests/everything.tftest.hcl tells apart, or any other. */
const functionOf = ({ request }: AwsCall) =>
  /\/functions\/preview-profile\//.test(request.url ?? '') ? 'preview-profile' : 'mock';

const keyUse = (action: string, service: string): AccessRequest => ({
  ...{ action, resource: KEY },
  context: { 'kms:ViaService': `${service}.${REGION}.amazonaws.com` },
});

const READS = [keyUse('kms:Decrypt', 's3')];
const WRITES = [keyUse('kms:GenerateDataKey', 's3'), keyUse('kms:Decrypt', 's3')];

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
 */
function s3Requests({ action, bucket, key, request }: AwsCall, body: string): AccessRequest[] {
  const name = bucketArn(bucket);
  const onObject = (verb: string): AccessRequest => ({ action: `s3:${verb}`, resource: `${name}/${key}` });
  const isOfVersion = new URL(request.url ?? '/', 'http://local').searchParams.has('versionId');
  const versioned = (verb: string) => onObject(isOfVersion ? `${verb}Version` : verb);
  const compared = request.headers['if-match'] ? [onObject('GetObject')] : [];
  switch (action) {
    case 'GetObject':
      return [versioned('GetObject'), ...READS];
    case 'HeadObject':
      return [versioned('GetObject')];
    case 'PutObject':
      return [onObject('PutObject'), ...compared, ...WRITES];
    case 'CreateMultipartUpload':
    case 'UploadPart':
    case 'CompleteMultipartUpload':
      return [onObject('PutObject'), ...compared, ...WRITES];
    case 'AbortMultipartUpload':
      return [onObject('AbortMultipartUpload')];
    case 'ListParts':
      return [onObject('ListMultipartUploadParts')];
    case 'DeleteObject':
      return [versioned('DeleteObject'), ...compared];
    case 'DeleteObjects':
      return deleted(body).map((object) => ({
        action: object.isVersion ? 's3:DeleteObjectVersion' : 's3:DeleteObject',
        resource: `${name}/${object.key}`,
      }));
    case 'ListObjectsV2':
      return [{ action: 's3:ListBucket', resource: name }];
    case 'ListObjectVersions':
      return [{ action: 's3:ListBucketVersions', resource: name }];
    default:
      throw new Error(`Expected the S3 action of ${action} in tests/support/permissions/requests-of-call.ts`);
  }
}

/** Reads the objects of a DeleteObjects request. */
function deleted(xml: string): { key: string; isVersion: boolean }[] {
  return [...xml.matchAll(/<Object>(.*?)<\/Object>/gs)].map(([, object = '']) => ({
    key: /<Key>(.*?)<\/Key>/s.exec(object)?.[1] ?? '',
    isVersion: object.includes('<VersionId>'),
  }));
}

function dynamoDbRequests(action: string, input: Body): AccessRequest[] {
  const tableArn = (name: string) => arn('dynamodb', `table/${TABLES[name] ?? 'mock'}`);
  if (action === 'TransactWriteItems')
    return input.TransactItems.flatMap((item: Body) =>
      Object.entries<Body>(item).map(([verb, { TableName }]) => ({
        action: `dynamodb:${verb === 'ConditionCheck' ? 'ConditionCheckItem' : `${verb}Item`}`,
        resource: tableArn(TableName),
      })),
    );
  if (action === 'BatchWriteItem' || action === 'BatchGetItem')
    return Object.keys(input.RequestItems).map((name) => ({
      action: `dynamodb:${action}`,
      resource: tableArn(name),
    }));
  const table = tableArn(input.TableName);
  const resource = input.IndexName ? `${table}/index/${input.IndexName}` : table;
  return [{ action: `dynamodb:${action}`, resource }];
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html */
function sqsRequests(action: string, { QueueUrl = '' }: { QueueUrl?: string }): AccessRequest[] {
  const queue = QueueUrl.split('/').at(-1) ?? '';
  const request = { action: `sqs:${action}`, resource: arn('sqs', QUEUES[queue] ?? queue) };
  if (action === 'SendMessage')
    return [request, keyUse('kms:GenerateDataKey', 'sqs'), keyUse('kms:Decrypt', 'sqs')];
  return action === 'ReceiveMessage' ? [request, keyUse('kms:Decrypt', 'sqs')] : [request];
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/concept-create-iam-advanced.html */
function statesRequest(action: string, input: Body): AccessRequest {
  const named = (text: string) =>
    arn(
      'states',
      text
        .split(':')
        .slice(5)
        .join(':')
        .replace(/:media-backfill\b/, ':media-pipeline-backfill'),
    );
  const resource = input.executionArn ?? input.stateMachineArn;
  return { action: `states:${action}`, resource: resource ? named(resource) : '*' };
}
