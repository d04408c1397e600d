import type { S3Object, S3Store } from './fauxqs-stores.ts';
import { compareKeys, listNames } from './key-listing.ts';
import type { ObjectChange } from './object-events.ts';
import type { ObjectFiles } from './object-files.ts';
import type { ObjectVersion } from './version.ts';
import { type Removal, VersionedObjects } from './versioned-objects.ts';

export interface UploadPart {
  partNumber: number;
  etag: string;
  size: number;
}

type Listed = ReturnType<S3Store['listObjects']>;
type ListOptions = NonNullable<Parameters<S3Store['listObjects']>[1]>;

/** Object store that reports each change and lists keys in S3's order. */
export class ObservedObjects extends VersionedObjects {
  private readonly changed: (change: ObjectChange) => void;

  constructor(files: ObjectFiles, changed: (change: ObjectChange) => void) {
    super(files);
    this.changed = changed;
  }

  override putObject(...parameters: Parameters<S3Store['putObject']>): ObjectVersion {
    const object = super.putObject(...parameters);
    this.created(parameters[0], object);
    return object;
  }

  override completeMultipartUpload(
    ...parameters: Parameters<S3Store['completeMultipartUpload']>
  ): ObjectVersion {
    const bucket = this.uploadOf(parameters[0])?.bucket ?? '';
    const object = super.completeMultipartUpload(...parameters);
    this.created(bucket, object);
    return object;
  }

  override remove(bucket: string, key: string, id?: string): Removal {
    const removal = super.remove(bucket, key, id);
    const { versionId, found } = removal;
    if (!found) return removal;
    const deletion = id ? 'Permanently Deleted' : 'Delete Marker Created';
    this.changed({ type: 'Object Deleted', bucket, key, versionId, deletion, ...this.cause() });
    return removal;
  }

  /**
   * Lists in order of UTF-8 bytes, like S3; fauxqs sorts by locale and so skips keys at page
   * boundaries.
   */
  override listObjects(
    bucket: string,
    { prefix, delimiter, maxKeys = 1000, ...from }: ListOptions = {},
  ): Listed {
    const objects = this.objectsOf(bucket);
    const after = from.startAfter || from.marker || '';
    const isAfter = (name: string) => !after || compareKeys(name, after) > 0;
    const names = listNames(objects.keys(), { prefix, delimiter, isAfter });
    const page = names.slice(0, maxKeys);
    return {
      objects: page.flatMap(({ name, isPrefix }) => (isPrefix ? [] : (objects.get(name) as S3Object))),
      commonPrefixes: page.filter(({ isPrefix }) => isPrefix).map(({ name }) => name),
      isTruncated: names.length > page.length,
    };
  }

  /** Returns the received parts of a multipart upload; undefined if this key has no such upload. */
  partsOf(uploadId: string, bucket: string, key: string): UploadPart[] | undefined {
    const upload = this.uploadOf(uploadId);
    if (upload?.bucket !== bucket || upload.key !== key) return undefined;
    return [...upload.parts.values()].map(({ partNumber, etag, body }) => ({
      partNumber,
      etag,
      size: body.length,
    }));
  }

  private created(bucket: string, { key, versionId, contentLength: size, etag }: ObjectVersion): void {
    this.changed({ type: 'Object Created', bucket, key, versionId, size, etag, ...this.cause() });
  }

  private cause(): Pick<ObjectChange, 'reason' | 'sourceAddress'> {
    const { reason = 'PutObject', address } = this.request.getStore() ?? {};
    return { reason, sourceAddress: address };
  }
}
