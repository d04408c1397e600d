import { AsyncLocalStorage } from 'node:async_hooks';
import { type MultipartUpload, S3Error, type S3Object, S3Store } from './fauxqs-stores.ts';
import type { ObjectFiles } from './object-files.ts';
import { absentVersion } from './s3-errors.ts';
import type { StoreRequest } from './store-request.ts';
import { isMarker, NO_BODY, type ObjectVersion, type Version } from './version.ts';

export interface Removal {
  /** ID of the deleted version, or of the new delete marker. */
  versionId: string;
  /** True if a delete marker was created or deleted. */
  deleteMarker: boolean;
  /** False if there was no such version. */
  found: boolean;
}

const VERSION = 'x-amz-version-id';
const COPY_SOURCE = 'x-amz-copy-source-version-id';

/**
 * Object store of fauxqs whose buckets have versioning, as Terraform configures them:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
 */
export class VersionedObjects extends S3Store {
  readonly request = new AsyncLocalStorage<StoreRequest>();
  private readonly files: ObjectFiles;
  /** Versions by bucket and key, oldest first. fauxqs itself keeps the current objects. */
  private readonly histories = new Map<string, Map<string, Version[]>>();

  constructor(files: ObjectFiles) {
    super();
    this.files = files;
  }

  /** Loads what was stored before; later writes go to the same files. */
  load(): void {
    this.files.loadS3(this);
    for (const { bucket, key, versions } of this.files.histories()) {
      if (!this.hasBucket(bucket)) continue;
      this.historyOf(bucket).set(key, versions);
      this.showCurrent(bucket, key);
    }
    this.persistence = this.files;
  }

  override putObject(...[bucket, key, ...rest]: Parameters<S3Store['putObject']>): ObjectVersion {
    // Copied, since a part of the request's URL would keep all of that in memory.
    const ownKey = Buffer.from(key).toString();
    return this.added(bucket, super.putObject(bucket, ownKey, ...rest) as ObjectVersion);
  }

  override completeMultipartUpload(
    ...parameters: Parameters<S3Store['completeMultipartUpload']>
  ): ObjectVersion {
    const bucket = this.uploadOf(parameters[0])?.bucket ?? '';
    return this.added(bucket, super.completeMultipartUpload(...parameters) as ObjectVersion);
  }

  override getObject(bucket: string, key: string): S3Object {
    const version = this.requested(bucket, key);
    return version.contentLength > 0
      ? { ...version, body: this.files.readVersion(bucket, version) }
      : version;
  }

  override headObject(bucket: string, key: string): S3Object {
    return this.requested(bucket, key);
  }

  override deleteObject(bucket: string, key: string): void {
    const { versionId: id, answer } = this.request.getStore() ?? {};
    const { versionId, deleteMarker } = this.remove(bucket, key, id);
    answer?.({ [VERSION]: versionId, ...(deleteMarker && { 'x-amz-delete-marker': 'true' }) });
  }

  /** Returns a version, by default the latest, which may be a delete marker. */
  find(bucket: string, key: string, versionId?: string): Version | undefined {
    const versions = this.historyOf(bucket).get(key);
    return versionId ? versions?.find((each) => each.versionId === versionId) : versions?.at(-1);
  }

  /** Deletes a version for good, or without a version ID hides the key behind a delete marker. */
  remove(bucket: string, key: string, versionId?: string): Removal {
    const history = this.historyOf(bucket);
    const version = versionId ? this.find(bucket, key, versionId) : this.files.addMarker(bucket, key);
    if (!version) return { versionId: versionId ?? '', deleteMarker: false, found: false };
    if (versionId) this.files.removeVersion(bucket, version);
    const versions = history.get(key) ?? [];
    const left = versionId ? versions.filter((other) => other !== version) : [...versions, version];
    if (left.length > 0) history.set(key, left);
    else history.delete(key);
    this.showCurrent(bucket, key);
    return { versionId: version.versionId, deleteMarker: isMarker(version), found: true };
  }

  override deleteBucket(name: string): void {
    if (this.hasBucket(name) && this.historyOf(name).size > 0) {
      const message = 'The bucket you tried to delete is not empty. You must delete all versions.';
      throw new S3Error('BucketNotEmpty', message, 409);
    }
    super.deleteBucket(name);
  }

  /** Returns the versions of each key, oldest first. Throws `NoSuchBucket`. */
  historyOf(bucket: string): Map<string, Version[]> {
    if (!this.hasBucket(bucket))
      throw new S3Error('NoSuchBucket', `The specified bucket does not exist: ${bucket}`, 404);
    const history = this.histories.get(bucket) ?? new Map<string, Version[]>();
    this.histories.set(bucket, history);
    return history;
  }

  /** Returns the current objects by key: those that no delete marker hides. Throws `NoSuchBucket`. */
  protected objectsOf(bucket: string): Map<string, S3Object> {
    this.historyOf(bucket);
    // Private in fauxqs's types only. Its own listing copies the map, so that a page of one key
    // costs as much as the whole bucket.
    return (
      (this as unknown as { buckets: Map<string, Map<string, S3Object>> }).buckets.get(bucket) ?? new Map()
    );
  }

  uploadOf(uploadId = ''): MultipartUpload | undefined {
    return (this as unknown as { multipartUploads: Map<string, MultipartUpload> }).multipartUploads.get(
      uploadId,
    );
  }

  private requested(bucket: string, key: string): ObjectVersion {
    const request = this.request.getStore();
    const version = this.find(bucket, key, request?.versionId);
    if (version) request?.answer?.({ [request.copies ? COPY_SOURCE : VERSION]: version.versionId });
    if (version && !isMarker(version)) return version;
    throw absentVersion(version, { ...request, resource: `/${bucket}/${key}` });
  }

  private added(bucket: string, object: ObjectVersion): ObjectVersion {
    const { key, versionId } = object;
    const history = this.historyOf(bucket);
    const kept = Object.assign(this.objectsOf(bucket).get(key) as ObjectVersion, { body: NO_BODY });
    const versions = history.get(key);
    if (versions) versions.push(kept);
    else history.set(key, [kept]);
    this.request.getStore()?.answer?.({ [VERSION]: versionId });
    return object;
  }

  private showCurrent(bucket: string, key: string): void {
    const current = this.historyOf(bucket).get(key)?.at(-1);
    if (current && !isMarker(current)) this.objectsOf(bucket).set(key, current);
    else this.objectsOf(bucket).delete(key);
  }
}
