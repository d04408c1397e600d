import { awsError, onlyKnown } from '../aws-error.ts';
import type { ObjectVersion, S3Bucket } from './s3-bucket.ts';

export interface S3Read {
  Bucket: string;
  Key: string;
  VersionId?: string;
  IfMatch?: string;
  Range?: string;
}

/** GetObject and HeadObject, without the body's clothes. */
export function readObject(bucket: S3Bucket, input: S3Read, call: string): ObjectVersion & { body: Buffer } {
  onlyKnown(call, input, ['Bucket', 'Key', 'VersionId', 'IfMatch', 'Range', 'ChecksumMode']);
  const { Key, VersionId, IfMatch } = input;
  const missing = call === 'HeadObjectCommand' ? 'NotFound' : VersionId ? 'NoSuchVersion' : 'NoSuchKey';
  const version = VersionId ? bucket.version(Key, VersionId) : bucket.current(Key);
  if (!version) throw awsError(missing, 404);
  const { body } = version;
  if (!body) throw awsError('MethodNotAllowed', 405);
  if (IfMatch && IfMatch !== version.etag) throw awsError('PreconditionFailed', 412);
  return { ...version, body };
}

export function described({
  body,
  etag,
  versionId,
  contentType,
  metadata,
  lastModified,
}: ObjectVersion & { body: Buffer }) {
  return {
    ContentLength: body.length,
    ETag: etag,
    VersionId: versionId,
    ContentType: contentType ?? 'application/octet-stream',
    Metadata: { ...metadata },
    LastModified: lastModified,
  };
}

/** GetObject: the whole body, or the range `bytes=a-b`. */
export function getObject(bucket: S3Bucket, input: S3Read) {
  const version = readObject(bucket, input, 'GetObjectCommand');
  const { body } = version;
  if (!input.Range) return { ...described(version), Body: stream(body) };
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(input.Range) ?? [];
  if (from === undefined) throw new Error(`Expected a range of the form bytes=0-9, got ${input.Range}`);
  if (Number(from) >= body.length) throw awsError('InvalidRange', 416);
  const end = Math.min(Number(to), body.length - 1);
  const part = body.subarray(Number(from), end + 1);
  return {
    ...described({ ...version, body: part }),
    ContentRange: `bytes ${from}-${end}/${body.length}`,
    Body: stream(part),
  };
}

/** Body of an answer, as far as the product uses it. */
function stream(body: Buffer) {
  return {
    transformToByteArray: async () => new Uint8Array(body),
    transformToString: async () => body.toString(),
    async *[Symbol.asyncIterator]() {
      yield body;
    },
  };
}
