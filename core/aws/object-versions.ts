import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { MediaError } from '../../base/errors.ts';
import { awsCall, isAbsentObject, isConditionalFailure } from './clients.ts';

/** Version of an object, or delete marker, which has a version ID of its own. */
export interface ObjectVersion {
  key: string;
  versionId: string;
}

type Marker = Pick<ListObjectVersionsCommandInput, 'KeyMarker' | 'VersionIdMarker'>;

/** Maximum number of versions per DeleteObjects call. */
const DELETE_BATCH = 1000;

/**
 * Lists and deletes versions of objects in a versioned bucket. A delete that names its version
 * cannot hit what another writer wrote since, however late it arrives.
 */
export class ObjectVersions {
  private readonly client: S3Client;

  constructor(client: S3Client) {
    this.client = client;
  }

  /** Lists all versions and delete markers under a prefix, noncurrent ones included. */
  async list(bucket: string, prefix: string): Promise<ObjectVersion[]> {
    const found: ObjectVersion[] = [];
    let marker: Marker | undefined = {};
    while (marker) {
      const command = new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...marker });
      const page: ListObjectVersionsCommandOutput = await awsCall(
        `list versions of ${prefix}`,
        this.client.send(command),
      );
      const listed = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].flatMap(
        ({ Key: key, VersionId: versionId }) => (key && versionId ? [{ key, versionId }] : []),
      );
      marker = page.IsTruncated ? nextMarker(page, listed) : undefined;
      const isAgain = marker && !marker.VersionIdMarker ? page.NextKeyMarker : undefined;
      found.push(...listed.filter(({ key }) => key !== isAgain));
    }
    return found;
  }

  /** Permanently deletes exactly these versions. One that no longer exists is no error. */
  async remove(bucket: string, versions: readonly ObjectVersion[]): Promise<void> {
    for (let i = 0; i < versions.length; i += DELETE_BATCH) {
      const Objects = versions
        .slice(i, i + DELETE_BATCH)
        .map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
      const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
      const { Errors = [] } = await awsCall(`delete ${Objects[0]?.Key}`, this.client.send(command));
      const [first] = Errors;
      if (first)
        throw new MediaError(
          'ServiceUnavailable',
          `Could not delete ${Errors.length} object versions: ${first.Key}: ${first.Code}`,
        );
    }
  }

  /**
   * Returns a version's user metadata, or undefined if the version no longer exists or is a delete
   * marker.
   */
  async metadata(
    bucket: string,
    { key, versionId }: ObjectVersion,
  ): Promise<Record<string, string> | undefined> {
    try {
      const command = new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId });
      return (await awsCall(`read metadata of ${key}`, this.client.send(command))).Metadata ?? {};
    } catch (error) {
      // S3 answers 405 for a delete marker's own version ID.
      if (isAbsentObject(error) || isStatus(error, 405)) return undefined;
      throw error;
    }
  }

  /**
   * Hides an object behind a delete marker if its current version still has this ETag:
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html. Returns the
   * marker, or undefined if the object has changed.
   */
  async hide(bucket: string, key: string, etag: string): Promise<ObjectVersion | undefined> {
    try {
      const command = new DeleteObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag });
      const { VersionId } = await awsCall(`delete ${key}`, this.client.send(command));
      return VersionId ? { key, versionId: VersionId } : undefined;
    } catch (error) {
      if (isConditionalFailure(error) || isAbsentObject(error)) return undefined;
      throw error;
    }
  }
}

/**
 * Returns where the next page begins: with all versions of the key that the page ended at. The version
 * it ended at may be deleted before the next call, and S3 does not document what a marker of a
 * deleted version yields.
 */
function nextMarker(
  { NextKeyMarker, NextVersionIdMarker }: ListObjectVersionsCommandOutput,
  listed: readonly ObjectVersion[],
): Marker {
  const before = listed.map(({ key }) => Buffer.from(key)).filter((key) => key.toString() !== NextKeyMarker);
  const last = before.sort(Buffer.compare).at(-1);
  return last
    ? { KeyMarker: last.toString() }
    : { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker };
}

const isStatus = (error: unknown, status: number) =>
  error instanceof Error &&
  '$metadata' in error &&
  (error.$metadata as { httpStatusCode?: number }).httpStatusCode === status;
