import type { Random } from '../../random.ts';
import { awsError } from '../aws-error.ts';

export interface ObjectVersion {
  key: string;
  versionId: string;
  /** Undefined for a delete marker. */
  body?: Buffer;
  etag: string;
  contentType?: string | undefined;
  metadata?: Record<string, string> | undefined;
  lastModified: Date;
  /** Order of all writes of the bucket. */
  order: number;
}

export type BucketEvent = {
  type: 'Object Created' | 'Object Deleted';
  version: ObjectVersion;
  permanent: boolean;
  sequencer: string;
};

/** A bucket with versioning: every write adds a version, every delete a marker or takes one away. */
export class S3Bucket {
  private readonly keys = new Map<string, ObjectVersion[]>();
  private writes = 0;
  private readonly random: Random;
  private readonly onEvent: (event: BucketEvent) => void;

  private readonly now: () => Date;

  constructor(
    random: Random,
    onEvent: (event: BucketEvent) => void = () => {},
    now: () => Date = () => new Date(),
  ) {
    this.random = random;
    this.onEvent = onEvent;
    this.now = now;
  }

  /** Returns the current version, unless it is a delete marker. */
  current(key: string): ObjectVersion | undefined {
    const latest = this.keys.get(key)?.at(-1);
    return latest?.body ? latest : undefined;
  }

  version(key: string, versionId: string): ObjectVersion | undefined {
    return this.keys.get(key)?.find((version) => version.versionId === versionId);
  }

  /** Returns all versions and markers by key, newest first within a key. */
  versions(prefix = ''): ObjectVersion[] {
    return [...this.keys.keys()]
      .filter((key) => key.startsWith(prefix))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .flatMap((key) => [...(this.keys.get(key) ?? [])].reverse());
  }

  isLatest({ key, versionId }: ObjectVersion): boolean {
    return this.keys.get(key)?.at(-1)?.versionId === versionId;
  }

  put(object: Pick<ObjectVersion, 'key' | 'contentType' | 'metadata'> & { body: Buffer }): ObjectVersion {
    const version = this.add(object);
    this.tell('Object Created', version, false);
    return version;
  }

  /** Adds a delete marker, whether or not the key exists. */
  mark(key: string): ObjectVersion {
    const marker = this.add({ key });
    this.tell('Object Deleted', marker, false);
    return marker;
  }

  /** Removes a version or a marker for good. Does nothing if it does not exist. */
  remove(key: string, versionId: string): ObjectVersion | undefined {
    const versions = this.keys.get(key) ?? [];
    const at = versions.findIndex((version) => version.versionId === versionId);
    if (at < 0) return undefined;
    const [removed] = versions.splice(at, 1);
    if (versions.length === 0) this.keys.delete(key);
    if (removed) this.tell('Object Deleted', removed, true);
    return removed;
  }

  /** Throws unless the current version is as `If-Match` and `If-None-Match` say. */
  require(
    key: string,
    { ifMatch, ifNoneMatch }: { ifMatch?: string | undefined; ifNoneMatch?: string | undefined },
  ) {
    const current = this.current(key);
    if (ifNoneMatch !== undefined && ifNoneMatch !== '*') throw new Error(`Expected *, got ${ifNoneMatch}`);
    if (ifNoneMatch && current) throw awsError('PreconditionFailed', 412);
    if (ifMatch === undefined) return;
    if (!current) throw awsError('NoSuchKey', 404);
    if (ifMatch !== '*' && ifMatch !== current.etag) throw awsError('PreconditionFailed', 412);
  }

  private add(object: Omit<ObjectVersion, 'versionId' | 'etag' | 'order' | 'lastModified'>): ObjectVersion {
    const order = ++this.writes;
    const version = {
      ...object,
      order,
      lastModified: this.now(),
      versionId: `${this.random.below(1e9).toString(36)}.${order}`,
      // Under SSE-KMS an ETag is no digest of the content: equal bytes have different ETags.
      etag: `"${this.random.below(1e9).toString(16)}${order.toString(16).padStart(8, '0')}"`,
    };
    const versions = this.keys.get(object.key) ?? [];
    versions.push(version);
    this.keys.set(object.key, versions);
    return version;
  }

  private tell(type: BucketEvent['type'], version: ObjectVersion, permanent: boolean): void {
    const sequencer = (permanent ? ++this.writes : version.order)
      .toString(16)
      .toUpperCase()
      .padStart(10, '0');
    this.onEvent({ type, version, permanent, sequencer });
  }
}
