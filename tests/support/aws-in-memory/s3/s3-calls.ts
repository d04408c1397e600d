import { awsError, onlyKnown } from '../aws-error.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { listObjects, listVersions } from './s3-lists.ts';
import { described, getObject, readObject } from './s3-reads.ts';

interface Put {
  Bucket: string;
  Key: string;
  Body?: Buffer | string;
  ContentType?: string;
  IfMatch?: string;
  IfNoneMatch?: string;
  Metadata?: Record<string, string>;
}

interface Deletion {
  Key: string;
  VersionId?: string;
  ETag?: string;
}

interface Options {
  buckets: ReadonlyMap<string, S3Bucket>;
  pageSize: number;
  /** Waits between the objects of one DeleteObjects call, which S3 deletes one by one. */
  between: () => Promise<void>;
}

/** Returns the calls of the S3 client, by command name. */
export function s3Calls({ buckets, pageSize, between }: Options) {
  const bucketOf = ({ Bucket }: { Bucket: string }) => {
    const bucket = buckets.get(Bucket);
    if (!bucket) throw awsError('NoSuchBucket', 404, `The bucket ${Bucket} does not exist`);
    return bucket;
  };
  return {
    PutObjectCommand: (input: Put) => {
      onlyKnown('PutObjectCommand', input, [
        ...['Bucket', 'Key', 'Body', 'ContentType', 'IfMatch', 'IfNoneMatch', 'Metadata'],
      ]);
      const bucket = bucketOf(input);
      bucket.require(input.Key, { ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch });
      const { etag, versionId } = bucket.put({
        key: input.Key,
        body: Buffer.from(input.Body ?? ''),
        contentType: input.ContentType,
        metadata: input.Metadata,
      });
      return { ETag: etag, VersionId: versionId };
    },
    GetObjectCommand: (input: Parameters<typeof getObject>[1]) => getObject(bucketOf(input), input),
    HeadObjectCommand: (input: Parameters<typeof readObject>[1]) =>
      described(readObject(bucketOf(input), input, 'HeadObjectCommand')),
    ListObjectsV2Command: (input: Parameters<typeof listObjects>[1]) =>
      listObjects(bucketOf(input), input, pageSize),
    ListObjectVersionsCommand: (input: Parameters<typeof listVersions>[1]) =>
      listVersions(bucketOf(input), input, pageSize),
    DeleteObjectCommand: (input: Deletion & { Bucket: string; IfMatch?: string }) => {
      onlyKnown('DeleteObjectCommand', input, ['Bucket', 'Key', 'VersionId', 'IfMatch']);
      const { VersionId, DeleteMarker } = remove(bucketOf(input), { ...input, ETag: input.IfMatch });
      return { VersionId, DeleteMarker };
    },
    DeleteObjectsCommand: async (input: {
      Bucket: string;
      Delete: { Objects: Deletion[]; Quiet?: boolean };
    }) => {
      onlyKnown('DeleteObjectsCommand', input, ['Bucket', 'Delete']);
      const bucket = bucketOf(input);
      if (input.Delete.Objects.length === 0 || input.Delete.Objects.length > 1000)
        throw awsError('MalformedXML', 400);
      const Deleted = [];
      const Errors = [];
      for (const [i, object] of input.Delete.Objects.entries()) {
        onlyKnown('DeleteObjectsCommand', object, ['Key', 'VersionId', 'ETag']);
        if (i > 0) await between();
        try {
          Deleted.push(remove(bucket, object));
        } catch (error) {
          Errors.push({ Key: object.Key, VersionId: object.VersionId, Code: (error as Error).name });
        }
      }
      return { Deleted: input.Delete.Quiet ? [] : Deleted, Errors };
    },
  };
}

/** Deletes for good with a version ID, otherwise adds a delete marker. */
function remove(
  bucket: S3Bucket,
  { Key, VersionId, ETag }: { Key: string; VersionId?: string | undefined; ETag?: string | undefined },
) {
  if (ETag !== undefined) bucket.require(Key, { ifMatch: ETag });
  if (VersionId === undefined) return { Key, DeleteMarker: true, VersionId: bucket.mark(Key).versionId };
  const removed = bucket.remove(Key, VersionId);
  return { Key, VersionId, DeleteMarker: removed ? removed.body === undefined : undefined };
}
