import type { IncomingMessage } from 'node:http';

export type Service = 's3' | 'sqs' | 'sns' | 'dynamodb' | 'eventbridge' | 'states' | 'lambda';

/** AWS API call, as identified by its request line and headers. */
export interface AwsCall {
  service: Service;
  /** Operation, such as `PutObject`. For SNS it is in the body, so here it is always `Publish`. */
  action: string;
  /** Bucket for S3 calls, otherwise empty. */
  bucket: string;
  key: string;
  request: IncomingMessage;
}

const TARGETS: readonly [prefix: string, service: Service][] = [
  ['DynamoDB_20120810.', 'dynamodb'],
  ['AmazonSQS.', 'sqs'],
  ['AWSEvents.', 'eventbridge'],
  ['AWSStepFunctions.', 'states'],
];

export function awsCallOf(request: IncomingMessage): AwsCall {
  const target = String(request.headers['x-amz-target'] ?? '');
  for (const [prefix, service] of TARGETS) {
    if (target.startsWith(prefix)) {
      return { service, action: target.slice(prefix.length), bucket: '', key: '', request };
    }
  }
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://local');
  if (pathname.startsWith('/2015-03-31/functions/'))
    return { service: 'lambda', action: 'Invoke', bucket: '', key: '', request };
  const type = String(request.headers['content-type'] ?? '');
  if (pathname === '/' && type.includes('x-www-form-urlencoded')) {
    return { service: 'sns', action: 'Publish', bucket: '', key: '', request };
  }
  const [path = ''] = (request.url ?? '').slice(1).split('?');
  const slash = path.indexOf('/');
  const bucket = slash < 0 ? path : path.slice(0, slash);
  const key = slash < 0 ? '' : decode(path.slice(slash + 1));
  return { service: 's3', action: s3Action(request, key, query, type), bucket, key, request };
}

function s3Action(request: IncomingMessage, key: string, query: URLSearchParams, type: string): string {
  const copies = 'x-amz-copy-source' in request.headers;
  switch (request.method) {
    case 'GET':
      if (!key) return listAction(query);
      return query.has('attributes') ? 'GetObjectAttributes' : 'GetObject';
    case 'HEAD':
      return key ? 'HeadObject' : 'HeadBucket';
    case 'PUT':
      if (!key) return 'CreateBucket';
      if (query.has('partNumber')) return copies ? 'UploadPartCopy' : 'UploadPart';
      return copies ? 'CopyObject' : 'PutObject';
    case 'POST':
      if (!key) return type.startsWith('multipart/form-data') ? 'PostObject' : 'DeleteObjects';
      return query.has('uploads') ? 'CreateMultipartUpload' : 'CompleteMultipartUpload';
    case 'DELETE':
      if (!key) return 'DeleteBucket';
      return query.has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject';
    default:
      return request.method ?? '';
  }
}

function listAction(query: URLSearchParams): string {
  if (query.has('versions')) return 'ListObjectVersions';
  if (query.has('versioning')) return 'GetBucketVersioning';
  return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
}

function decode(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
