import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceFile } from '../../base/files.ts';
import { FileS3Persistence, type S3Object } from './fauxqs-stores.ts';
import {
  type DeleteMarker,
  isMarker,
  NO_BODY,
  NULL_VERSION,
  type ObjectVersion,
  type Version,
} from './version.ts';
import { orderOf, versionIds } from './version-ids.ts';

/** Description file of a version. `data` names the file of its body, which a marker lacks. */
type Description = Omit<Version, 'body' | 'lastModified' | 'versionId'> & {
  versionId?: string;
  lastModified: string;
  data?: string;
};

/**
 * Stores each version as two files named by the SHA-256 of its key: fauxqs's own layout would
 * follow `..` out of its directory, and a key of 1,024 bytes is too long for a file name. Each
 * change creates or removes one description file atomically, which names its data file, so that a
 * killed process loses no acknowledged write and exposes no partial one.
 */
export class ObjectFiles extends FileS3Persistence {
  private readonly directory: string;
  private readonly ids = versionIds();

  constructor(directory: string) {
    super(directory);
    this.directory = join(directory, 'objects');
  }

  /** Writes a new version and sets its ID in the object, which fauxqs then keeps and returns. */
  override upsertObject(bucket: string, object: S3Object & { versionId?: string }): void {
    object.versionId = this.ids.next();
    const { body, ...version } = object as ObjectVersion;
    const data = `${randomUUID()}.data`;
    const folder = dirname(this.descriptionOf(bucket, version));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, data), body);
    this.describe(bucket, version, data);
  }

  addMarker(bucket: string, key: string): DeleteMarker {
    const marker = { key, versionId: this.ids.next(), lastModified: new Date(), deleteMarker: true } as const;
    this.describe(bucket, marker);
    return marker;
  }

  removeVersion(bucket: string, version: Version): void {
    const file = this.descriptionOf(bucket, version);
    const { data } = read(file);
    rmSync(file);
    if (data) rmSync(join(dirname(file), data), { force: true });
  }

  readVersion(bucket: string, version: ObjectVersion): Buffer {
    const file = this.descriptionOf(bucket, version);
    return readFileSync(join(dirname(file), String(read(file).data)));
  }

  override deleteBucket(name: string): void {
    super.deleteBucket(name);
    rmSync(join(this.directory, name), { recursive: true, force: true });
  }

  /**
   * Reads the versions of every key, oldest first and without bodies, and removes what a killed
   * process left unfinished.
   */
  *histories(): Generator<{ bucket: string; key: string; versions: Version[] }> {
    if (!existsSync(this.directory)) return;
    for (const bucket of readdirSync(this.directory)) {
      for (const shard of readdirSync(join(this.directory, bucket))) {
        const versions = this.loadFolder(join(this.directory, bucket, shard));
        versions.sort((a, b) => orderOf(a.versionId) - orderOf(b.versionId));
        for (const [key, all] of Map.groupBy(versions, (version) => version.key)) {
          yield { bucket, key, versions: all };
        }
      }
    }
  }

  private loadFolder(folder: string): Version[] {
    const files = readdirSync(folder);
    const kept = new Set<string>();
    const versions: Version[] = [];
    for (const name of files.filter((file) => file.endsWith('.json'))) {
      // Without an ID: written before the buckets had versioning.
      const { data, lastModified, versionId = NULL_VERSION, ...stored } = read(join(folder, name));
      kept.add(name);
      if (data) kept.add(data);
      this.ids.seen(versionId);
      const version = { ...stored, versionId, lastModified: new Date(lastModified) } as Version;
      versions.push(isMarker(version) ? version : { ...version, body: NO_BODY });
    }
    for (const name of files) if (!kept.has(name)) rmSync(join(folder, name));
    return versions;
  }

  private describe(bucket: string, version: Omit<Version, 'body'>, data?: string): void {
    replaceFile(this.descriptionOf(bucket, version), JSON.stringify({ ...version, data }));
  }

  private descriptionOf(bucket: string, { key, versionId }: Pick<Version, 'key' | 'versionId'>): string {
    const hash = createHash('sha256').update(key).digest('hex');
    const version = versionId === NULL_VERSION ? '' : `.${versionId}`;
    return join(this.directory, bucket, hash.slice(0, 2), `${hash}${version}.json`);
  }
}

function read(file: string): Description {
  return JSON.parse(readFileSync(file, 'utf8')) as Description;
}
