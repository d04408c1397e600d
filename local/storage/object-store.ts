import { AsyncLocalStorage } from 'node:async_hooks';
import { type MultipartUpload, type S3Object, S3Store } from './fauxqs-stores.ts';
import type { ObjectChange } from './object-events.ts';

/** Request that a store is handling. */
export interface StoreRequest {
  method: string;
  copies: boolean;
  address: string;
}

export interface UploadPart {
  partNumber: number;
  etag: string;
  size: number;
}

type Listed = ReturnType<S3Store['listObjects']>;
type ListOptions = NonNullable<Parameters<S3Store['listObjects']>[1]>;

/** Object store of fauxqs that reports each change and lists keys in S3's order. */
export class ObservedObjects extends S3Store {
  readonly request = new AsyncLocalStorage<StoreRequest>();
  private readonly changed: (change: ObjectChange) => void;

  constructor(changed: (change: ObjectChange) => void) {
    super();
    this.changed = changed;
  }

  override putObject(...parameters: Parameters<S3Store['putObject']>): S3Object {
    const object = super.putObject(...parameters);
    const { method, copies } = this.request.getStore() ?? {};
    this.created(
      parameters[0],
      object,
      copies ? 'CopyObject' : method === 'POST' ? 'POST Object' : 'PutObject',
    );
    return object;
  }

  override completeMultipartUpload(...parameters: Parameters<S3Store['completeMultipartUpload']>): S3Object {
    const bucket = this.upload(parameters[0])?.bucket;
    const object = super.completeMultipartUpload(...parameters);
    if (bucket) this.created(bucket, object, 'CompleteMultipartUpload');
    return object;
  }

  override deleteObject(bucket: string, key: string): void {
    const existed = this.etagOf(bucket, key) !== undefined;
    super.deleteObject(bucket, key);
    if (!existed) return;
    const reason = this.request.getStore()?.method === 'POST' ? 'DeleteObjects' : 'DeleteObject';
    this.changed({ type: 'Object Deleted', bucket, key, reason, sourceAddress: this.address() });
  }

  /**
   * Lists in order of UTF-8 bytes, like S3; fauxqs sorts by locale and so skips keys at page
   * boundaries.
   */
  override listObjects(
    bucket: string,
    { prefix = '', delimiter, maxKeys = 1000, ...from }: ListOptions = {},
  ): Listed {
    const after = from.startAfter || from.marker || '';
    const entries = new Map<string, S3Object | undefined>();
    for (const object of this.objectsOf(bucket).values()) {
      const { key } = object;
      if (!key.startsWith(prefix)) continue;
      const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
      const entry = end < 0 ? key : key.slice(0, end + (delimiter?.length ?? 0));
      if (!after || compare(entry, after) > 0) entries.set(entry, end < 0 ? object : undefined);
    }
    const sorted = [...entries].sort(([a], [b]) => compare(a, b));
    const page = sorted.slice(0, maxKeys);
    return {
      objects: page.flatMap(([, object]) => object ?? []),
      commonPrefixes: page.filter(([, object]) => !object).map(([entry]) => entry),
      isTruncated: sorted.length > page.length,
    };
  }

  /** Returns the ETag of an object; undefined if it does not exist. */
  etagOf(bucket: string, key: string): string | undefined {
    return this.hasBucket(bucket) ? this.objectsOf(bucket).get(key)?.etag : undefined;
  }

  /** Returns the received parts of a multipart upload; undefined if this key has no such upload. */
  partsOf(uploadId: string, bucket: string, key: string): UploadPart[] | undefined {
    const upload = this.upload(uploadId);
    if (upload?.bucket !== bucket || upload.key !== key) return undefined;
    return [...upload.parts.values()].map(({ partNumber, etag, body }) => ({
      partNumber,
      etag,
      size: body.length,
    }));
  }

  private created(bucket: string, { key, contentLength: size, etag }: S3Object, reason: string): void {
    this.changed({
      type: 'Object Created',
      bucket,
      key,
      size,
      etag,
      reason,
      sourceAddress: this.address(),
    });
  }

  private address(): string {
    return this.request.getStore()?.address ?? '127.0.0.1';
  }

  private objectsOf(bucket: string): Map<string, S3Object> {
    if (!this.hasBucket(bucket)) super.listObjects(bucket);
    // Private in fauxqs's types only. Its own listing copies the map, so that a page of one key
    // costs as much as the whole bucket.
    return (
      (this as unknown as { buckets: Map<string, Map<string, S3Object>> }).buckets.get(bucket) ?? new Map()
    );
  }

  private upload(uploadId: string): MultipartUpload | undefined {
    return (this as unknown as { multipartUploads: Map<string, MultipartUpload> }).multipartUploads.get(
      uploadId,
    );
  }
}

const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
